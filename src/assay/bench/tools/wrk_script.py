"""The Lua script that makes wrk send what a test asks for, and write what it counted in full."""

from assay.bench.load_test import LoadTest, Request
from assay.bench.tools.quantile_grid import GRID
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

# `latency(i)` would give every value, but counts from the beginning each time: after a stall that takes hours. A
# percentile costs a step for each microsecond of the longest latency, so that fewer are asked for where that is long.
_DONE = """
function done(summary, latency, requests)
  local began = os.clock()
  local file = assert(io.open("{result}", "w"))
  local errors = summary.errors
  file:write(string.format("summary %d %d %d\\n", summary.duration, summary.requests, summary.bytes))
  file:write(string.format("errors %d %d %d %d %d\\n",
    errors.connect, errors.read, errors.write, errors.status, errors.timeout))
  if summary.requests > 0 and latency.max > 0 then
    file:write(string.format("latency %d %d %.3f\\n", latency.min, latency.max, latency.mean))
    local always = {{{always}}}
    local grid = {{{grid}}}
    local stride = math.ceil(#grid * latency.max / {steps})
    for at, percent in ipairs(grid) do
      if at % stride == 0 or always[percent] then
        file:write(string.format("percentile %.6f %d\\n", percent, latency:percentile(percent)))
      end
    end
  end
  file:write(string.format("end %.6f\\n", os.clock() - began))
  file:close()
end
"""

_ALWAYS = (50, 90, 95, 99, 99.9)
_STEPS = 4_000_000_000
"""A few seconds."""


def wrk_script(test: LoadTest) -> str:
    """The script for a test."""
    always = ", ".join(f"[{percent:g}] = true" for percent in _ALWAYS)
    grid = ", ".join(f"{percent:g}" for percent in GRID)
    done = _DONE.format(result=RESULT, always=always, grid=grid, steps=_STEPS)
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
