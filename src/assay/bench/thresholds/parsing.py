"""From the text of a threshold to a `Threshold`, or to an error that points into the text."""

import difflib
import re
from collections.abc import Iterable

from assay.bench.thresholds.metrics import AGGREGATIONS, METRICS, Aggregation, MetricKind
from assay.bench.thresholds.threshold import Comparison, Threshold

__all__ = ["LONGEST_TEXT", "ThresholdSyntaxError", "parse_threshold"]

LONGEST_TEXT = 500
"""Characters of a threshold; a longer text is none."""

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_COMPARISON = re.compile(r"<=|>=|===|==|!=|<|>")
_COMPARISONS: dict[str, Comparison] = {
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
    "==": "==",
    "===": "==",
    "!=": "!=",
}
_UNIT = re.compile(r"ms|s|m|h|%")
_MILLISECONDS = {"": 1.0, "ms": 1.0, "s": 1000.0, "m": 60_000.0, "h": 3_600_000.0}
_CLAUSES = ("over", "after", "until")
_LARGEST = 1e15
"""Of a limit: beyond it, a number of 64 bits no longer tells neighbours apart."""


class ThresholdSyntaxError(ValueError):
    """A text is no threshold.

    Args:
        message: What is wrong, lower case.
        column: Where in the text, from 1.
        hint: What to write instead, where that is known.
    """

    def __init__(self, message: str, column: int, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.column = column
        self.hint = hint


def parse_threshold(text: str) -> Threshold:
    """Reads a threshold such as `http_req_duration{name:order}: p(99)<250 over 10s`.

    Raises:
        ThresholdSyntaxError: It is none.
    """
    if len(text) > LONGEST_TEXT:
        raise ThresholdSyntaxError(f"longer than {LONGEST_TEXT} characters", LONGEST_TEXT)
    return _Reader(text).threshold()


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def threshold(self) -> Threshold:
        metric = self._metric()
        tags = self._tags(metric)
        self._expect(":", "a colon and what is asked of the metric, such as `: p(99)<250`")
        aggregation, percentile = self._aggregation(metric)
        comparison = self._comparison()
        limit = self._limit(metric)
        clauses = self._clauses(metric, aggregation, tags)
        after, until = clauses.get("after", 0), clauses.get("until")
        return Threshold(
            metric=metric,
            tags=tags,
            aggregation=aggregation,
            percentile=percentile,
            comparison=comparison,
            limit=limit,
            window=clauses.get("over"),
            after=after,
            until=until,
        )

    def _metric(self) -> str:
        self._skip_blanks()
        begin = self._at
        name = self._take(_WORD)
        if not name:
            raise self._error("a metric is expected", hint=f"such as http_req_duration; there are: {_listed(METRICS)}")
        if name not in METRICS:
            raise self._unknown("metric", name, METRICS, begin)
        return name

    def _tags(self, metric: str) -> tuple[tuple[str, str], ...]:
        self._skip_blanks()
        if not self._takes("{"):
            return ()
        known = METRICS[metric].tags
        tags: dict[str, str] = {}
        while True:
            self._skip_blanks()
            begin = self._at
            name = self._take(_WORD)
            if name not in known:
                hint = f"there is: {_listed(known)}" if known else "leave out the braces"
                raise self._error(f"{metric} is not told apart by {name or 'that'}", begin, hint)
            if name in tags:
                raise self._error(f"{name} is there twice", begin)
            self._expect(":", f"a colon and the value of {name}")
            begin = self._at
            value = self._take(re.compile(r"[^,{}]*")).strip()
            if not value:
                raise self._error(f"the value of {name} is missing", begin)
            tags[name] = value
            if not self._takes(","):
                break
        self._expect("}", "a closing brace")
        return tuple(tags.items())

    def _aggregation(self, metric: str) -> tuple[Aggregation, float]:
        self._skip_blanks()
        begin = self._at
        name = self._take(_WORD)
        allowed = AGGREGATIONS[METRICS[metric].kind]
        written = {"p": "p(N)"}
        shown = [written.get(each, str(each)) for each in allowed]
        if percentile := re.fullmatch(r"p([0-9]+)", name):
            raise self._error(f"`{name}` is no figure of a test", begin, f"did you mean `p({percentile[1]})`?")
        if name not in set(Aggregation):
            message = f"`{name}` is no figure of a test" if name else f"a figure of {metric} is expected"
            raise self._error(message, begin, f"{metric} has: {_listed(shown)}")
        aggregation = Aggregation(name)
        if aggregation not in allowed:
            raise self._error(f"{metric} has no `{name}`", begin, f"it has: {_listed(shown)}")
        return aggregation, self._percentile() if aggregation is Aggregation.PERCENTILE else 0.0

    def _percentile(self) -> float:
        self._expect("(", "a percentile in parentheses, such as `p(99)`")
        self._skip_blanks()
        begin = self._at
        number = self._take(_NUMBER)
        if not number or not 0 <= float(number) <= 100:  # noqa: PLR2004 # percent
            raise self._error("a percentile from 0 to 100 is expected", begin)
        self._expect(")", "a closing parenthesis")
        return float(number)

    def _comparison(self) -> Comparison:
        self._skip_blanks()
        found = self._take(_COMPARISON)
        if not found:
            raise self._error("a comparison is expected", hint="one of < <= > >= == !=")
        return _COMPARISONS[found]

    def _limit(self, metric: str) -> float:
        self._skip_blanks()
        begin = self._at
        number = self._take(_NUMBER)
        if not number:
            raise self._error("a number is expected", begin)
        if float(number) > _LARGEST:
            raise self._error(f"larger than {_LARGEST:.0f}", begin)
        at_unit = self._at
        unit = self._take(_UNIT)
        self._refuse_glued_letters(at_unit)
        kind = METRICS[metric].kind
        if kind is MetricKind.TREND and unit != "%":
            return float(number) * _MILLISECONDS[unit]
        if kind is MetricKind.RATE and unit in {"", "%"}:
            share = float(number) / 100 if unit else float(number)
            if share > 1:
                raise self._error("a share is at most 1, or 100%", begin)
            return share
        if unit:
            raise self._error(f"`{unit}` is no unit of {metric}", at_unit)
        return float(number)

    def _clauses(self, metric: str, aggregation: Aggregation, tags: tuple[tuple[str, str], ...]) -> dict[str, int]:
        clauses: dict[str, int] = {}
        while True:
            self._skip_blanks()
            begin = self._at
            if begin == len(self._text):
                return clauses
            name = self._take(_WORD)
            if name not in _CLAUSES:
                raise self._error("the threshold is over here", begin, f"there may follow: {_listed(_CLAUSES)}")
            if name in clauses:
                raise self._error(f"`{name}` is there twice", begin)
            self._refuse_unknown_parts(metric, aggregation, tags, begin)
            clauses[name] = self._whole_seconds(at_least=0 if name == "after" else 1)
            if clauses.get("until", _LARGEST) <= clauses.get("after", 0):
                raise self._error("nothing is left between `after` and `until`", begin)

    def _refuse_unknown_parts(
        self, metric: str, aggregation: Aggregation, tags: tuple[tuple[str, str], ...], column: int
    ) -> None:
        """By second, a test keeps a few figures of all requests together."""
        if not METRICS[metric].by_second:
            raise self._error(f"{metric} is known for the whole test only", column)
        if tags:
            raise self._error("endpoints are told apart for the whole test only", column, "leave out the braces")
        if aggregation in {Aggregation.AVERAGE, Aggregation.MINIMUM}:
            raise self._error(
                f"`{aggregation}` is known for the whole test only", column, "`med`, `max` and p(N) are known by second"
            )

    def _whole_seconds(self, at_least: int) -> int:
        self._skip_blanks()
        begin = self._at
        number = self._take(_NUMBER)
        unit = self._take(_UNIT) or "s"
        self._refuse_glued_letters(self._at)
        seconds = float(number or -1) * _MILLISECONDS.get(unit, 0.0) / 1000
        if unit == "%" or seconds != int(seconds) or not at_least <= seconds <= 7 * 24 * 3600:
            raise self._error("whole seconds are expected, such as `10s`", begin)
        return int(seconds)

    def _refuse_glued_letters(self, begin: int) -> None:
        if self._take(_WORD):
            raise self._error("a unit is expected: ms, s, m, h or %", begin)

    def _expect(self, sign: str, what: str) -> None:
        self._skip_blanks()
        if not self._takes(sign):
            raise self._error(f"{what} is expected")

    def _takes(self, sign: str) -> bool:
        if not self._text.startswith(sign, self._at):
            return False
        self._at += len(sign)
        return True

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if not found:
            return ""
        self._at = found.end()
        return found[0]

    def _skip_blanks(self) -> None:
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1

    def _unknown(self, noun: str, name: str, known: Iterable[str], begin: int) -> ThresholdSyntaxError:
        names = list(known)
        similar = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean {similar[0]}?" if similar else f"there are: {_listed(names)}"
        return self._error(f"no {noun} is called `{name}`", begin, hint)

    def _error(self, message: str, begin: int | None = None, hint: str | None = None) -> ThresholdSyntaxError:
        return ThresholdSyntaxError(message, (self._at if begin is None else begin) + 1, hint)


def _listed(names: Iterable[object]) -> str:
    return ", ".join(str(name) for name in names)
