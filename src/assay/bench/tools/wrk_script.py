"""The Lua script that makes wrk send what a test asks for, and write what it counted in full."""

from assay.bench.load_test import LoadTest, Request
from assay.bench.tools.request_cycle import request_cycle

__all__ = ["RESULT", "wrk_script"]

RESULT = "result.txt"
"""The file that wrk's script writes."""

_ONE = """
wrk.method = {method}
wrk.body = {body}
{headers}
"""

# Requests are made ready when a thread begins, so that each costs two indices and not the making of a text.
_CYCLE = """
local kinds, position = {{}}, 0
local order = {{{order}}}
function init(arguments)
{requests}
end
function request()
  position = position % #order + 1
  return kinds[order[position]]
end
"""

# `latency(i)` gives a value in microseconds and how often it was, after wrk's correction.
_DONE = """
function done(summary, latency, requests)
  local file = assert(io.open("{result}", "w"))
  local errors = summary.errors
  file:write(string.format("summary %d %d %d\\n", summary.duration, summary.requests, summary.bytes))
  file:write(string.format("errors %d %d %d %d %d\\n",
    errors.connect, errors.read, errors.write, errors.status, errors.timeout))
  file:write(string.format("values %d\\n", #latency))
  for i = 1, #latency do
    local value, count = latency(i)
    file:write(string.format("%d %d\\n", value, count))
  end
  file:write("end\\n")
  file:close()
end
"""


def wrk_script(test: LoadTest) -> str:
    """The script for a test."""
    done = _DONE.format(result=RESULT)
    if len(test.requests) == 1:
        (request,) = test.requests
        headers = "\n".join(f"wrk.headers[{_text(name)}] = {_text(value)}" for name, value in request.headers)
        body = _text(request.body) if request.body else "nil"
        return _ONE.format(method=_text(request.method), body=body, headers=headers) + done
    kinds = [_formatted(request) for request in test.requests]
    return (
        _CYCLE.format(requests="\n".join(kinds), order=", ".join(str(at + 1) for at in request_cycle(test.requests)))
        + done
    )


def _formatted(request: Request) -> str:
    headers = ", ".join(f"[{_text(name)}] = {_text(value)}" for name, value in request.headers)
    body = _text(request.body) if request.body else "nil"
    made = f"wrk.format({_text(request.method)}, {_text(request.path)}, {{{headers}}}, {body})"
    return f"  kinds[#kinds + 1] = {made}"


def _text(value: str | bytes) -> str:
    """A Lua string, every byte of it escaped that is not a plain letter, digit or sign."""
    data = value.encode() if isinstance(value, str) else value
    plain = set(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !#$%&()*+,-./:;<=>?@[]^_`{|}~")
    return '"' + "".join(chr(byte) if byte in plain else f"\\{byte:03}" for byte in data) + '"'
