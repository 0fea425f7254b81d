"""`assay bench`: the group of commands that measure performance, each in a module of its own.

`assay bench run` may be written without the `run`: `assay bench http://localhost:8080 --rate 100`.
"""

from typing import Any

import typer
from typer.core import TyperGroup

from assay.texts.bench import BENCH_TEXTS

__all__ = ["application"]

_DEFAULT_COMMAND = "run"


class _GroupWithDefault(TyperGroup):
    """Takes what is no command to be the arguments of `run`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        names_a_command = bool(args) and (args[0] in self.commands or args[0] == "--help")
        if not names_a_command and not ctx.resilient_parsing:
            args = [_DEFAULT_COMMAND, *args]
        return super().parse_args(ctx, args)


application = typer.Typer(cls=_GroupWithDefault, rich_markup_mode=None)


@application.callback(help=BENCH_TEXTS["help"], epilog=BENCH_TEXTS["examples"])
def _bench() -> None:
    pass
