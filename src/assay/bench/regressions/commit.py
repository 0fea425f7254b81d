"""Which commit was measured, as git says; and which commits came before it."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from assay.errors import UsageError

__all__ = ["Commit", "ancestors", "current_commit"]

_LONGEST_WAIT = 20.0
"""Seconds. `git status` of a large repository on a cold disk is slow."""

MOST_ANCESTORS = 500
"""How far back a baseline is looked for."""

# What Assay writes must not make the tree that it measures look changed.
_ALL_BUT_OURS = ["--", ":(top)", ":(top,exclude,glob)**/.assay/**"]


class Commit(msgspec.Struct, frozen=True, kw_only=True):
    """A state of the system's source."""

    hash: str
    """Forty hexadecimal digits, or sixty-four."""
    dirty: bool
    """Something was changed since, or was not yet added: what was measured is not quite this commit."""
    branch: str = ""
    """Empty where no branch is checked out, as it is with many CI systems."""
    committed: datetime
    subject: str = ""
    """The first line of its message."""

    @property
    def short(self) -> str:
        """Ten digits, and `+` where it is dirty."""
        return self.hash[:10] + ("+" if self.dirty else "")


def current_commit(folder: Path) -> Commit | None:
    """The commit that is checked out in `folder`; None where there is no git, no repository or no commit yet."""
    shown = _git(folder, "log", "-1", "--no-show-signature", "--format=%H%x00%ct%x00%s")
    status = _git(folder, "status", "--porcelain", *_ALL_BUT_OURS)
    if shown is None or status is None:
        return None
    name, seconds, subject = shown.rstrip("\n").split("\0", 2)
    return Commit(
        hash=name,
        dirty=bool(status.strip()),
        branch=(_git(folder, "branch", "--show-current") or "").strip(),
        committed=datetime.fromtimestamp(int(seconds), UTC),
        subject=subject[:200],
    )


def ancestors(folder: Path, revision: str) -> tuple[str, ...]:
    """The commit that `revision` names and those before it, newest first, at most `MOST_ANCESTORS`.

    Raises:
        UsageError: There is no such commit here.
    """
    listed = None
    if not revision.startswith("-"):
        listed = _git(folder, "rev-list", f"--max-count={MOST_ANCESTORS}", f"{revision}^{{commit}}", "--")
    if listed is None:
        raise UsageError(
            f"no commit {revision!r} in {folder}, and no result of that name",
            hint="a fresh clone of a CI system often holds one commit only: fetch the branch too (fetch-depth: 0), "
            "or name a run that `assay bench history` lists",
        )
    return tuple(listed.split())


def _git(folder: Path, *arguments: str) -> str | None:
    """What git prints; None where it is not there, takes too long, or does not end well."""
    try:
        ended = subprocess.run(  # noqa: S603 # git, with arguments that are written here but for a revision
            ["git", "-C", str(folder), *arguments],  # noqa: S607 # git, wherever it is
            capture_output=True,
            timeout=_LONGEST_WAIT,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return ended.stdout.decode("utf-8", "replace") if ended.returncode == 0 else None
