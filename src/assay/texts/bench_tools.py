# ruff: noqa: RUF001 # Chinese has punctuation of its own
"""What `assay bench compare-tools` and `assay doctor --install` say, by language. Loaded only there."""

from typing import TypedDict

__all__ = ["LANGUAGES", "TOOL_TEXTS", "ToolTexts"]


class ToolTexts(TypedDict):
    """One language. Placeholders in braces are named alike in all languages."""

    # assay bench compare-tools --help
    help: str
    examples: str
    url: str
    tool: str
    users: str
    rate: str
    seconds: str
    repeats: str
    stall: str
    held: str
    period: str
    periods: str
    markdown: str

    # what it shows
    takes: str
    turn: str
    turn_of_stall: str
    stopping: str
    title: str
    columns: tuple[str, ...]
    stall_title: str
    stall_columns: tuple[str, ...]
    truth: str
    models: dict[str, str]
    not_known: str
    meaning: str
    clocks: dict[str, str]
    omissions: dict[str, str]
    cannot_say: str
    refused: str
    failed: str
    partial: str
    not_reached: str
    absent: str
    cpu_note: str

    # assay doctor
    doctor_tools: dict[str, str]
    nothing_to_install: str
    would_install: str
    do_it: str
    installed: str
    not_installed: str
    not_found: str


_ENGLISH: ToolTexts = {
    "help": (
        "Do the same work with every load generator that is installed, and show what each says of it.\n\n"
        "Assay's own engine, wrk, hey, k6 and Artillery take turns, first in the closed model, then in the open one; a "
        "tool that has no such model is named with its reason. Without a URL a small server is started for it. "
        "Ends with 0, or with 3 where a tool failed."
    ),
    "examples": (
        "\b\nExamples:\n"
        "  assay bench compare-tools                             a small server of its own\n"
        "  assay bench compare-tools http://localhost:8080/a     what listens there\n"
        "  assay bench compare-tools --tool wrk --tool assay     only these\n"
        "  assay bench compare-tools --stall                     what each says of a server that stalls\n"
        "  assay bench compare-tools --json                      for scripts"
    ),
    "url": "What is asked for, by GET; a small server of its own where none is given.",
    "tool": "Only this tool: assay, wrk, hey, k6 or artillery. May be repeated.",
    "users": "Users of the closed model, each with a connection.",
    "rate": "Requests per second of the open model: 200, and 1000 with --stall, where nothing else is said.",
    "seconds": "How long each run lasts.",
    "repeats": "How often each tool runs; the median is shown.",
    "stall": "Show coordinated omission: the server is held up again and again, for known times.",
    "held": "With --stall: seconds that the server is held in each period.",
    "period": "With --stall: seconds from one stall to the next.",
    "periods": "With --stall: how many.",
    "markdown": "Also write the tables into this file, as Markdown.",
    "takes": "{runs} runs, about {seconds:.0f} s in all, and the time that tools take to start",
    "turn": "{executor}: {tool}, run {number} of {of}",
    "turn_of_stall": "stalling server: {tool}",
    "stopping": "stopping; what was measured so far is shown",
    "title": "{executor}: {work}",
    "columns": (
        "tool",
        "requests/s",
        "p50 ms",
        "p90 ms",
        "p99 ms",
        "p99.9 ms",
        "mean ms",
        "failed",
        "dropped",
        "CPU us/request",
        "memory MiB",
    ),
    "stall_title": (
        "a server held up {held:g} s in every {period:g} s, {rate:,} requests/s: what a request really waits, and what "
        "each tool says"
    ),
    "stall_columns": (
        "tool",
        "model",
        "p50 ms",
        "p90 ms",
        "p95 ms",
        "p99 ms",
        "mean ms",
        "requests/s",
        "answered",
        "dropped",
    ),
    "truth": "the truth",
    "models": {
        "open": "open",
        "closed": "closed, as fast as it can",
        "paced": "closed, kept to the rate",
    },
    "not_known": "?",
    "meaning": "{tool}: {clock}; {omission}",
    "clocks": {
        "scheduled to last-byte": "from the intended start to the last byte",
        "connecting to last-byte": "from when it got round to it, connecting included, to the last byte",
        "sent to last-byte": "from when it was sent to the last byte, connecting left out",
    },
    "omissions": {
        "counted": "what could not be sent in time is sent or counted all the same",
        "back-filled": "what was not sent during a stall is guessed",
        "omitted": "what was not sent during a stall is left out",
    },
    "cannot_say": "{tool} cannot say: {unknown}",
    "refused": "{tool} was not run: {reason}",
    "failed": "{tool} failed: {reason}",
    "partial": "partial: {reason}",
    "not_reached": "{tool} reached {reached:,.0f} of {rate:,.0f} requests/s: it speaks of a smaller load",
    "absent": "{tool} is not installed: {install}, or `assay doctor --install`",
    "cpu_note": (
        "CPU is that of the generator, starting up included; of Assay that of the threads that make the load."
    ),
    "doctor_tools": {
        "wrk": "optional: load generator, closed model",
        "hey": "optional: load generator, closed model, one request",
        "k6": "optional: load generator, every executor",
        "artillery": "optional: load generator, arrival rates; runs on Node.js",
    },
    "nothing_to_install": "all load generators are installed",
    "would_install": "what is missing comes with:",
    "do_it": "`assay doctor --install --yes` runs these",
    "installed": "{tool} is installed: {version}",
    "not_installed": "{tool} could not be installed: {reason}",
    "not_found": "the command ended well, and the program is at no usual place",
}

_CHINESE: ToolTexts = {
    "help": (
        "用每个已安装的压测工具做同样的工作，并展示各自的说法。\n\n"
        "Assay 自己的引擎、wrk、hey、k6 和 Artillery 轮流运行，先闭合模型，后开放模型；不具备该模型的工具会注明原因。"
        "不给 URL 时会启动一个小服务器。以 0 结束；有工具失败时以 3 结束。"
    ),
    "examples": (
        "\b\n示例:\n"
        "  assay bench compare-tools                             自带的小服务器\n"
        "  assay bench compare-tools http://localhost:8080/a     在那里监听的服务\n"
        "  assay bench compare-tools --tool wrk --tool assay     只用这些工具\n"
        "  assay bench compare-tools --stall                     各工具如何描述停顿的服务器\n"
        "  assay bench compare-tools --json                      供脚本使用"
    ),
    "url": "用 GET 请求的地址；不给时使用自带的小服务器。",
    "tool": "只用这个工具：assay、wrk、hey、k6 或 artillery。可重复。",
    "users": "闭合模型的用户数，每个用户一个连接。",
    "rate": "开放模型每秒的请求数：默认 200，配合 --stall 时 1000。",
    "seconds": "每次运行多少秒。",
    "repeats": "每个工具运行几次；显示中位数。",
    "stall": "展示协同遗漏：服务器按已知的时间反复停顿。",
    "held": "配合 --stall：每个周期停顿多少秒。",
    "period": "配合 --stall：两次停顿相隔多少秒。",
    "periods": "配合 --stall：多少个周期。",
    "markdown": "同时把表格以 Markdown 写入此文件。",
    "takes": "共 {runs} 次运行，约 {seconds:.0f} 秒，另加工具启动的时间",
    "turn": "{executor}：{tool}，第 {number} 次，共 {of} 次",
    "turn_of_stall": "停顿的服务器：{tool}",
    "stopping": "正在停止；将显示目前测得的结果",
    "title": "{executor}：{work}",
    "columns": (
        "工具",
        "请求/秒",
        "p50 毫秒",
        "p90 毫秒",
        "p99 毫秒",
        "p99.9 毫秒",
        "平均 毫秒",
        "失败",
        "丢弃",
        "CPU 微秒/请求",
        "内存 MiB",
    ),
    "stall_title": "服务器每 {period:g} 秒停顿 {held:g} 秒，每秒 {rate:,} 个请求：请求真正等待多久，各工具怎么说",
    "stall_columns": (
        "工具",
        "模型",
        "p50 毫秒",
        "p90 毫秒",
        "p95 毫秒",
        "p99 毫秒",
        "平均 毫秒",
        "请求/秒",
        "已应答",
        "丢弃",
    ),
    "truth": "真值",
    "models": {"open": "开放", "closed": "闭合，全速", "paced": "闭合，限速"},
    "not_known": "?",
    "meaning": "{tool}：{clock}；{omission}",
    "clocks": {
        "scheduled to last-byte": "从预定开始到最后一个字节",
        "connecting to last-byte": "从着手处理（含建立连接）到最后一个字节",
        "sent to last-byte": "从发送到最后一个字节，不含建立连接",
    },
    "omissions": {
        "counted": "未能按时发送的请求仍会发送或计数",
        "back-filled": "停顿期间未发送的请求靠推测补上",
        "omitted": "停顿期间未发送的请求被忽略",
    },
    "cannot_say": "{tool} 无法说明：{unknown}",
    "refused": "未运行 {tool}：{reason}",
    "failed": "{tool} 失败：{reason}",
    "partial": "部分结果：{reason}",
    "not_reached": "{tool} 只达到每秒 {rate:,.0f} 个请求中的 {reached:,.0f} 个：它说的是较小的负载",
    "absent": "未安装 {tool}：{install}，或 `assay doctor --install`",
    "cpu_note": "CPU 是压测工具自身的，含启动；Assay 的是产生负载的线程的。",
    "doctor_tools": {
        "wrk": "可选：压测工具，闭合模型",
        "hey": "可选：压测工具，闭合模型，单一请求",
        "k6": "可选：压测工具，所有执行器",
        "artillery": "可选：压测工具，到达率；运行于 Node.js",
    },
    "nothing_to_install": "所有压测工具都已安装",
    "would_install": "所缺的工具这样安装：",
    "do_it": "`assay doctor --install --yes` 会执行它们",
    "installed": "已安装 {tool}：{version}",
    "not_installed": "无法安装 {tool}：{reason}",
    "not_found": "命令已正常结束，但在常见位置找不到该程序",
}

LANGUAGES: dict[str, ToolTexts] = {"en": _ENGLISH, "zh-Hans": _CHINESE}
"""By BCP 47 tag; the first is in use."""

TOOL_TEXTS = _ENGLISH
