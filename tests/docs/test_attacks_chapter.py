"""The chapter on attacks names each attack with the defence that stops it."""

import re
from pathlib import Path

from assay.trust.attacks.token_attacks import TOKEN_ATTACKS

CHAPTER = Path(__file__).parents[2] / "docs" / "56-attacks.md"


def test_lists_the_attacks_that_there_are() -> None:
    rows = re.findall(r"^\| `([a-z-]+)`: .* \| `([a-z-]+)` \|", CHAPTER.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [(attack.name, str(attack.defence)) for attack in TOKEN_ATTACKS]
