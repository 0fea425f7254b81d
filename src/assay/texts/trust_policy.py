# ruff: noqa: RUF001 # Chinese has punctuation of its own
"""What `assay trust test` and `assay trust decide` say, by language. Loaded only there."""

from typing import TypedDict

__all__ = ["LANGUAGES", "POLICY_TEXTS", "PolicyTexts"]


class PolicyTexts(TypedDict):
    """One language. Placeholders in braces are named alike in all languages."""

    # --help
    test_help: str
    decide_help: str
    folder: str
    policies: str
    principal: str
    action: str
    resource: str
    context: str

    # assay trust decide
    allowed: str
    denied: str
    reasons: dict[str, str]
    deciding: str
    nearest: str
    no_permits: str
    skipped: str
    outcomes: dict[str, str]
    fact: str
    absent: str

    # assay trust test
    failed_case: str
    expected: str
    because: str
    because_nothing: str
    decided: str
    untouched: str
    warning: str
    summary: str


_ENGLISH: PolicyTexts = {
    "test_help": (
        "Run the tests of a folder of policies: the cases in tests.toml or tests.json.\n\n"
        "Ends with 0 where all pass, with 1 where one fails, with 2 where policies or cases cannot be read."
    ),
    "decide_help": (
        "Decide one request by a folder of policies, and say why.\n\n"
        "Ends with 0 where it is allowed, with 1 where it is denied, with 2 where it cannot be judged."
    ),
    "folder": "The folder with *.cedar, schema.cedarschema, entities.json and the tests.",
    "policies": "The folder with *.cedar, schema.cedarschema and entities.json.",
    "principal": 'Who asks, as User::"ann".',
    "action": 'For what, as Action::"read".',
    "resource": 'On what, as Order::"7".',
    "context": "What is known of this request, as a JSON object.",
    "allowed": "allowed: {reason}",
    "denied": "denied: {reason}",
    "reasons": {
        "permitted": "permitted by {policies}",
        "forbidden": "forbidden by {policies}",
        "nothing-permits": "nothing permits it",
        "refused": "it cannot be judged",
    },
    "deciding": "{effect} {id} ({place})",
    "nearest": "lacks {failed} of {all} conditions: {id} ({place})",
    "no_permits": "there is no permit at all",
    "skipped": "skipped, because it cannot be evaluated: {policy}: {message}",
    "outcomes": {"holds": "holds", "fails": "fails", "error": "error"},
    "fact": "{name} is {value}",
    "absent": "absent",
    "failed_case": "FAILED {name} ({place})",
    "expected": "expected {expectation}{because}",
    "because": " because of {policies}",
    "because_nothing": ", by no policy",
    "decided": "decided {decision}",
    "untouched": "no test touches {id} ({place})",
    "warning": "warning: {message} ({place})",
    "summary": "{passed} passed, {failed} failed; {touched} of {policies} policies decided in a test",
}

_CHINESE: PolicyTexts = {
    "test_help": (
        "运行一个策略文件夹的测试：tests.toml 或 tests.json 中的用例。\n\n"
        "全部通过时以 0 结束，有失败时以 1 结束，策略或用例无法读取时以 2 结束。"
    ),
    "decide_help": (
        "用一个文件夹的策略判定一个请求，并说明原因。\n\n允许时以 0 结束，拒绝时以 1 结束，无法判定时以 2 结束。"
    ),
    "folder": "包含 *.cedar、schema.cedarschema、entities.json 和测试的文件夹。",
    "policies": "包含 *.cedar、schema.cedarschema 和 entities.json 的文件夹。",
    "principal": '谁在请求，例如 User::"ann"。',
    "action": '请求什么，例如 Action::"read"。',
    "resource": '针对什么，例如 Order::"7"。',
    "context": "关于此请求的已知事实，一个 JSON 对象。",
    "allowed": "允许：{reason}",
    "denied": "拒绝：{reason}",
    "reasons": {
        "permitted": "由 {policies} 允许",
        "forbidden": "被 {policies} 禁止",
        "nothing-permits": "没有策略允许它",
        "refused": "无法判定",
    },
    "deciding": "{effect} {id}（{place}）",
    "nearest": "{all} 个条件中有 {failed} 个不满足：{id}（{place}）",
    "no_permits": "没有任何允许策略",
    "skipped": "因无法求值而跳过：{policy}：{message}",
    "outcomes": {"holds": "满足", "fails": "不满足", "error": "错误"},
    "fact": "{name} 为 {value}",
    "absent": "不存在",
    "failed_case": "失败 {name}（{place}）",
    "expected": "预期 {expectation}{because}",
    "because": "，因为 {policies}",
    "because_nothing": "，不由任何策略决定",
    "decided": "判定 {decision}",
    "untouched": "没有测试触及 {id}（{place}）",
    "warning": "警告：{message}（{place}）",
    "summary": "{passed} 个通过，{failed} 个失败；{policies} 条策略中有 {touched} 条在测试中起了决定作用",
}

LANGUAGES: dict[str, PolicyTexts] = {"en": _ENGLISH, "zh-Hans": _CHINESE}
"""By BCP 47 tag."""

POLICY_TEXTS = _ENGLISH
"""The catalogue in use."""
