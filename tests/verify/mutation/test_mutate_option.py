"""`assay verify --mutate` as people run it."""

import json
from pathlib import Path

import pytest

from tests.verify.test_command import run

SPECS = Path(__file__).parent / "specs"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["Turns.tla", "--mutate"], 0),
        (["Turns.tla", "--mutate", "--min-kill", "100%"], 0),
        (["Door.tla", "--mutate"], 0),
        (["Door.tla", "--mutate", "--min-kill", "0.5"], 1),
        (["Turns.tla", "Door.tla", "--mutate", "--min-kill", "90%"], 1),
        (["Door.tla", "--mutate", "--invariant", "Closed"], 12),
        (["Door.tla", "--mutate", "--max-states", "2"], 3),
        (["NotThere.tla", "--mutate"], 2),
        (["Door.tla", "--min-kill", "90%"], 2),
        (["Door.tla", "--mutate", "--min-kill", "110%"], 2),
        (["Door.tla", "--mutate", "--simulate"], 2),
        (["Door.tla", "--mutate", "--format", "itf"], 2),
    ],
)
def test_ends_with_the_code_that_says_how(arguments: list[str], code: int) -> None:
    ended = run(*arguments, folder=SPECS)
    assert ended.returncode == code, ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr


def test_says_which_threshold_was_missed() -> None:
    ended = run("Door.tla", "--mutate", "--min-kill", "50%", folder=SPECS)
    assert ended.stderr == "Door: 0.0% of the mutants were noticed, less than the 50.0% of --min-kill\n"
    assert "accepted: only bounds the model" in ended.stdout


def test_shows_the_check_of_an_original_that_does_not_hold() -> None:
    ended = run("Door.tla", "--mutate", "--invariant", "Closed", folder=SPECS)
    assert "Door: Closed is violated" in ended.stderr


def test_writes_one_document_for_several_models() -> None:
    documents = json.loads(run("Turns.tla", "Door.tla", "--mutate", "--json", folder=SPECS).stdout)
    assert [(document["module"], document["kill_ratio"]) for document in documents] == [("Turns", 1.0), ("Door", 0.0)]
