"""Eight threads that take turns at a lock, and one that computes."""

import threading
import time

turn = threading.Lock()


def take_turns() -> None:
    while True:
        with turn:
            time.sleep(0.02)


def compute() -> None:
    while True:
        sum(number * number for number in range(1000))


for _ in range(8):
    threading.Thread(target=take_turns, daemon=True).start()
threading.Thread(target=compute, daemon=True).start()
print("ready", flush=True)
time.sleep(600)
