"""Allocates and frees for ever."""

import time

print("ready", flush=True)
kept = []
while True:
    kept.append(bytearray(100_000))
    if len(kept) > 100:
        kept.clear()
    time.sleep(0.005)
