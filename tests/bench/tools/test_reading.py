"""Outputs that the tools wrote when they were run for this, read; and the same outputs damaged."""

import json
import random
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.bench.tools.artillery import read_artillery
from assay.bench.tools.hey import read_hey
from assay.bench.tools.k6 import read_k6
from assay.bench.tools.quantile_grid import GRID, histogram_of_quantiles
from assay.bench.tools.wrk import read_wrk

RECORDED = Path(__file__).parent / "recorded"


def text_of(name: str) -> str:
    return (RECORDED / name).read_text(encoding="ascii")


def read_all_of_k6(data: bytes) -> None:
    summary = read_k6(data)
    for name in list(summary.metrics):
        summary.count(name)
        if name.startswith(("http_req_duration", "http_req_waiting", "http_req_receiving", "assay_")):
            summary.histogram(name)


def read_all_of_artillery(data: bytes) -> None:
    report = read_artillery(data)
    for name in report.counters:
        report.count(name)
    for name in ("http.total", "http.response_time"):
        report.histogram(name)


def test_wrk_prints_a_histogram_of_what_it_made_of_the_latencies() -> None:
    lines = text_of("wrk.txt").splitlines()
    counted = read_wrk(text_of("wrk.txt"))
    assert counted.answered == counted.latency.count == int(lines[0].split()[2]) > 0
    assert set(counted.errors.values()) == {0}
    printed = {float(line.split()[1]): int(line.split()[2]) for line in lines if line.startswith("percentile")}
    assert len(printed) == len(GRID)
    for percent in (50.0, 90.0, 99.0):
        assert counted.latency.quantile(percent / 100) == pytest.approx(printed[percent] * 1e-6)


def test_hey_lists_each_answer_with_its_parts() -> None:
    lines = text_of("hey.csv").splitlines()
    answers = read_hey(lines)
    assert len(answers) == len(lines) - 1 == 60
    assert {answer.status for answer in answers} == {200}
    assert sum(answer.connect > 0 for answer in answers) >= 3
    assert all(answer.wait <= answer.latency + 1e-4 for answer in answers)


def test_k6_tells_its_requests_apart_and_prints_a_histogram() -> None:
    text = (RECORDED / "k6.json").read_bytes()
    summary = read_k6(text)
    good, bad = summary.count("http_reqs{name:r0,status:200}"), summary.count("http_reqs{name:r1,status:503}")
    assert (good + bad, summary.count("dropped_iterations")) == (96, 0)
    assert abs(bad - 2 * good) <= 2
    name = "http_req_duration{name:r1,expected_response:true}"
    histogram = summary.histogram(name)
    printed = json.loads(text)["metrics"][name]["values"]
    assert histogram.count == bad
    assert histogram.quantile(0.9) == pytest.approx(printed["p(90)"] / 1000)
    assert histogram.mean == pytest.approx(printed["avg"] / 1000)


def test_artillery_prints_six_quantiles() -> None:
    report = read_artillery((RECORDED / "artillery.json").read_bytes())
    assert (report.count("http.responses"), report.count("vusers.skipped")) == (150, 0)
    histogram = report.histogram("http.total")
    printed = json.loads(text_of("artillery.json"))["aggregate"]["summaries"]["http.total"]
    assert histogram.count == 150
    quantiles = histogram.quantiles((0.5, 0.9, 0.99))
    assert quantiles == pytest.approx([printed[name] / 1000 for name in ("p50", "p90", "p99")])


@given(st.lists(st.floats(0, 1e3, allow_nan=False), min_size=1, max_size=400))
def test_a_histogram_of_quantiles_says_the_same_quantiles(durations: list[float]) -> None:
    ordered = sorted(durations)

    def interpolated(percent: float) -> float:
        """As k6 does (`TrendSink.P`)."""
        at = percent / 100 * (len(ordered) - 1)
        low = int(at)
        high = min(low + 1, len(ordered) - 1)
        return ordered[low] + (ordered[high] - ordered[low]) * (at - low)

    mean = sum(ordered) / len(ordered)
    histogram = histogram_of_quantiles(
        {percent: interpolated(percent) for percent in GRID},
        count=len(ordered),
        mean=mean,
        minimum=ordered[0],
        maximum=ordered[-1],
    )
    assert histogram.count == len(ordered)
    assert histogram.mean == pytest.approx(mean)
    for percent in (50.0, 90.0, 99.0):
        # Half a percent is how far two percentiles of the grid are apart.
        low = max(0, int((percent - 0.5) / 100 * (len(ordered) - 1)) - 1)
        high = min(int(percent / 100 * (len(ordered) - 1)) + 1, len(ordered) - 1)
        assert ordered[low] - 1e-9 <= histogram.quantile(percent / 100) <= ordered[high] + 1e-9


def test_quantiles_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="percentile 101"):
        histogram_of_quantiles({101: 1.0}, count=3, mean=1, minimum=0, maximum=2)
    with pytest.raises(ValueError, match="is none"):
        histogram_of_quantiles({50: -1.0}, count=3, mean=1, minimum=0, maximum=2)


def damaged(data: bytes, seed: int) -> bytes:
    """Cut off, with a part left out, or with bytes changed."""
    chance = random.Random(seed)
    kind, at = seed % 3, chance.randrange(len(data))
    if kind == 0:
        return data[:at]
    if kind == 1:
        return data[:at] + data[at + chance.randrange(1, 200) :]
    changed = bytearray(data)
    for _ in range(chance.randrange(1, 20)):
        changed[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(changed)


@given(st.integers(0, 2**32))
def test_damaged_output_is_read_or_refused_but_never_crashes(seed: int) -> None:
    readers = {
        "wrk.txt": lambda data: read_wrk(data.decode("ascii", "replace")),
        "hey.csv": lambda data: read_hey(data.decode("ascii", "replace").splitlines()),
        "k6.json": read_all_of_k6,
        "artillery.json": read_all_of_artillery,
    }
    for name, read in readers.items():
        try:
            read(damaged((RECORDED / name).read_bytes(), seed))
        except (ValueError, msgspec.DecodeError) as error:
            assert str(error)  # noqa: PT017 # either is right, a crash is not


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "cut off"),
        ("summary 1 2 3\nerrors 0 0 0 0 0\nlatency 1 2 1.5", "cut off"),
        ("summary 1 x 3\nerrors 0 0 0 0 0\nend 0.1", "`summary 1 x 3` is not a line of its result"),
        ("summary 1 9999999999999999999 3\nerrors 0 0 0 0 0\nend 0.1", "beyond all measure"),
        ("summary 1 2 3\nerrors 0 0 0 0 0\nlatency 1 2 nan\nend 0.1", "`latency 1 2 nan` is not a line"),
        ("summary 1 2 3\nerrors 0 0 0 0 0\nlatency 1 2 1\npercentile 0.0 5\nend 0.1", "no percentile 0"),
    ],
)
def test_a_result_of_wrk_that_is_none_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read_wrk(text)


@pytest.mark.parametrize("row", ["0.1,0.1", "0.1,0,0,0,0,0,abc,0", "nan,0,0,0,0,0,200,0", "0.1,0,0,0,0,0,7,0"])
def test_a_row_of_hey_that_is_none_is_refused(row: str) -> None:
    header = text_of("hey.csv").splitlines()[0]
    with pytest.raises(ValueError, match="is not a row of its list"):
        read_hey([header, row])
    with pytest.raises(ValueError, match="does not begin with the header"):
        read_hey([row])
