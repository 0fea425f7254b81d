"""The entry point: runs a command, shows what went wrong, and ends with a code from `assay.exit_codes`."""

import os
import sys

from assay.errors import AssayError, UsageError
from assay.exit_codes import ExitCode

__all__ = ["main"]


def main() -> None:
    """Runs the command line and ends the process."""
    code = int(_run(sys.argv[1:]))
    if sys.argv[1:2] == ["verify"]:
        # Python would take its modules apart now, which takes as long as checking a small model.
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _run(arguments: list[str]) -> int:
    try:
        code = _run_command(arguments)
        sys.stdout.flush()
    except AssayError as error:
        return _complain(error)
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough. Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.ALL_HOLD
    except Exception as error:  # noqa: BLE001 # the last resort: a person gets a sentence, not a traceback
        return _complain_about_ourselves(error)
    return code if isinstance(code, int) else ExitCode.ALL_HOLD


def _run_command(arguments: list[str]) -> object:
    if arguments[:1] == ["verify"]:
        # Past typer: loading it takes longer than checking a small model.
        from assay.cli.verify import run

        return run(arguments[1:])
    import typer

    from assay.cli.application import application

    try:
        return application(arguments, prog_name="assay", standalone_mode=False)
    except typer.TyperException as error:
        return _complain_about_usage(error)
    except typer.Abort:
        return ExitCode.INTERRUPTED


def _complain(error: AssayError) -> int:
    from assay.cli.complaint import print_complaint

    print_complaint(error)
    return error.exit_code


def _complain_about_usage(error: Exception) -> int:
    if type(error).__name__ == "NoArgsIsHelpError":
        # A group without a command: its message is the help, which is what was missing.
        sys.stderr.write(f"{error}\n")
        return ExitCode.BAD_USAGE
    message = error.format_message() if hasattr(error, "format_message") else str(error)
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "assay"
    text = message[:1].lower() + message[1:].rstrip(".")
    return _complain(UsageError(text, hint=f"see `{command} --help`"))


def _complain_about_ourselves(error: Exception) -> int:
    complaint = AssayError(
        f"internal error: {type(error).__name__}: {error}",
        hint="this is a mistake in Assay; ASSAY_TRACEBACK=1 shows where, for a report of it",
    )
    if os.environ.get("ASSAY_TRACEBACK"):
        import traceback

        traceback.print_exc()
    return _complain(complaint)
