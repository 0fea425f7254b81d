"""What the tests of running services share: systems of small servers on free ports, and waiting for what is to be."""

import shlex
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from assay.system import System, parse_system
from assay.system.services import stop_services

SERVE = Path(__file__).parent / "programs" / "serve.py"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class Described:
    """An `assay.toml` in the making."""

    folder: Path
    entries: list[str] = field(default_factory=list)
    ports: dict[str, int] = field(default_factory=dict)

    def service(self, name: str, *options: str, keys: str = "", needs: Sequence[str] = (), patience: float = 5) -> int:
        """Adds a service that is `programs/serve.py` with these options. Returns its port."""
        port = self.ports.setdefault(name, free_port())
        # {python} must not be quoted; -S starts it faster.
        start = "{python} -S " + shlex.join([str(SERVE), str(port), *options])
        self.entries.append(
            f"[[service]]\nname = '{name}'\nurl = 'http://127.0.0.1:{port}'\nstart = '''{start}'''\n"
            f"needs = {list(needs)}\nstop-seconds = {patience}\n{keys}\n"
        )
        return port

    def system(self) -> System:
        text = '[system]\nname = "shop"\n' + "\n".join(self.entries)
        (self.folder / "assay.toml").write_text(text)
        return parse_system(text, self.folder / "assay.toml")


@contextmanager
def described(folder: Path) -> Iterator[Described]:
    """Whatever a test starts is stopped after it."""
    made = Described(folder)
    try:
        yield made
    finally:
        stop_services(made.system())


def is_alive(pid: int) -> bool:
    """False also for a process that ended and was not yet taken note of."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def wait_until(is_so: Callable[[], object], seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "it did not become so"
        time.sleep(0.01)


def begun(described: Described) -> list[str]:
    """The ports of the servers that began to listen, in the order in which they did."""
    path = described.folder / "began"
    return path.read_text().split() if path.exists() else []
