"""nginx that speaks HTTP/2, with TLS and without. It answers each request with its path."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.bench.certificates import Authority
from tests.bench.servers import closed_port

__all__ = ["nginx_http2"]

CONFIGURATION = """
daemon off;
master_process off;
error_log stderr;
pid {folder}/nginx.pid;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{plain} http2;
        listen 127.0.0.1:{secure} ssl http2;
        ssl_certificate {certificate};
        ssl_certificate_key {certificate};
        location / {{ return 200 "$request_uri"; }}
    }}
}}
"""


@contextmanager
def nginx_http2(folder: Path, authority: Authority) -> Iterator[tuple[str, str]]:
    """Gives its addresses: without TLS, and with it."""
    program = shutil.which("nginx")
    if program is None:
        pytest.skip("nginx is not installed")
    plain, secure = closed_port(), closed_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(
        CONFIGURATION.format(folder=folder, plain=plain, secure=secure, certificate=authority.signed("localhost")),
        encoding="utf-8",
    )
    log = folder / "nginx.log"
    with log.open("wb") as output:
        process = subprocess.Popen([program, "-e", "stderr", "-c", configuration], stderr=output)
    try:
        _wait_for(process, secure, log)
        yield f"http://localhost:{plain}", f"https://localhost:{secure}"
    finally:
        process.terminate()
        process.wait(60)


def _wait_for(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"nginx did not start: {log.read_text(errors='replace')}")
