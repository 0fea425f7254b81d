"""The files of the repository, as git knows them: tracked, or new and not ignored."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def repository_files() -> list[Path]:
    """Relative to `ROOT`, without symbolic links and files that are gone."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607 # git, wherever it is
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = [Path(name) for name in listed.stdout.split("\0") if name]
    return [path for path in paths if (ROOT / path).is_file() and not (ROOT / path).is_symlink()]


def code_files() -> list[Path]:
    """Python and Rust."""
    return [path for path in repository_files() if path.suffix in {".py", ".pyi", ".rs"}]
