# ruff: noqa: RUF001 # Chinese has punctuation of its own
"""What `assay trust token` says, by language. Loaded only there."""

from typing import TypedDict

__all__ = ["LANGUAGES", "TOKEN_TEXTS", "TokenTexts"]


class TokenTexts(TypedDict):
    """One language. Placeholders in braces are named alike in all languages."""

    group_help: str
    inspect_help: str
    inspect_examples: str
    token_help: str
    keys_help: str
    checks: dict[str, str]
    """By `CheckName`."""
    outcomes: dict[str, str]
    """By `CheckOutcome`."""
    line: str
    nothing_believed: str


ENGLISH: TokenTexts = {
    "group_help": "Tokens between services.",
    "inspect_help": (
        "Looks at an access token and says what is wrong with it, a line for each check. The signature is verified "
        "only with keys that you bring, never with one that the token brings."
    ),
    "inspect_examples": (
        "assay trust token inspect - < token.txt\n\nassay trust token inspect - --keys jwks.json < token.txt"
    ),
    "token_help": "The token; - reads it from standard input, where other users of the machine do not see it.",
    "keys_help": "The published keys of its issuer: a JWK set.",
    "checks": {
        "form": "form",
        "header": "header",
        "algorithm": "algorithm",
        "type": "type (typ)",
        "claims": "claims",
        "issuer": "issuer (iss)",
        "audience": "audience (aud)",
        "time": "time (iat, nbf, exp)",
        "lifetime": "lifetime",
        "sender": "bound to its sender (cnf)",
        "signature": "signature",
    },
    "outcomes": {"good": "good", "wrong": "WRONG", "unknown": "unknown"},
    "line": "{outcome:<8} {check:<26} {detail}",
    "nothing_believed": "the signature was not verified: whoever made this token could have written anything (--keys)",
}

CHINESE: TokenTexts = {
    "group_help": "服务之间的令牌。",
    "inspect_help": ("查看访问令牌，并逐项说明哪里不对。签名只用您提供的密钥验证，绝不使用令牌自带的密钥。"),
    "inspect_examples": (
        "assay trust token inspect - < token.txt\n\nassay trust token inspect - --keys jwks.json < token.txt"
    ),
    "token_help": "令牌；- 表示从标准输入读取，这样本机其他用户看不到它。",
    "keys_help": "签发者公布的密钥：一个 JWK 集合。",
    "checks": {
        "form": "格式",
        "header": "头部",
        "algorithm": "算法",
        "type": "类型 (typ)",
        "claims": "声明",
        "issuer": "签发者 (iss)",
        "audience": "受众 (aud)",
        "time": "时间 (iat, nbf, exp)",
        "lifetime": "有效期",
        "sender": "与发送者绑定 (cnf)",
        "signature": "签名",
    },
    "outcomes": {"good": "正确", "wrong": "错误", "unknown": "未知"},
    "line": "{outcome:<8} {check:<26} {detail}",
    "nothing_believed": "签名未经验证：制作此令牌的人可以写入任何内容 (--keys)",
}

LANGUAGES: dict[str, TokenTexts] = {"en": ENGLISH, "zh-Hans": CHINESE}
"""By BCP 47 tag. The first is the one that is used where no other fits."""

TOKEN_TEXTS: TokenTexts = ENGLISH
"""The language in use."""
