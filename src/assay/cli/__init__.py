"""The command line: a thin shell around `assay.run` and `assay.report`. With `assay.web` the only part that talks.

Every command imports what it needs when it runs, so that `assay --help` and small checks start in milliseconds.
"""

from assay.cli.entry import main

__all__ = ["main"]
