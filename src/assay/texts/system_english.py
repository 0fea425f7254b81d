"""What `assay system` says, in English."""

from assay.texts.system_catalogue import SystemTexts

__all__ = ["SYSTEM_ENGLISH"]

SYSTEM_ENGLISH: SystemTexts = {
    "help": "Start, stop and watch the services that assay.toml describes.",
    "up_help": (
        "Start services and wait until they are ready.\n\n"
        "What a service needs is started before it, the rest side by side. What runs already is left alone. "
        "Where a service does not become ready, it is said why, and what this command started is stopped again. "
        "Ends with 0 where all are ready, with 3 where not. Services run on when the terminal is closed."
    ),
    "up_examples": (
        "\b\nExamples:\n"
        "  assay system up                 all services\n"
        "  assay system up orders          orders, and what it needs\n"
        "  assay system up --keep          leave running what could be started, to look into it\n"
        "  assay system up --json          for scripts"
    ),
    "down_help": (
        "Stop services that Assay started.\n\n"
        "What needs others is stopped before them. Each is sent its stop signal, and is killed, with its children, "
        "where that does not end it in time. Other processes are never touched. "
        "Ends with 0, also where nothing was running; with 3 where something could not be stopped."
    ),
    "down_examples": (
        "\b\nExamples:\n"
        "  assay system down               all services\n"
        "  assay system down orders        orders alone; what needs it runs on\n"
        "  assay system down --json        for scripts"
    ),
    "status_help": (
        "Show how the services are.\n\n"
        "Ready, starting, not ready, stopped, or died and with which code; since when, and what they use. "
        "Ends with 0 where all are ready, with 3 where not."
    ),
    "status_examples": (
        "\b\nExamples:\n"
        "  assay system status             all services, once\n"
        "  assay system status --watch     every second, until Ctrl-C\n"
        "  assay system status --json      for scripts; with --watch one document a line"
    ),
    "services_help": "Names of services; all where none is named.",
    "keep_help": "Leave running what was started although not all became ready.",
    "watch_help": "Show it every second until Ctrl-C.",
    "ready": "{name:<{width}}  ready after {seconds:.2f} s  pid {pid}  {url}",
    "ready_elsewhere": "{name:<{width}}  ready, not started by Assay  {url}",
    "already_running": "{name:<{width}}  was running, left alone  pid {pid}  {url}",
    "already_ready": "all of them were running",
    "failed": "{name:<{width}}  failed after {seconds:.2f} s: {reason}",
    "not_started": "{name:<{width}}  not started: {reason}",
    "cancelled": "{name:<{width}}  {reason}",
    "last_answer": "    its last check: {answer}",
    "hint": "    hint: {hint}",
    "last_lines": "    the end of {log}:",
    "log_is_empty": "    it wrote nothing to {log}",
    "stopping": "stopping what was started; once more Ctrl-C kills it",
    "kept": "left running; `assay system down` stops it",
    "stopped": "{name:<{width}}  stopped after {seconds:.2f} s  pid {pid}",
    "stopped_again": "{name:<{width}}  stopped again  pid {pid}",
    "killed": (
        "{name:<{width}}  killed after {seconds:.2f} s, {signal} did not end it; processes killed: {killed}  pid {pid}"
    ),
    "survived": "{name:<{width}}  could not be ended, not even by SIGKILL  pid {pid}",
    "not_running": "{name:<{width}}  was not running",
    "nothing_to_stop": "nothing was running",
    "states": {
        "ready": "ready",
        "starting": "starting",
        "not-ready": "not ready",
        "stopped": "stopped",
        "died": "died",
        "not-described": "not in assay.toml",
    },
    "columns": ("service", "state", "pid", "uptime", "memory", "CPU", "url"),
    "not_well": "{name}: {reason}",
    "last_line": "    its last line: {line}",
}
