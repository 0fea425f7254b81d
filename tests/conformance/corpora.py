"""Where the public collections of examples are: `ASSAY_CORPORA`, else a folder beside the repository."""

import csv
import os
from dataclasses import dataclass
from pathlib import Path

CORPORA = Path(os.environ.get("ASSAY_CORPORA", Path(__file__).parents[3] / "shared" / "corpora"))
TLA_EXAMPLES = CORPORA / "tla-examples"
JOSE = CORPORA / "jose"

WHOLE = bool(os.environ.get("ASSAY_WHOLE_CORPUS"))
"""Whether every model is checked; otherwise those that take no more than a few seconds."""


@dataclass(frozen=True, slots=True)
class ExpectedModel:
    """A line of `expected.tsv`: what TLC found with one worker, on a machine like a developer's."""

    module: Path
    config: Path
    verdict: str
    distinct: int
    generated: int
    depth: int
    tlc_seconds: float

    @property
    def name(self) -> str:
        """Its configuration, within the collection."""
        return str(self.config.relative_to(TLA_EXAMPLES / "specifications"))


def expected_models() -> list[ExpectedModel]:
    """Every model of the collection; none where it is not here."""
    table = TLA_EXAMPLES / "expected.tsv"
    if not table.is_file():
        return []
    folder = TLA_EXAMPLES / "specifications"
    with table.open(encoding="utf-8", newline="") as file:
        return [
            ExpectedModel(
                module=folder / row["module"],
                config=folder / row["config"],
                verdict=row["verdict"],
                distinct=int(row["distinct"]),
                generated=int(row["generated"]),
                depth=int(row["depth"]),
                tlc_seconds=float(row["tlc_seconds_1_worker"]),
            )
            for row in csv.DictReader(file, delimiter="\t")
        ]
