"""What `assay system` says: the entries that every language has."""

from typing import TypedDict

__all__ = ["SystemTexts"]


class SystemTexts(TypedDict):
    """One language. Placeholders in braces are named alike in all languages."""

    help: str
    up_help: str
    up_examples: str
    down_help: str
    down_examples: str
    status_help: str
    status_examples: str
    services_help: str
    keep_help: str
    watch_help: str

    # up
    ready: str
    ready_elsewhere: str
    already_running: str
    already_ready: str
    failed: str
    not_started: str
    cancelled: str
    last_answer: str
    hint: str
    last_lines: str
    log_is_empty: str
    stopping: str
    kept: str

    # down
    stopped: str
    stopped_again: str
    killed: str
    survived: str
    not_running: str
    nothing_to_stop: str

    # status, by the names in `State`
    states: dict[str, str]
    columns: tuple[str, ...]
    not_well: str
    last_line: str
