"""The public surface of the package: what is listed here may be relied on; a change to it is a change to users."""

import subprocess
import sys

import assay
from assay.exit_codes import ExitCode

PUBLIC = ["AssayError", "__version__"]


def test_only_these_names_are_public() -> None:
    assert sorted(assay.__all__) == sorted(PUBLIC)
    assert all(hasattr(assay, name) for name in PUBLIC)


def test_importing_assay_alone_loads_nothing_heavy() -> None:
    script = "import sys, assay; print(*(name for name in ('typer', 'rich', 'msgspec') if name in sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []


def test_help_loads_neither_rich_nor_the_evidence_store() -> None:
    script = (
        "import sys; from assay.cli.application import application\n"
        "application(['--help'], standalone_mode=False)\n"
        "print([name for name in ('rich', 'assay.evidence.store', 'assay.run') if name in sys.modules])"
    )
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert loaded.stdout.splitlines()[-1] == "[]"


def test_exit_codes_keep_their_numbers() -> None:
    assert {code.name: code.value for code in ExitCode} == {
        "ALL_HOLD": 0,
        "SOME_VIOLATED": 1,
        "BAD_USAGE": 2,
        "COULD_NOT_COMPLETE": 3,
        "VERIFY_ASSUMPTION": 10,
        "VERIFY_DEADLOCK": 11,
        "VERIFY_SAFETY": 12,
        "VERIFY_LIVENESS": 13,
        "VERIFY_ASSERT": 14,
        "VERIFY_SPECIFICATION_EVALUATION": 75,
        "VERIFY_SAFETY_EVALUATION": 76,
        "VERIFY_LIVENESS_EVALUATION": 77,
        "INTERRUPTED": 130,
        "VERIFY_SPECIFICATION_PARSE": 150,
        "VERIFY_CONFIGURATION_PARSE": 151,
        "VERIFY_STATE_SPACE_TOO_LARGE": 152,
        "VERIFY_SYSTEM": 153,
    }
