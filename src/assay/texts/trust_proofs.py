# ruff: noqa: RUF001 # Chinese has punctuation of its own
"""What is said of proofs over policies, by the command line and in the Markdown for a pull request, by language."""

from typing import TypedDict

__all__ = ["LANGUAGES", "PROOF_TEXTS", "ProofTexts"]


class ProofTexts(TypedDict):
    """One language."""

    # assay trust --help
    prove_help: str
    diff_help: str
    rules_help: str
    folder_argument: str
    old_argument: str
    new_argument: str
    never_option: str
    no_option: str
    reach_option: str
    given_option: str
    claims_option: str
    seconds_option: str
    fail_on_option: str
    json_option: str
    markdown_option: str

    # what was found
    verdicts: dict[str, str]
    standings: dict[str, str]
    directions: dict[str, str]
    proof: str
    allowed_by: str
    denied_by: str
    denied_by_default: str
    missing: str
    unmentioned: str
    because: str
    change: str
    change_unknown: str
    no_change: str
    summary: str
    schema_changed: str
    edited: str
    rule: str
    shadowed_by: str
    rules_summary: str
    unlinked: str
    confirmed: str

    # Markdown
    proofs_title: str
    proofs_columns: tuple[str, str, str]
    difference_title: str
    difference_columns: tuple[str, str, str, str, str]
    example_of: str


ENGLISH: ProofTexts = {
    "prove_help": (
        "Prove what Cedar policies never allow, or show a request that they do allow.\n\n"
        "FOLDER holds *.cedar and schema.cedarschema. The claims are those of claims.toml in it, or the one of "
        "--never, or of --no and --reach. A proof covers every request and all entities that fit the schema. "
        "Ends with 1 where a claim is violated, with 3 where one is unknown."
    ),
    "diff_help": (
        "Show what a change of policies newly allows and newly denies, each with an example.\n\n"
        "OLD and NEW are folders with *.cedar and a schema. Ends with 1 where --fail-on says so."
    ),
    "rules_help": (
        "Show which rules decide nothing: never satisfied, always overruled, or covered by others.\n\n"
        "Ends with 1 where a rule never decides."
    ),
    "folder_argument": "a folder with *.cedar and schema.cedarschema (or schema.json)",
    "old_argument": "the folder of the policies as they were",
    "new_argument": "the folder of the policies as they will be",
    "never_option": "a condition of Cedar: no request for which it is true may be allowed",
    "no_option": "a condition on the principal: none such may reach what --reach names",
    "reach_option": "an entity: neither it nor anything in it may be reached",
    "given_option": "a condition of Cedar that may be taken for granted",
    "claims_option": "a file of claims; claims.toml of the folder where none is named",
    "seconds_option": "what all questions together may take; what is not answered by then is unknown",
    "fail_on_option": (
        "end with 1 where something is newly allowed (allows), newly denied (denies), either (any); or never"
    ),
    "json_option": "print one JSON document",
    "markdown_option": "write it as Markdown, for a pull request",
    "verdicts": {
        "holds": "holds",
        "violated": "violated",
        "unknown": "unknown",
        "not-applicable": "not applicable",
    },
    "standings": {
        "needed": "needed",
        "never-satisfied": "never satisfied",
        "overruled": "overruled: a forbid applies whenever it does",
        "idle": "idle: what it forbids nothing permits",
        "shadowed": "shadowed",
        "unknown": "unknown",
    },
    "directions": {"allowed": "newly allowed", "denied": "newly denied"},
    "proof": "{verdict}: {statement} [{name}]",
    "allowed_by": "allowed by {policies}",
    "denied_by": "denied by {policies}",
    "denied_by_default": "denied: nothing permits it",
    "missing": "the store of entities does not hold the {what}",
    "unmentioned": "no policy names {entities}",
    "because": "because {reason}",
    "change": "{direction}: {kind}",
    "change_unknown": "unknown whether anything is {direction}: {kind}",
    "no_change": "nothing is decided differently",
    "summary": "{kinds} kinds of request, {untouched} of them with the same policies on both sides",
    "schema_changed": "the schema changed: old and new policies are compared on requests that fit the new one",
    "edited": "policies only before: {removed}; only now: {added}",
    "rule": "{standing}: {name} ({effect})",
    "shadowed_by": "covered by {policies}",
    "rules_summary": "{rules} rules, {dead} that never decide, {shadowed} shadowed, {unknown} unknown",
    "unlinked": "templates that nothing links decide nothing: {names}",
    "confirmed": "Cedar confirms each example.",
    "proofs_title": "What the policies never allow",
    "proofs_columns": ("verdict", "claim", "name"),
    "difference_title": "What the change of policies decides differently",
    "difference_columns": ("", "action", "principal", "resource", "by"),
    "example_of": "Example: {what}",
}

CHINESE: ProofTexts = {
    "prove_help": (
        "证明 Cedar 策略绝不允许什么，或给出一个被允许的请求。\n\n"
        "FOLDER 含有 *.cedar 和 schema.cedarschema。声明取自其中的 claims.toml，或来自 --never，"
        "或来自 --no 和 --reach。"
        "证明涵盖符合模式的一切请求和一切实体。有声明被违反时以 1 结束，有声明未知时以 3 结束。"
    ),
    "diff_help": (
        "显示策略的更改新允许了什么、新拒绝了什么，并各给一例。\n\n"
        "OLD 和 NEW 是含有 *.cedar 和模式的文件夹。在 --fail-on 所说的情况下以 1 结束。"
    ),
    "rules_help": (
        "显示哪些规则什么也不决定：从不满足、总被否决，或被其他规则覆盖。\n\n有规则从不起决定作用时以 1 结束。"
    ),
    "folder_argument": "含有 *.cedar 和 schema.cedarschema（或 schema.json）的文件夹",
    "old_argument": "更改之前的策略所在的文件夹",
    "new_argument": "更改之后的策略所在的文件夹",
    "never_option": "Cedar 条件：使其为真的请求一律不得允许",
    "no_option": "关于主体的条件：这样的主体不得到达 --reach 所指的实体",
    "reach_option": "一个实体：它和它之内的一切都不得到达",
    "given_option": "可以视为成立的 Cedar 条件",
    "claims_option": "声明文件；不指定时取文件夹中的 claims.toml",
    "seconds_option": "所有问题总共可用的时间；届时没有回答的即为未知",
    "fail_on_option": "在新允许了什么 (allows)、新拒绝了什么 (denies)、任一情况 (any) 时以 1 结束，或从不 (never)",
    "json_option": "打印一个 JSON 文档",
    "markdown_option": "写成 Markdown，用于合并请求",
    "verdicts": {"holds": "成立", "violated": "被违反", "unknown": "未知", "not-applicable": "不适用"},
    "standings": {
        "needed": "需要",
        "never-satisfied": "从不满足",
        "overruled": "总被否决：它适用时总有 forbid 适用",
        "idle": "无用：它所禁止的本来就没有被允许",
        "shadowed": "被覆盖",
        "unknown": "未知",
    },
    "directions": {"allowed": "新允许", "denied": "新拒绝"},
    "proof": "{verdict}：{statement} [{name}]",
    "allowed_by": "由 {policies} 允许",
    "denied_by": "由 {policies} 拒绝",
    "denied_by_default": "拒绝：没有规则允许它",
    "missing": "实体库中没有 {what}",
    "unmentioned": "没有策略提到 {entities}",
    "because": "因为 {reason}",
    "change": "{direction}：{kind}",
    "change_unknown": "是否有{direction}未知：{kind}",
    "no_change": "没有决定发生变化",
    "summary": "{kinds} 种请求，其中 {untouched} 种在两边的策略相同",
    "schema_changed": "模式已更改：新旧策略在符合新模式的请求上比较",
    "edited": "只在之前的策略：{removed}；只在现在的策略：{added}",
    "rule": "{standing}：{name} ({effect})",
    "shadowed_by": "被 {policies} 覆盖",
    "rules_summary": "{rules} 条规则，{dead} 条从不起决定作用，{shadowed} 条被覆盖，{unknown} 条未知",
    "unlinked": "没有链接的模板什么也不决定：{names}",
    "confirmed": "每个例子都经 Cedar 确认。",
    "proofs_title": "策略绝不允许什么",
    "proofs_columns": ("结论", "声明", "名称"),
    "difference_title": "策略的更改使哪些决定不同",
    "difference_columns": ("", "操作", "主体", "资源", "由"),
    "example_of": "例：{what}",
}

LANGUAGES: dict[str, ProofTexts] = {"en": ENGLISH, "zh-Hans": CHINESE}
"""By BCP 47 tag. The first is the one that is used where no other fits."""

PROOF_TEXTS: ProofTexts = ENGLISH
"""The language in use."""
