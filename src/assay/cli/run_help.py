"""`assay run help`: the groups and their tasks, one line each."""

from collections.abc import Sequence

import msgspec
import typer

from assay.evidence.verdict import Area
from assay.run import ALL
from assay.system import System
from assay.task import Task
from assay.texts import TEXTS

__all__ = ["print_run_help"]


def print_run_help(system: System, tasks: Sequence[Task], *, as_json: bool) -> None:
    """Lists what there is to run for `system`."""
    if as_json:
        document = {
            "system": system.name,
            "groups": [
                {
                    "name": area,
                    "description": TEXTS["areas"][area],
                    "tasks": [
                        {"id": task.id, "title": task.title, "needs": task.needs} for task in tasks if task.area is area
                    ],
                }
                for area in Area
            ],
        }
        typer.echo(msgspec.json.format(msgspec.json.encode(document), indent=2))
        return
    source = str(system.source) if system.source else TEXTS["doctor_bundled"]
    typer.echo(TEXTS["help_title"].format(system=system.name, source=source))
    names = [ALL, *Area, *(f"  {task.id.partition('/')[2]}" for task in tasks)]
    width = max(map(len, names)) + 2
    typer.echo(f"\n  {ALL:<{width}}{TEXTS['help_all']}")
    for area in Area:
        typer.echo(f"\n  {area:<{width}}{TEXTS['areas'][area]}")
        mine = [task for task in tasks if task.area is area]
        for task in mine:
            needs = f" ({TEXTS['help_needs'].format(needs=', '.join(task.needs))})" if task.needs else ""
            typer.echo(f"  {'  ' + task.id.partition('/')[2]:<{width}}{task.title}{needs}")
        if not mine:
            typer.echo(f"  {'':<{width}}{TEXTS['help_no_task']}")
