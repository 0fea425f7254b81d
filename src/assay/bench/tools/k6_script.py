"""The script that makes k6 do a load test, and write its summary with as many quantiles as a histogram needs."""

import base64
import json
from typing import Any

from assay.bench.executor import (
    ConstantArrivalRate,
    ConstantUsers,
    Executor,
    PerUserIterations,
    RampingArrivalRate,
    RampingUsers,
    SharedIterations,
)
from assay.bench.load_test import LoadTest, Request
from assay.bench.tools.quantile_grid import GRID
from assay.bench.tools.request_cycle import request_cycle
from assay.bench.tools.schedule import executor_name

__all__ = ["FAILURES", "RESULT", "STATUSES", "k6_script"]

RESULT = "summary.json"
"""The file that the script writes."""

STATUSES = (
    *(200, 201, 202, 203, 204, 206, 301, 302, 303, 304, 307, 308, 400, 401, 402, 403, 404, 405, 406, 408, 409, 410),
    *(412, 413, 415, 418, 422, 425, 428, 429, 431, 500, 501, 502, 503, 504),
)
"""Those that are told apart. k6 counts only what a script names beforehand."""

FAILURES = {
    1000: "other",
    1010: "system",
    1020: "bad-url",
    1050: "timeout",
    1100: "name-resolution",
    1101: "name-resolution",
    1110: "blocked",
    1111: "blocked",
    1200: "system",
    1201: "reset",
    1202: "system",
    1210: "unreachable",
    1211: "timeout-connecting",
    1212: "refused",
    1213: "unreachable",
    1220: "reset",
    1300: "tls",
    1310: "tls",
    1311: "tls",
}
"""Assay's names for k6's error codes (its documentation, "Error codes"); `other` is what is none of them."""

# A status of 0 is none of those that are expected: a request without an answer.
_SCRIPT = r"""import http from 'k6/http';
import exec from 'k6/execution';
import encoding from 'k6/encoding';
import {{ Trend }} from 'k6/metrics';

const target = {target};
const kinds = {kinds}.map(kind => Object.assign(kind, {{
  body: kind.body === null ? null : encoding.b64decode(kind.body),
}}));
const order = {order};
const connect = new Trend('assay_connect', true);
const tls = new Trend('assay_tls', true);

http.setResponseCallback(http.expectedStatuses({{ min: 100, max: 999 }}));
export const options = {options};
export function setup() {{ return {{ began: Date.now() }}; }}
export default function () {{
  const kind = kinds[order.length > 1 ? order[exec.scenario.iterationInTest % order.length] : 0];
  const answer = http.request(kind.method, target + kind.path, kind.body, kind.params);
  if (answer.timings.connecting > 0) connect.add(answer.timings.connecting);
  if (answer.timings.tls_handshaking > 0) tls.add(answer.timings.tls_handshaking);
}}
const kept = /^(http_req\w*{{|assay_|dropped_iterations$|data_received$)/;
export function handleSummary(data) {{
  const metrics = Object.fromEntries(Object.entries(data.metrics).filter(([name]) => kept.test(name)));
  return {{ {result}: JSON.stringify({{ metrics, state: data.state, setup_data: data.setup_data }}) }};
}}
"""


def k6_script(test: LoadTest) -> str:
    """The script for a test. Requests are tagged `r0`, `r1`, ... in their order."""
    return _SCRIPT.format(
        target=json.dumps(test.target),
        kinds=json.dumps([_kind(number, request, test.timeout) for number, request in enumerate(test.requests)]),
        order=json.dumps(request_cycle(test.requests)),
        options=json.dumps(_options(test), indent=1),
        result=json.dumps(RESULT),
    )


def _kind(number: int, request: Request, timeout: float) -> dict[str, Any]:
    return {
        "method": request.method,
        "path": request.path,
        "body": base64.b64encode(request.body).decode() if request.body else None,
        "params": {
            "headers": dict(request.headers),
            "tags": {"name": f"r{number}"},
            "timeout": round(timeout * 1000),
            "redirects": 0,
        },
    }


def _options(test: LoadTest) -> dict[str, Any]:
    scenario = {**_scenario(test.executor, test.connections), "gracefulStop": _milliseconds(test.timeout)}
    return {
        "scenarios": {"test": scenario},
        "discardResponseBodies": True,
        "summaryTrendStats": ["avg", "min", "max", "count", *(f"p({percent:g})" for percent in GRID)],
        "thresholds": {name: [] for number in range(len(test.requests)) for name in _submetrics(number)},
        "setupTimeout": "60s",
    }


def _submetrics(number: int) -> list[str]:
    """A threshold without a condition has k6 count what bears a tag apart."""
    tag = f"name:r{number}"
    trends = [f"http_req_{part}{{{tag},expected_response:true}}" for part in ("duration", "waiting", "receiving")]
    statuses = [f"http_reqs{{{tag},status:{status}}}" for status in (0, *STATUSES)]
    return [*trends, f"http_reqs{{{tag}}}", *statuses, *(f"http_reqs{{{tag},error_code:{code}}}" for code in FAILURES)]


def _scenario(executor: Executor, connections: int) -> dict[str, Any]:
    values: dict[str, Any]
    match executor:
        case ConstantArrivalRate(rate, seconds):
            scale, unit = _scale(rate)
            users = _users(rate, connections)
            values = {"rate": round(rate * scale), "timeUnit": unit, "duration": _milliseconds(seconds), **users}
        case RampingArrivalRate(start_rate, stages):
            targets = [stage.target for stage in stages]
            scale, unit = _scale(start_rate, *targets)
            steps = [
                {"target": round(stage.target * scale), "duration": _milliseconds(stage.seconds)} for stage in stages
            ]
            users = _users(max(start_rate, *targets), connections)
            values = {"startRate": round(start_rate * scale), "timeUnit": unit, "stages": steps, **users}
        case ConstantUsers(count, seconds):
            values = {"vus": count, "duration": _milliseconds(seconds)}
        case RampingUsers(start_users, stages):
            steps = [{"target": round(stage.target), "duration": _milliseconds(stage.seconds)} for stage in stages]
            values = {"startVUs": start_users, "stages": steps}
        case SharedIterations(count, iterations, longest) | PerUserIterations(count, iterations, longest):
            values = {"vus": count, "iterations": iterations, "maxDuration": _milliseconds(longest)}
    return {"executor": executor_name(executor), **values}


def _users(peak_rate: float, connections: int) -> dict[str, int]:
    """Enough from the beginning for answers that take a second: to make more of them in the test costs arrivals."""
    return {"preAllocatedVUs": min(connections, max(1, round(peak_rate))), "maxVUs": connections}


def _scale(*rates: float) -> tuple[int, str]:
    """k6 takes whole rates only, but in any unit of time."""
    return (1, "1s") if all(rate == int(rate) for rate in rates) else (1000, "1000s")


def _milliseconds(seconds: float) -> str:
    return f"{round(seconds * 1000)}ms"
