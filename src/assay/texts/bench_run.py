"""What `assay bench run` says."""

from typing import TypedDict

__all__ = ["BENCH_RUN_TEXTS", "BenchRunTexts"]


class BenchRunTexts(TypedDict):
    """One language."""

    help: str
    examples: str
    targets: str
    design: str
    rate: str
    users: str
    seconds: str
    from_rate: str
    to_rate: str
    spike_rate: str
    slo: str
    threshold: str
    method: str
    header: str
    body: str
    scenario: str
    protocol: str
    streams: str
    insecure: str
    ca_file: str
    timeout: str
    connections: str
    threads: str
    traces: str
    tool: str
    output: str
    seed: str

    starting: str
    waiting: str
    live: str
    live_bare: str
    title: str
    partial: str
    rate_open: str
    rate_closed: str
    counts: str
    dropped: str
    interrupted: str
    errors: str
    check: str
    iterations: str
    unmeasured: str
    generator: str
    peak: str
    limit: str
    slow: str
    slow_span: str
    endpoint_columns: tuple[str, ...]
    step_columns: tuple[str, ...]
    all_endpoints: str


BENCH_RUN_TEXTS: BenchRunTexts = {
    "help": (
        "Run performance tests: those of assay.toml, the named ones of them, or one of an address.\n\n"
        "Prints rates, latencies by endpoint, errors, what the load generator was short of, and whether thresholds are "
        "kept. Ends with 0 where everything holds, with 1 where a threshold is violated or requests failed, with 3 "
        "where something stayed unknown. Ctrl-C ends a test early and shows what it found. "
        "The word `run` may be left out."
    ),
    "examples": (
        "\b\nExamples:\n"
        "  assay bench http://localhost:8080/items --rate 100 --seconds 10\n"
        "  assay bench http://localhost:8080 --users 20 --threshold 'http_req_duration: p(99)<250'\n"
        "  assay bench http://localhost:8080 --design capacity --from-rate 10 --to-rate 1000 \\\n"
        "      --slo 'http_req_duration: p(95)<250'\n"
        "  assay bench                     every test of assay.toml\n"
        "  assay bench buying --json       one of them, for scripts"
    ),
    "targets": "Names of tests of assay.toml, or one address; all tests where nothing is named.",
    "design": "What to find out about an address: load, stress, spike, soak or capacity.",
    "rate": "Requests per second, which start by the clock whether or not earlier ones have ended.",
    "users": "So many users who send one request after the other, in place of a rate.",
    "seconds": "How long the test, or one trial of it, takes.",
    "from_rate": "Where a stress or capacity test begins.",
    "to_rate": "Where it ends.",
    "spike_rate": "The rate of the burst of a spike test.",
    "slo": "A threshold up to which the service does its work, for capacity and stress; may be given several times.",
    "threshold": "What must hold, as k6 writes it; may be given several times.",
    "method": "Of the requests.",
    "header": "`Name: value`; may be given several times.",
    "body": "Of the requests; @FILE sends a file's content.",
    "scenario": "A Python file that says what a user does, in place of --method, --header and --body.",
    "protocol": "http1, http2, grpc or websocket.",
    "streams": "How many requests of http2 or grpc share a connection at the same time.",
    "insecure": "Trust any certificate of an https or wss address.",
    "ca_file": "Trust the authorities in this PEM file, in place of those that the system trusts.",
    "timeout": "Seconds until an answer counts as lost.",
    "connections": "The most connections at once where requests start by the clock.",
    "threads": "Of the load generator.",
    "traces": "Begin a trace with each request (the header traceparent), and name those of the slowest.",
    "tool": "The load generator: assay, k6, wrk, hey or artillery.",
    "output": "Write everything that was measured to this file, as JSON.",
    "seed": "Of what is random, to repeat a test.",
    "starting": "making services ready",
    "waiting": "{test}  {step}",
    "live": (
        "{test}  {step}  {seconds:.0f} s  {rate:,.0f} answers/s  p50 {p50:,.1f} ms  p99 {p99:,.1f} ms  "
        "{failed:,} failed  {dropped:,} dropped"
    ),
    "live_bare": "{test}  {step}  {seconds:.0f} s",
    "title": "{test}: {design}, {load}, to {target}",
    "partial": "partial: {explanation}",
    "rate_open": "rate       {intended:,.1f}/s intended, {achieved:,.1f}/s answered",
    "rate_closed": "rate       {achieved:,.1f}/s answered",
    "counts": "requests   {answered:,} answered, {failed:,} failed",
    "dropped": ", {count:,} dropped",
    "interrupted": ", {count:,} interrupted",
    "errors": "errors     {errors}",
    "check": "check      {name}: {passed:,} of {total:,}",
    "iterations": "iterations {completed:,} to their end, {cut_short:,} cut short",
    "unmeasured": "unknown    {tool} does not measure {fields}",
    "generator": "generator  {tool} {version}, {seconds:.2f} s of CPU time",
    "peak": ", {size:.0f} MiB",
    "limit": "limited    {limit}",
    "slow": "slow       {latency} ms  {endpoint}  {end}  trace {trace}",
    "slow_span": "           {own} ms of it in {service}: {name}",
    "endpoint_columns": ("endpoint", "answered", "failed", "mean", "p50", "p90", "p95", "p99", "max", "ms"),
    "step_columns": ("step", "answers/s", "failed", "dropped", "p50", "p95", "p99", "max", "ms"),
    "all_endpoints": "all",
}
"""The language in use: English."""
