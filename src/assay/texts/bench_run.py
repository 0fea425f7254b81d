# ruff: noqa: RUF001 # Chinese has punctuation of its own
"""What `assay bench run` says."""

from typing import TypedDict

__all__ = ["BENCH_RUN_TEXTS", "LANGUAGES", "BenchRunTexts"]


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
    partial_step: str
    rate_open: str
    rate_closed: str
    counts: str
    dropped: str
    interrupted: str
    errors: str
    reason: str
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


_ENGLISH: BenchRunTexts = {
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
    "partial_step": "{step} is partial: {explanation}",
    "rate_open": "rate       {intended:,.1f}/s intended, {achieved:,.1f}/s answered",
    "rate_closed": "rate       {achieved:,.1f}/s answered",
    "counts": "requests   {answered:,} answered, {failed:,} failed",
    "dropped": ", {count:,} dropped",
    "interrupted": ", {count:,} interrupted",
    "errors": "errors     {errors}",
    "reason": "           {name}: {reason}",
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

_CHINESE: BenchRunTexts = {
    "help": (
        "运行性能测试：assay.toml 中的全部测试、其中指定的几个，或针对一个地址的测试。\n\n"
        "输出速率、各端点的延迟、错误、压测工具自身的瓶颈，以及阈值是否满足。全部成立时退出码为 0，"
        "违反阈值或有请求失败时为 1，有未知项时为 3。Ctrl-C 提前结束测试并显示已有的结果。"
        "`run` 一词可以省略。"
    ),
    "examples": (
        "\b\n示例：\n"
        "  assay bench http://localhost:8080/items --rate 100 --seconds 10\n"
        "  assay bench http://localhost:8080 --users 20 --threshold 'http_req_duration: p(99)<250'\n"
        "  assay bench http://localhost:8080 --design capacity --from-rate 10 --to-rate 1000 \\\n"
        "      --slo 'http_req_duration: p(95)<250'\n"
        "  assay bench                     assay.toml 中的全部测试\n"
        "  assay bench buying --json       其中一个，供脚本使用"
    ),
    "targets": "assay.toml 中测试的名称，或一个地址；不指定时为全部测试。",
    "design": "要从地址得知什么：load、stress、spike、soak 或 capacity。",
    "rate": "每秒请求数，按时钟发起，不论先前的请求是否结束。",
    "users": "用这么多用户依次发送请求，代替速率。",
    "seconds": "测试或其中一次试验的时长。",
    "from_rate": "压力测试或容量测试的起始速率。",
    "to_rate": "其终止速率。",
    "spike_rate": "尖峰测试中突发的速率。",
    "slo": "服务能正常工作的阈值，用于容量和压力测试；可多次给出。",
    "threshold": "必须成立的条件，写法与 k6 相同；可多次给出。",
    "method": "请求的方法。",
    "header": "`名称: 值`；可多次给出。",
    "body": "请求的正文；@FILE 发送文件的内容。",
    "scenario": "说明用户行为的 Python 文件，代替 --method、--header 和 --body。",
    "protocol": "http1、http2、grpc 或 websocket。",
    "streams": "http2 或 grpc 有多少请求同时共用一个连接。",
    "insecure": "信任 https 或 wss 地址的任何证书。",
    "ca_file": "信任此 PEM 文件中的证书机构，代替系统所信任的。",
    "timeout": "超过这么多秒的应答算作丢失。",
    "connections": "按时钟发起请求时的最大连接数。",
    "threads": "压测工具的线程数。",
    "traces": "每个请求开始一条追踪（traceparent 头），并列出最慢请求的追踪。",
    "tool": "压测工具：assay、k6、wrk、hey 或 artillery。",
    "output": "把测得的全部数据以 JSON 写入此文件。",
    "seed": "随机数种子，用于重复测试。",
    "starting": "正在准备服务",
    "waiting": "{test}  {step}",
    "live": (
        "{test}  {step}  {seconds:.0f} 秒  {rate:,.0f} 应答/秒  p50 {p50:,.1f} 毫秒  p99 {p99:,.1f} 毫秒  "
        "失败 {failed:,}  丢弃 {dropped:,}"
    ),
    "live_bare": "{test}  {step}  {seconds:.0f} 秒",
    "title": "{test}：{design}，{load}，目标 {target}",
    "partial": "部分结果：{explanation}",
    "partial_step": "{step} 只有部分结果：{explanation}",
    "rate_open": "速率       计划 {intended:,.1f}/秒，应答 {achieved:,.1f}/秒",
    "rate_closed": "速率       应答 {achieved:,.1f}/秒",
    "counts": "请求       应答 {answered:,}，失败 {failed:,}",
    "dropped": "，丢弃 {count:,}",
    "interrupted": "，中断 {count:,}",
    "errors": "错误       {errors}",
    "reason": "           {name}：{reason}",
    "check": "检查       {name}：{total:,} 次中 {passed:,} 次成立",
    "iterations": "迭代       完成 {completed:,}，提前结束 {cut_short:,}",
    "unmeasured": "未知       {tool} 不测量 {fields}",
    "generator": "压测工具   {tool} {version}，CPU 时间 {seconds:.2f} 秒",
    "peak": "，{size:.0f} MiB",
    "limit": "受限       {limit}",
    "slow": "最慢       {latency} 毫秒  {endpoint}  {end}  追踪 {trace}",
    "slow_span": "           其中 {own} 毫秒在 {service}：{name}",
    "endpoint_columns": ("端点", "应答", "失败", "平均", "p50", "p90", "p95", "p99", "最大", "毫秒"),
    "step_columns": ("步骤", "应答/秒", "失败", "丢弃", "p50", "p95", "p99", "最大", "毫秒"),
    "all_endpoints": "全部",
}

LANGUAGES: dict[str, BenchRunTexts] = {"en": _ENGLISH, "zh-Hans": _CHINESE}
"""By BCP 47 tag."""

BENCH_RUN_TEXTS = _ENGLISH
"""The language in use."""
