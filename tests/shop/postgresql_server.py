"""A PostgreSQL server of a test's own: its data in a folder, its port free, stopped by its own process id."""

import importlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.shop.running import wait_until

ROOT_USER = 0
BINARIES = ("/usr/lib/postgresql", "/usr/local/pgsql")
"""Where packages put what is not on the path."""


def binary(name: str) -> str | None:
    """The path of one of PostgreSQL's programs; None where it is not installed."""
    if found := shutil.which(name):
        return found
    candidates = [path for folder in BINARIES for path in Path(folder).glob(f"**/bin/{name}")]
    return str(max(candidates)) if candidates else None


def missing() -> str | None:
    """Why no server can be started here."""
    for name in ("initdb", "postgres"):
        if binary(name) is None:
            return f"{name} of PostgreSQL is not installed"
    if os.getuid() == ROOT_USER and _unprivileged() is None:
        return "PostgreSQL does not run as root, and there is no other user to run it as"
    return None


def _unprivileged() -> pwd.struct_passwd | None:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return None


@contextmanager
def postgresql_server() -> Iterator[str]:
    """Yields the URL of a server that runs."""
    # Not in pytest's folder, which only its own user may enter.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    user = _unprivileged() if os.getuid() == ROOT_USER else None
    options = {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    data, log = folder / "data", folder / "log"
    initdb, postgres = binary("initdb"), binary("postgres")
    assert initdb is not None
    assert postgres is not None
    try:
        made = subprocess.run(  # type: ignore[call-overload] # options by name
            [initdb, "-D", data, "-U", "shop", "-A", "trust", "-N", "--no-locale", "-E", "UTF8"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            **options,
        )
        assert made.returncode == 0, made.stderr
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        command = [postgres, "-D", data, "-p", str(port), "-c", "listen_addresses=127.0.0.1", "-k", str(folder)]
        with log.open("wb") as output:
            server = subprocess.Popen(  # type: ignore[call-overload] # options by name
                command, cwd=folder, stdout=output, stderr=output, **options
            )
        try:
            wait_until(lambda: server.poll() is not None or _answers(port), "PostgreSQL answers")
            assert server.poll() is None, log.read_text()
            yield f"postgresql://shop@127.0.0.1:{port}/postgres"
        finally:
            # Fast shutdown: it does not wait for clients to leave.
            server.send_signal(signal.SIGINT)
            server.wait(timeout=60)
    finally:
        shutil.rmtree(folder)


def _answers(port: int) -> bool:
    psycopg = importlib.import_module("psycopg")
    try:
        psycopg.connect(f"postgresql://shop@127.0.0.1:{port}/postgres", connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True
