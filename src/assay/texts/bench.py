# ruff: noqa: RUF001 # Chinese has punctuation of its own
"""What `assay bench` says, one catalogue for each language: not loaded where other commands run."""

from typing import TypedDict

__all__ = ["BENCH_TEXTS", "LANGUAGES", "BenchTexts"]


class BenchTexts(TypedDict):
    """One language."""

    help: str
    examples: str

    # tasks and claims
    titles: dict[str, str]
    users: str
    chart_description: str
    document_description: str
    resources_description: str
    bottleneck_description: str
    not_covered_partial: str
    not_covered_omission: str
    not_covered_censored: str

    # charts
    chart_over_time: str
    chart_over_rate: str
    axis_seconds: str
    axis_rate: str
    axis_latency: str
    axis_answers: str
    legend_answered: str
    legend_failed: str
    legend_dropped: str
    legend_kept: str
    legend_not_kept: str


_ENGLISH: BenchTexts = {
    "help": (
        "Measure how much load a service holds: load, stress, spike, soak and capacity tests.\n\n"
        "Without a command, `run` is meant: `assay bench http://localhost:8080`. `assay bench run --help` says more."
    ),
    "examples": (
        "\b\nExamples:\n"
        "  assay bench                                     every test of assay.toml\n"
        "  assay bench http://localhost:8080 --rate 100    one service, without a file"
    ),
    "titles": {
        "load": "does {target} do its work under {load}?",
        "stress": "where between {low:g}/s and {high:g}/s does {target} break, and how?",
        "spike": "how long does {target} take to recover from a burst of {rate:g}/s?",
        "soak": "does something grow in {seconds:g} s of {rate:g}/s to {target}?",
        "capacity": "which is the largest rate at which {target} keeps its SLO?",
    },
    "users": "{count} users",
    "chart_description": "Load and latency of the test.",
    "document_description": "Everything that was measured in each step, and what follows from it.",
    "resources_description": "What each service and the machine used during each step.",
    "bottleneck_description": "What limits the system: utilisation, saturation, errors, and what follows from them.",
    "not_covered_partial": "What the test would have shown if it had gone to its end without a limit of the generator.",
    "not_covered_omission": "Requests that {tool} did not send in time while the service stalled.",
    "not_covered_censored": "How long answers took beyond {seconds:g} s, where {tool} gives up.",
    "chart_over_time": "Answers per second and latency over time",
    "chart_over_rate": "Latency and answers over the rate of requests",
    "axis_seconds": "seconds",
    "axis_rate": "requests per second",
    "axis_latency": "latency, ms",
    "axis_answers": "per second",
    "legend_answered": "answered",
    "legend_failed": "failed",
    "legend_dropped": "dropped",
    "legend_kept": "kept",
    "legend_not_kept": "not kept",
}

_CHINESE: BenchTexts = {
    "help": (
        "测量服务能承受多少负载：负载、压力、尖峰、浸泡和容量测试。\n\n"
        "不写命令时即为 `run`：`assay bench http://localhost:8080`。详见 `assay bench run --help`。"
    ),
    "examples": (
        "\b\n示例：\n"
        "  assay bench                                     assay.toml 中的全部测试\n"
        "  assay bench http://localhost:8080 --rate 100    一个服务，无需文件"
    ),
    "titles": {
        "load": "在 {load} 下 {target} 能正常工作吗？",
        "stress": "{target} 在 {low:g}/秒 与 {high:g}/秒 之间何处崩溃，如何崩溃？",
        "spike": "{rate:g}/秒 的突发之后 {target} 需要多久恢复？",
        "soak": "以 {rate:g}/秒 对 {target} 持续 {seconds:g} 秒，有什么在增长吗？",
        "capacity": "{target} 满足其 SLO 的最大速率是多少？",
    },
    "users": "{count} 个用户",
    "chart_description": "测试的负载和延迟。",
    "document_description": "每一步测得的全部数据，以及由此得出的结论。",
    "resources_description": "每一步中各服务和机器所用的资源。",
    "bottleneck_description": "系统受什么限制：利用率、饱和度、错误，以及由此得出的结论。",
    "not_covered_partial": "如果测试进行到底且压测工具不受限，本可得知的内容。",
    "not_covered_omission": "服务停顿期间 {tool} 没有及时发送的请求。",
    "not_covered_censored": "超过 {seconds:g} 秒的应答用了多久：{tool} 到此放弃。",
    "chart_over_time": "每秒应答数和延迟随时间的变化",
    "chart_over_rate": "延迟和应答数随请求速率的变化",
    "axis_seconds": "秒",
    "axis_rate": "每秒请求数",
    "axis_latency": "延迟（毫秒）",
    "axis_answers": "每秒",
    "legend_answered": "应答",
    "legend_failed": "失败",
    "legend_dropped": "丢弃",
    "legend_kept": "满足",
    "legend_not_kept": "不满足",
}

LANGUAGES: dict[str, BenchTexts] = {"en": _ENGLISH, "zh-Hans": _CHINESE}
"""By BCP 47 tag."""

BENCH_TEXTS = _ENGLISH
"""The language in use."""
