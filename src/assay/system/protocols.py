"""Which protocol a performance test speaks: the keys of `[[performance.test]]` that say so.

`assay.bench.protocol` makes of them what the engine is told. Files are relative to `assay.toml`.
"""

from typing import Annotated, Literal, get_args

import msgspec

from assay.system.table import Table, Text

__all__ = ["PROTOCOLS", "ProtocolKeys", "ProtocolName", "TlsTable"]

ProtocolName = Literal["http1", "http2", "grpc", "websocket"]
PROTOCOLS: tuple[str, ...] = get_args(ProtocolName)

_WITH_STREAMS = {"http2", "grpc"}
_OF_ONE_REQUEST = {"grpc", "websocket"}
_SOCKET_SCHEMES = ("ws://", "wss://")


class TlsTable(Table, frozen=True, kw_only=True):
    """`tls = { ... }`: whom to trust, and how to identify oneself, where the target is https or wss."""

    ca_file: Text | None = None
    """The authorities that are trusted, in place of those that the system trusts."""
    insecure: bool = False
    """Trust any certificate."""
    certificate_file: Text | None = None
    key_file: Text | None = None
    server_name: Text | None = None
    """The name that the server's certificate has to be for, in place of the target's host."""

    def __post_init__(self) -> None:
        if self.key_file is not None and self.certificate_file is None:
            raise ValueError("`key-file`: there is no `certificate-file` that it belongs to")


class ProtocolKeys(Table, frozen=True, kw_only=True):
    """The keys of a test that are about its protocol."""

    protocol: ProtocolName = "http1"
    streams: Annotated[int, msgspec.Meta(ge=1, le=10_000)] | None = None
    """Of http2 and grpc: how many requests share a connection at the same time; 1 where it is not given."""
    tls: TlsTable = TlsTable()
    proto_files: tuple[Text, ...] = ()
    """Of grpc: what describes the messages, which are then written as JSON."""
    proto_folders: tuple[Text, ...] = ()
    descriptor_set: Text | None = None
    """Of grpc, in place of `proto-files`: what protoc or buf wrote."""

    def check_protocol(self, target: str, scenario: str | None) -> None:
        """Refuses keys that do not go together.

        Raises:
            ValueError: It begins with the key at fault.
        """
        if self.streams is not None and self.protocol not in _WITH_STREAMS:
            raise ValueError("`streams`: only requests of http2 and grpc share connections")
        describing = {"proto-files": self.proto_files, "proto-folders": self.proto_folders}
        describing |= {"descriptor-set": (self.descriptor_set,) if self.descriptor_set else ()}
        unfit = next((key for key, given in describing.items() if given), None)
        if unfit and self.protocol != "grpc":
            raise ValueError(f'`{unfit}`: it describes calls of gRPC; write protocol = "grpc"')
        if self.proto_files and self.descriptor_set:
            raise ValueError("`descriptor-set`: there are `proto-files` as well; one of them is enough")
        if scenario is not None and self.protocol in _OF_ONE_REQUEST:
            raise ValueError("`scenario`: it goes over http1 and http2; grpc and websocket take `requests`")
        if target.startswith(_SOCKET_SCHEMES) and self.protocol != "websocket":
            raise ValueError('`protocol`: a target that begins with ws:// or wss:// needs protocol = "websocket"')

    @property
    def named_files(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        """The files that have to be there, each with its key."""
        tls = self.tls
        named = [
            (("tls", "ca-file"), tls.ca_file),
            (("tls", "certificate-file"), tls.certificate_file),
            (("tls", "key-file"), tls.key_file),
            (("descriptor-set",), self.descriptor_set),
            *((("proto-files",), name) for name in self.proto_files),
        ]
        return tuple((key, name) for key, name in named if name is not None)
