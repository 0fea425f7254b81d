"""A service that uses something of everything, and says when it does.

Arguments: a folder to write in.
"""

import os
import socket
import sys
import threading
import time
from pathlib import Path


def spin() -> None:
    while True:
        pass


def write(path: Path) -> None:
    with path.open("wb") as file:
        while True:
            file.seek(0)
            file.write(bytes(65536))
            file.flush()
            os.fsync(file.fileno())
            time.sleep(0.01)


def main() -> None:
    held = threading.Lock()
    held.acquire()
    listening = socket.create_server(("127.0.0.1", 0), backlog=5)
    accepted = []
    opened = [socket.create_connection(listening.getsockname()) for _ in range(3)]
    accepted = [listening.accept()[0] for _ in opened]
    child = os.fork()
    if child == 0:
        for one in (listening, *accepted, *opened):
            one.close()
        spin()
    for _ in range(3):
        threading.Thread(target=held.acquire, daemon=True).start()
    threading.Thread(target=write, args=(Path(sys.argv[1]) / "written",), daemon=True).start()
    print(child, listening.getsockname()[1], flush=True)
    time.sleep(600)


main()
