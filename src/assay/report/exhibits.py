"""Evidence made ready for display: a link that opens, and the content itself where it is small enough to show."""

import base64
import codecs
from dataclasses import dataclass

from assay.errors import EvidenceError
from assay.evidence import Evidence, RunFolder
from assay.report.counterexample import Counterexample, counterexample_in
from assay.report.performance import PerformanceTest, performance_test_in

__all__ = ["MAXIMUM_SHOWN_BYTES", "Exhibit", "Exhibits", "link_to"]

MAXIMUM_SHOWN_BYTES = 64 * 1024
"""A longer text is shown up to here; the link leads to the rest."""

MAXIMUM_IMAGE_BYTES = 256 * 1024
"""A larger image is only linked to."""

MAXIMUM_COUNTEREXAMPLE_BYTES = 4 * 1024**2
"""A larger counterexample is only linked to."""

_TEXT_MEDIA_TYPES = {"application/json", "application/x-ndjson", "application/xml", "application/toml"}
_IMAGE_MEDIA_TYPES = {"image/png", "image/jpeg", "image/svg+xml", "image/webp"}


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One file of evidence as a page shows it. At most one of the four kinds of content is there."""

    evidence: Evidence
    link: str
    counterexample: Counterexample | None = None
    performance: PerformanceTest | None = None
    text: str | None = None
    image: str | None = None
    """A `data:` address. As an image, an SVG cannot run scripts."""
    cut: bool = False
    """`text` is only the beginning."""
    problem: str = ""
    """Why the content cannot be shown as evidence: the file is gone, or is not the one that was recorded."""


def link_to(evidence: Evidence) -> str:
    """The address of the file relative to the run folder, where the reports are."""
    return f"artifacts/{evidence.sha256}"


class Exhibits:
    """The evidence of one run. What is shown was read and checked against its digest at that moment.

    Args:
        folder: The run.
    """

    def __init__(self, folder: RunFolder) -> None:
        self._folder = folder

    def show(self, evidence: Evidence) -> Exhibit:
        """Prepares one file. One that cannot be read is an exhibit too, which says so."""
        link = link_to(evidence)
        if evidence.size > MAXIMUM_COUNTEREXAMPLE_BYTES or not (_is_text(evidence) or _is_image(evidence)):
            return Exhibit(evidence, link)
        try:
            content = self._read(evidence)
        except EvidenceError as error:
            return Exhibit(evidence, link, problem=error.message)
        if _is_image(evidence):
            return Exhibit(evidence, link, image=_data_address(evidence, content))
        if evidence.media_type == "application/json" and (counterexample := counterexample_in(content)):
            return Exhibit(evidence, link, counterexample=counterexample)
        if evidence.media_type == "application/json" and (performance := performance_test_in(content)):
            return Exhibit(evidence, link, performance=performance)
        return _as_text(evidence, content)

    def _read(self, evidence: Evidence) -> bytes:
        path = self._folder.artifacts.path_of(evidence)
        # A file that was swapped for a huge one is not worth reading: its size alone gives it away.
        if path.is_file() and path.stat().st_size != evidence.size:
            raise EvidenceError(f"{evidence.name} was changed after the run")
        return self._folder.artifacts.read(evidence)

    def counterexample(self, evidence: tuple[Evidence, ...]) -> Counterexample | None:
        """The first counterexample among these files."""
        candidates = (item for item in evidence if item.media_type == "application/json")
        return next((found for item in candidates if (found := self.show(item).counterexample)), None)


def _is_text(evidence: Evidence) -> bool:
    media_type = evidence.media_type
    return media_type.startswith("text/") or media_type.endswith("+json") or media_type in _TEXT_MEDIA_TYPES


def _is_image(evidence: Evidence) -> bool:
    return evidence.media_type in _IMAGE_MEDIA_TYPES


def _as_text(evidence: Evidence, content: bytes) -> Exhibit:
    cut = len(content) > MAXIMUM_SHOWN_BYTES
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    # Cutting may split a character: a decoder that expects more leaves its first half out.
    text = decoder.decode(content[:MAXIMUM_SHOWN_BYTES], final=not cut)
    return Exhibit(evidence, link_to(evidence), text=text, cut=cut)


def _data_address(evidence: Evidence, content: bytes) -> str | None:
    if len(content) > MAXIMUM_IMAGE_BYTES:
        return None
    return f"data:{evidence.media_type};base64,{base64.b64encode(content).decode('ascii')}"
