"""What `assay bench profile` says. Loaded only there."""

from typing import TypedDict

__all__ = ["PROFILE_TEXTS", "ProfileTexts"]


class ProfileTexts(TypedDict):
    """One language."""

    help: str
    examples: str
    service_help: str
    seconds_help: str
    memory_help: str
    against_help: str
    output_help: str
    looking: str
    heading: str
    nothing: str
    own: str
    total: str
    gil: str
    waits: str
    wait: dict[str, str]
    """By `Wait`."""
    changes: str
    change: str
    note: str
    memory_heading: str
    allocator: str
    files: str


PROFILE_TEXTS: ProfileTexts = {
    "help": "Shows where a running service spends its time, or its memory, and writes flame graphs.",
    "examples": (
        "assay bench profile catalog --seconds 10\n\n"
        "assay bench profile 4711 --against .assay/profiles/catalog.json\n\n"
        "assay bench profile catalog --memory"
    ),
    "service_help": "The name of a service that Assay started, or the number of a process.",
    "seconds_help": "How long to look.",
    "memory_help": "Look at what is allocated (memray) in place of what is computed.",
    "against_help": "The .json of an earlier profile: what takes a larger share now is shown, and drawn in red.",
    "output_help": "The folder for the files; without it .assay/profiles beside assay.toml.",
    "looking": "looking at {service} (process {pid}) for {seconds:.0f} s",
    "heading": "where {service} spends its time on the processor ({tool}, {samples:,} samples in {seconds:.0f} s)",
    "nothing": "it did nothing meanwhile: put it under load, for instance with `assay bench`",
    "own": "own",
    "total": "total",
    "gil": "the GIL was held {share:.0%} of the time",
    "waits": "where its threads wait",
    "wait": {
        "work": "for work",
        "lock": "for a lock",
        "pool": "for a place in a pool",
        "disk": "for the disk",
        "sleep": "asleep",
    },
    "changes": "what changed against {file}",
    "change": "{change:+.1%}  {function}  ({before:.1%} before, {after:.1%} now)",
    "note": "note: {note}",
    "memory_heading": (
        "what {service} allocated in {seconds:.0f} s: {allocated:,} bytes in {allocations:,} allocations, at most "
        "{peak:,} bytes at one time"
    ),
    "allocator": "{bytes:>14,} bytes  {place}",
    "files": "files",
}
"""In English."""
