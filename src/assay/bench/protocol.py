"""Which protocol a load test speaks, and how its connections are encrypted."""

from pathlib import Path
from typing import Annotated

import msgspec

from assay.system.protocols import ProtocolKeys, TlsTable

__all__ = ["Grpc", "Http1", "Http2", "Protocol", "Tls", "WebSocket", "protocol_of", "tls_of"]

Streams = Annotated[int, msgspec.Meta(ge=1, le=10_000)]
"""How many requests at most share a connection at the same time."""


class Http1(msgspec.Struct, frozen=True, tag_field="protocol", tag="http1"):
    """HTTP/1.1: one request at a time on each connection."""


class Http2(msgspec.Struct, frozen=True, tag_field="protocol", tag="http2"):
    """HTTP/2: agreed on by ALPN for https targets, by prior knowledge (h2c) for http ones."""

    streams: Streams = 1


class Grpc(msgspec.Struct, frozen=True, kw_only=True, tag_field="protocol", tag="grpc"):
    """Unary calls of gRPC. The path of a request is `/package.Service/Method`.

    With an interface the body of a request is its message as JSON; without one it is what protobuf makes of it.

    Raises:
        ValueError: The interface is given twice.
    """

    streams: Streams = 1
    proto_files: tuple[str, ...] = ()
    """Describe the interface: `.proto` files. Needs no protoc."""
    proto_folders: tuple[str, ...] = ()
    """Where these and what they import are looked for; beside the files where nothing is given."""
    descriptor_set: str | None = None
    """Describes the interface as well: what `protoc --descriptor_set_out --include_imports` or `buf build` writes."""

    def __post_init__(self) -> None:
        if self.proto_files and self.descriptor_set is not None:
            raise ValueError("the interface is given as .proto files and as a descriptor set; give one of them")


class WebSocket(msgspec.Struct, frozen=True, tag_field="protocol", tag="websocket"):
    """WebSocket: a request sends its body as one text message, and waits for the message that answers it.

    Each user has a connection, to the path and with the headers that all requests have in common.
    """


Protocol = Http1 | Http2 | Grpc | WebSocket


class Tls(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to trust, and how to identify oneself, where the target is https or wss. Files are in PEM form.

    Raises:
        ValueError: There is a key without a certificate.
    """

    ca_file: str | None = None
    """The authorities that are trusted, in place of those that the system trusts."""
    insecure: bool = False
    """Trust any certificate."""
    certificate_file: str | None = None
    """For servers that want to know their clients: a certificate, and those that lead from it to an authority."""
    key_file: str | None = None
    """Its private key, where the certificate's file does not hold it as well."""
    server_name: str | None = None
    """The name that the server's certificate has to be for, in place of the target's host."""

    def __post_init__(self) -> None:
        if self.key_file is not None and self.certificate_file is None:
            raise ValueError("there is a key_file without a certificate_file")


def protocol_of(keys: ProtocolKeys, root: Path) -> Protocol:
    """What a test of `assay.toml` speaks; its files are relative to `root`."""
    streams = keys.streams or 1
    match keys.protocol:
        case "http1":
            return Http1()
        case "http2":
            return Http2(streams)
        case "grpc":
            return Grpc(
                streams=streams,
                proto_files=tuple(str(root / name) for name in keys.proto_files),
                proto_folders=tuple(str(root / name) for name in keys.proto_folders),
                descriptor_set=_placed(keys.descriptor_set, root),
            )
        case "websocket":
            return WebSocket()


def tls_of(table: TlsTable, root: Path) -> Tls:
    """Whom a test of `assay.toml` trusts; its files are relative to `root`."""
    return Tls(
        ca_file=_placed(table.ca_file, root),
        insecure=table.insecure,
        certificate_file=_placed(table.certificate_file, root),
        key_file=_placed(table.key_file, root),
        server_name=table.server_name,
    )


def _placed(name: str | None, root: Path) -> str | None:
    return None if name is None else str(root / name)
