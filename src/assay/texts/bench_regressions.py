# ruff: noqa: RUF001 # Chinese has punctuation of its own
"""What is said of regressions, by the command line and in the Markdown for a pull request, by language."""

from typing import TypedDict

__all__ = ["LANGUAGES", "REGRESSION_TEXTS", "RegressionTexts"]


class RegressionTexts(TypedDict):
    """One language."""

    # assay bench --help
    history_help: str
    compare_help: str
    serve_metrics_help: str
    metrics_help: str
    dashboard_help: str
    test_argument: str
    base_argument: str
    run_argument: str
    measure_option: str
    last_option: str
    minimum_effect_option: str
    confidence_option: str
    repeats_option: str
    baseline_option: str
    fail_on_option: str
    markdown_option: str
    github_option: str
    host_option: str
    port_option: str
    textfile_option: str
    output_option: str

    # a comparison
    findings: dict[str, str]
    title: str
    compared: str
    no_commit: str
    no_baseline: str
    columns: tuple[str, str, str, str, str, str]
    interval: str
    no_interval: str
    repeats: str
    needed: str
    rules: str
    summary: str
    annotation: str

    # a history
    no_results: str
    history_title: str
    history_columns: tuple[str, str, str, str, str]
    change_point: str
    unlike: str
    serving: str
    written: str


ENGLISH: RegressionTexts = {
    "history_help": (
        "Show the results of a test, oldest first, and where their level changed.\n\n"
        "Without a test: which tests have results. Only results that compare with the latest are searched for changes."
    ),
    "compare_help": (
        "Compare the results of a run with those of another.\n\n"
        "BASE is a run, or a branch, tag or commit, of which the nearest results are taken. RUN is the latest where "
        "none is named. Ends with 1 where --fail-on says so."
    ),
    "serve_metrics_help": "Answer /metrics with results and live progress, for Prometheus to read.",
    "metrics_help": "Print what `assay bench serve-metrics` would answer, or write it for node_exporter.",
    "dashboard_help": "Print the Grafana dashboard that shows these metrics, to import it.",
    "test_argument": "a test, by its name",
    "base_argument": "a run by its name or the beginning of it, or a branch, a tag or a commit",
    "run_argument": "a run by its name or the beginning of it; the latest where none is named",
    "measure_option": "only this measure, such as p99; may be repeated",
    "last_option": "show no more than this many results",
    "minimum_effect_option": "the smallest change that counts, as a share: 0.05 is five per cent",
    "confidence_option": "of the interval of each measure",
    "repeats_option": "do each test so often; a comparison needs five on each side",
    "baseline_option": "compare with the nearest results of this branch, tag or commit, or with this run",
    "fail_on_option": (
        "end with 1 where something got worse (regression), or where that cannot be told either (unknown)"
    ),
    "markdown_option": "write the comparison as Markdown, for a pull request",
    "github_option": "print annotations for GitHub Actions; done by itself where GITHUB_ACTIONS is set",
    "host_option": "the address to listen on",
    "port_option": "the port to listen on; 0 takes a free one",
    "textfile_option": "write to this file, for the textfile collector of node_exporter; its name ends with .prom",
    "output_option": "write to this file",
    "findings": {
        "better": "better",
        "worse": "worse",
        "same": "the same",
        "unknown": "unknown",
        "not-comparable": "not comparable",
    },
    "title": "Performance compared with {baseline}",
    "compared": "{test}: {finding}, from {before} to {after}",
    "no_commit": "no commit",
    "no_baseline": "{test}: there are no results of {baseline} to compare with yet",
    "columns": ("measure", "before", "after", "change", "interval", "finding"),
    "interval": "{low} to {high}",
    "no_interval": "none",
    "repeats": "repeats: {before} before, {after} after",
    "needed": "{finding}; about {count} repeats each would tell",
    "rules": (
        "A change counts from {effect} on, where its interval ({confidence}, bootstrap over repeats) leaves out zero."
    ),
    "summary": "{worse} worse, {better} better, {same} the same, {unknown} unknown",
    "annotation": "{test}: {measure} went from {before} to {after} ({change}, {low} to {high})",
    "no_results": "no results yet: `assay bench` keeps those of each test",
    "history_title": "{test}: {count} results",
    "history_columns": ("recorded", "run", "commit", "repeats", "note"),
    "change_point": "{measure} {change}",
    "unlike": "does not compare with the latest",
    "serving": "serving {address}; Ctrl-C ends it",
    "written": "wrote {path}",
}

CHINESE: RegressionTexts = {
    "history_help": (
        "按时间先后显示一个测试的结果，以及水平在何处发生变化。\n\n"
        "不指定测试时，列出有结果的测试。只在能与最新结果相比的结果中寻找变化。"
    ),
    "compare_help": (
        "把一次运行的结果与另一次运行的结果相比较。\n\n"
        "BASE 是一次运行，或一个分支、标签或提交，取其最近的结果。不指定 RUN 时取最近一次运行。"
        "在 --fail-on 所说的情况下以 1 结束。"
    ),
    "serve_metrics_help": "在 /metrics 上提供结果和实时进度，供 Prometheus 读取。",
    "metrics_help": "打印 `assay bench serve-metrics` 会给出的内容，或写成 node_exporter 读取的文件。",
    "dashboard_help": "打印显示这些指标的 Grafana 仪表盘，以便导入。",
    "test_argument": "测试的名称",
    "base_argument": "运行的名称或其开头，或一个分支、标签或提交",
    "run_argument": "运行的名称或其开头；不指定时取最近一次",
    "measure_option": "只看这个度量，例如 p99；可以重复",
    "last_option": "最多显示这么多个结果",
    "minimum_effect_option": "算作变化的最小幅度，以比例表示：0.05 即百分之五",
    "confidence_option": "每个度量的区间的置信水平",
    "repeats_option": "每个测试做这么多次；比较时每边需要五次",
    "baseline_option": "与这个分支、标签或提交的最近结果，或与这次运行相比较",
    "fail_on_option": "变差时 (regression)，或无法判断时 (unknown) 以 1 结束",
    "markdown_option": "把比较写成 Markdown，用于合并请求",
    "github_option": "打印 GitHub Actions 的注解；设置了 GITHUB_ACTIONS 时自动打印",
    "host_option": "监听的地址",
    "port_option": "监听的端口；0 表示任选一个空闲端口",
    "textfile_option": "写入这个文件，供 node_exporter 的 textfile 收集器读取；文件名以 .prom 结尾",
    "output_option": "写入这个文件",
    "findings": {
        "better": "变好",
        "worse": "变差",
        "same": "相同",
        "unknown": "未知",
        "not-comparable": "不可比",
    },
    "title": "与 {baseline} 相比的性能",
    "compared": "{test}：{finding}，从 {before} 到 {after}",
    "no_commit": "没有提交",
    "no_baseline": "{test}：还没有可以比较的 {baseline} 的结果",
    "columns": ("度量", "之前", "之后", "变化", "区间", "结论"),
    "interval": "{low} 至 {high}",
    "no_interval": "无",
    "repeats": "重复次数：之前 {before}，之后 {after}",
    "needed": "{finding}；每边约 {count} 次重复才能判断",
    "rules": "变化达到 {effect}，且区间 ({confidence}，对重复做自助法) 不含零时才算数。",
    "summary": "{worse} 个变差，{better} 个变好，{same} 个相同，{unknown} 个未知",
    "annotation": "{test}：{measure} 从 {before} 变为 {after} ({change}，{low} 至 {high})",
    "no_results": "还没有结果：`assay bench` 会保留每个测试的结果",
    "history_title": "{test}：{count} 个结果",
    "history_columns": ("记录时间", "运行", "提交", "重复", "备注"),
    "change_point": "{measure} {change}",
    "unlike": "不能与最新结果相比",
    "serving": "正在提供 {address}；按 Ctrl-C 结束",
    "written": "已写入 {path}",
}

LANGUAGES: dict[str, RegressionTexts] = {"en": ENGLISH, "zh-Hans": CHINESE}
"""By BCP 47 tag. The first is the one that is used where no other fits."""

REGRESSION_TEXTS: RegressionTexts = ENGLISH
"""The language in use."""
