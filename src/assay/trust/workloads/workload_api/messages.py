"""The messages of the Workload API, made at run time from `workload.proto`: no generated code, no compiler.

They live in a pool of their own. In the default one they would collide with those of any other library that speaks the
Workload API, because the specification gives them no package.
"""

import re
from pathlib import Path
from typing import Any

from google.protobuf import descriptor_pb2, struct_pb2
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass

__all__ = ["SERVICE", "Messages"]

SERVICE = "SpiffeWorkloadAPI"
"""What the specification calls the service."""

_FIELD = descriptor_pb2.FieldDescriptorProto
_SCALARS = {"string": _FIELD.TYPE_STRING, "bytes": _FIELD.TYPE_BYTES}
_MESSAGE_TEXT = re.compile(r"^message (\w+) \{(.*?)\}$", re.MULTILINE | re.DOTALL)
_FIELD_TEXT = re.compile(r"(?:(repeated) |)(map<string, bytes>|[\w.]+) (\w+) = (\d+);")


class _Messages:
    """The class of each message, by its name: `Messages["X509SVID"](spiffe_id="…")`."""

    def __init__(self) -> None:
        text = (Path(__file__).parent / "workload.proto").read_text(encoding="utf-8")
        file = descriptor_pb2.FileDescriptorProto(name="assay/workload.proto", syntax="proto3")
        file.dependency.append(struct_pb2.DESCRIPTOR.name)
        for name, body in _MESSAGE_TEXT.findall(text):
            _add_message(file, name, body)
        pool = DescriptorPool()
        pool.AddSerializedFile(struct_pb2.DESCRIPTOR.serialized_pb)
        pool.AddSerializedFile(file.SerializeToString())
        self._classes = {
            message.name: GetMessageClass(pool.FindMessageTypeByName(message.name)) for message in file.message_type
        }

    def __getitem__(self, name: str) -> Any:
        return self._classes[name]


def _add_message(file: descriptor_pb2.FileDescriptorProto, name: str, body: str) -> None:
    message = file.message_type.add(name=name)
    for repeated, kind, field_name, number in _FIELD_TEXT.findall(body):
        field = message.field.add(name=field_name, number=int(number), label=_FIELD.LABEL_OPTIONAL)
        if repeated:
            field.label = _FIELD.LABEL_REPEATED
        if kind in _SCALARS:
            field.type = _SCALARS[kind]
        elif kind.startswith("map"):
            _make_map(message, name, field)
        else:
            field.type = _FIELD.TYPE_MESSAGE
            field.type_name = f".{kind}"


def _make_map(message: descriptor_pb2.DescriptorProto, name: str, field: descriptor_pb2.FieldDescriptorProto) -> None:
    """A map is a repeated message of key and value, marked as one."""
    entry_name = "".join(part.capitalize() for part in field.name.split("_")) + "Entry"
    entry = message.nested_type.add(name=entry_name)
    entry.options.map_entry = True
    entry.field.add(name="key", number=1, label=_FIELD.LABEL_OPTIONAL, type=_FIELD.TYPE_STRING)
    entry.field.add(name="value", number=2, label=_FIELD.LABEL_OPTIONAL, type=_FIELD.TYPE_BYTES)
    field.label = _FIELD.LABEL_REPEATED
    field.type = _FIELD.TYPE_MESSAGE
    field.type_name = f".{name}.{entry_name}"


Messages = _Messages()
"""See `_Messages`."""
