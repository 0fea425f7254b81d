"""What `assay verify --interactive` says. Loaded only there."""

from typing import TypedDict

__all__ = ["INTERACTIVE_TEXTS", "InteractiveTexts"]


class InteractiveTexts(TypedDict):
    """One language."""

    begins: str
    choose_initial: str
    no_initial: str
    deadlock: str
    changes_nothing: str
    more_choices: str
    more_exist: str
    violated: str
    holds: str
    no_value: str
    no_invariants: str
    no_such_choice: str
    no_such_command: str
    at_the_beginning: str
    eval_needs: str
    save_needs: str
    save_exists: str
    save_failed: str
    saved: str
    stopped: str
    no_step_yet: str
    too_deep: str
    help: str


INTERACTIVE_TEXTS: InteractiveTexts = {
    "begins": "{module}: a number takes that step; `help` lists the other commands",
    "choose_initial": "initial states:",
    "no_initial": "there is no initial state",
    "deadlock": "no action can be taken; `why` says what keeps each from it",
    "changes_nothing": "changes nothing",
    "more_choices": "  ... {count} more; `list` shows all",
    "more_exist": "  ... there are more than these",
    "violated": "violated: {names}; `invariants` says why",
    "holds": "holds     {name}",
    "no_value": "no value  {name}: {error}",
    "no_invariants": "the model has no invariants",
    "no_such_choice": "there is no step {number}; they go from 1 to {last}",
    "no_such_command": "there is no command {command!r}; `help` lists them",
    "at_the_beginning": "this is where it begins",
    "eval_needs": "eval needs an expression, such as `eval Len(queue)`",
    "save_needs": "save needs a file, such as `save trace.json` or `save trace.itf.json`",
    "save_exists": "{path} exists already; name another file",
    "save_failed": "cannot write {path}: {error}",
    "saved": "saved {states} states to {path}; --replay reads it",
    "stopped": "stopped",
    "no_step_yet": "an expression with primes is about the step that led here, and there is none yet",
    "too_deep": "{limit} steps are enough; `back` undoes some",
    "help": (
        "  3              take step 3\n"
        "  random [N]     take one step at random, or N of them\n"
        "  back [N]       undo one step, or N of them\n"
        "  state          show the state again, in full\n"
        "  list           list every step that can be taken\n"
        "  trace          show how one came here\n"
        "  invariants     say which invariants hold here, and why others do not\n"
        "  why            say what keeps each action from being taken here\n"
        "  eval EXPR      evaluate an expression here; one with primes on the step that led here\n"
        "  save FILE      write the trace as JSON, or as ITF where the file ends in .itf.json\n"
        "  quit           end"
    ),
}
"""In English."""
