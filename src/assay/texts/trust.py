"""What `assay trust` itself says; each of its parts has texts of its own."""

from typing import TypedDict

__all__ = ["LANGUAGES", "TRUST_TEXTS", "TrustTexts"]


class TrustTexts(TypedDict):
    """One language."""

    help: str


ENGLISH: TrustTexts = {"help": "Zero trust: tokens, identities, and the policies that decide who may do what."}

CHINESE: TrustTexts = {"help": "零信任：令牌、身份，以及决定谁可以做什么的策略。"}  # noqa: RUF001 # Chinese punctuation

LANGUAGES: dict[str, TrustTexts] = {"en": ENGLISH, "zh-Hans": CHINESE}
"""By BCP 47 tag. The first is the one that is used where no other fits."""

TRUST_TEXTS: TrustTexts = ENGLISH
"""The language in use."""
