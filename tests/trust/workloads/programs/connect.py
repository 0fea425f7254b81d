"""Connects to the Unix socket in its first argument, says so, and waits; a line `become` makes it another program."""

import os
import socket
import sys

connection = socket.socket(socket.AF_UNIX)
connection.connect(sys.argv[1])
connection.set_inheritable(True)
print("connected", flush=True)
if sys.stdin.readline() == "become\n":
    os.execv("/bin/sleep", ["sleep", "100"])  # noqa: S606 # this very replacement is what the test is about
