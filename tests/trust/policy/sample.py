"""The sample policy of the shop, to ask and to break."""

import shutil
from pathlib import Path
from typing import Any

import assay
from assay.trust.policy import AccessRequest

SAMPLE = Path(assay.__file__).parent / "trust" / "policy" / "sample"


def facts(**changed: Any) -> dict[str, Any]:
    """A calm request by day from a good device, but for what is `changed`."""
    return {
        "device": {"compliant": True, "trust": 90},
        "risk": 5,
        "hour": 10,
        "second_factor": True,
        **changed,
    }


def asking(who: str, action: str, resource: str, **changed: Any) -> AccessRequest:
    return AccessRequest(f'User::"{who}"', f'Action::"{action}"', resource, facts(**changed))


def copied(folder: Path) -> Path:
    return Path(shutil.copytree(SAMPLE, folder / "policies"))


def rewrite(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
