"""`python -m shop NAME`: one process of the shop."""

import importlib
import sys

import uvicorn
from starlette.applications import Starlette

from shop.journal import JournalDamagedError
from shop.services.database import DatabaseFailedError
from shop.settings import COORDINATION_NODES, Settings, read_arguments

GRACE = 3
"""Seconds that requests have to end after SIGTERM."""


def main() -> None:
    """Runs until SIGTERM or SIGINT."""
    settings = read_arguments()
    try:
        application = _build(settings)
    except (JournalDamagedError, DatabaseFailedError, OSError, ValueError) as error:
        sys.exit(f"shop {settings.name}: {error}")
    uvicorn.run(
        application,
        host="127.0.0.1",
        port=settings.port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=GRACE,
    )


def _build(settings: Settings) -> Starlette:
    # Each process loads only what it is.
    module = "coordination.node" if settings.name in COORDINATION_NODES else f"services.{settings.name}"
    application: Starlette = importlib.import_module(f"shop.{module}").build(settings)
    return application


if __name__ == "__main__":
    main()
