"""Thresholds: read as k6 writes them, refused with a pointer, and held against results without saying too much."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.bench import Ending
from assay.bench.result import CheckCount, Second
from assay.bench.thresholds import METRICS, Aggregation, MetricKind, ThresholdSyntaxError, judge, parse_threshold
from assay.bench.thresholds.metrics import AGGREGATIONS
from assay.evidence.verdict import Verdict
from tests.bench.results import result_of, second_of

HOLDS, VIOLATED, UNKNOWN = Verdict.HOLDS, Verdict.VIOLATED, Verdict.UNKNOWN


@st.composite
def threshold_texts(draw: st.DrawFn) -> str:
    """Texts of thresholds, with blanks wherever they may be."""
    name = draw(st.sampled_from(sorted(METRICS)))
    metric = METRICS[name]
    tag = draw(st.sampled_from(["", *metric.tags]))
    value = draw(st.text("abcXYZ019 -_/.é", min_size=1, max_size=12).filter(str.strip))
    aggregation = draw(st.sampled_from(AGGREGATIONS[metric.kind]))
    percentile = f"({draw(st.decimals(0, 100, places=draw(st.integers(0, 4))))})"
    largest = 1 if metric.kind is MetricKind.RATE else 10**9
    limit = draw(st.decimals(0, largest, places=draw(st.integers(0, 6))))
    blank = draw(st.sampled_from(["", " ", "\t"]))
    text = f"{blank}{name}{blank}"
    text += f"{{{tag}:{value}}}{blank}" if tag else ""
    text += f":{blank}{aggregation}{percentile if aggregation is Aggregation.PERCENTILE else ''}{blank}"
    text += f"{draw(st.sampled_from(['<', '<=', '>', '>=', '==', '!=', '===']))}{blank}{limit}"
    if metric.by_second and not tag and aggregation not in {Aggregation.AVERAGE, Aggregation.MINIMUM}:
        text += draw(st.sampled_from(["", " over 10s", " after 5s over 1m", " until 60 over 2s after 0s"]))
    return text + blank


def complaint_about(text: str) -> ThresholdSyntaxError | None:
    try:
        parse_threshold(text)
    except ThresholdSyntaxError as error:
        return error
    return None


@settings(deadline=None, max_examples=40)
@given(threshold_texts())
def test_can_read_and_write_every_threshold(text: str) -> None:
    threshold = parse_threshold(text)
    assert parse_threshold(str(threshold)) == threshold


@settings(deadline=None, max_examples=40)
@given(st.one_of(st.text(max_size=60), threshold_texts().flatmap(lambda text: st.sampled_from([text[:-1], text[1:]]))))
def test_refuses_everything_else_with_a_pointer_into_the_text(text: str) -> None:
    error = complaint_about(text)
    assert error is None or (1 <= error.column <= len(text) + 1 and error.message)


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("", 1, "a metric is expected"),
        ("http_req_durations: p(99)<250", 1, "no metric is called"),
        ("http_req_duration p(99)<250", 19, "a colon"),
        ("http_req_duration: p99<250", 20, "no figure of a test"),
        ("http_req_duration: rate<250", 20, "has no `rate`"),
        ("http_req_duration: p(101)<250", 22, "0 to 100"),
        ("http_req_duration: p(99)250", 25, "a comparison"),
        ("http_req_duration: p(99)<fast", 26, "a number"),
        ("http_req_duration: p(99)<250k", 29, "a unit"),
        ("http_req_duration: p(99)<5%", 27, "no unit of"),
        ("http_req_failed: rate<1.5", 23, "at most 1"),
        ("http_req_failed: rate<101%", 23, "at most 1"),
        ("http_req_duration{status:200}: p(99)<1", 19, "not told apart by status"),
        ("http_req_connecting{name:a}: p(99)<1", 21, "not told apart"),
        ("http_req_duration{name:a,name:b}: p(99)<1", 26, "twice"),
        ("http_req_duration{name:}: p(99)<1", 24, "missing"),
        ("http_req_duration{name:a: p(99)<1", 34, "closing brace"),
        ("http_req_duration: p(99)<250 every 10s", 30, "over here"),
        ("http_req_duration: p(99)<250 over 1.5s", 35, "whole seconds"),
        ("http_req_duration: p(99)<250 over 10s over 5s", 39, "twice"),
        ("http_req_duration: avg<250 over 10s", 28, "whole test only"),
        ("http_req_duration{name:a}: p(99)<250 over 10s", 38, "whole test only"),
        ("checks: rate>0.9 over 10s", 18, "whole test only"),
        ("http_req_duration: p(99)<250 after 10s until 5s", 40, "nothing is left"),
    ],
)
def test_says_what_is_wrong_and_where(text: str, column: int, says: str) -> None:
    with pytest.raises(ThresholdSyntaxError) as caught:
        parse_threshold(text)
    assert caught.value.column == column
    assert says in caught.value.message


def test_suggests_what_was_meant() -> None:
    for text, hint in [("http_req_duration: p95<2", "p(95)"), ("http_req_fail: rate<0.1", "http_req_failed")]:
        with pytest.raises(ThresholdSyntaxError) as caught:
            parse_threshold(text)
        assert hint in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("text", "verdict", "measured"),
    [
        ("http_req_duration: avg<51", HOLDS, 50.5),
        ("http_req_duration: min>=1", HOLDS, 1),
        ("http_req_duration: max<100", VIOLATED, 100),
        ("http_req_duration: med<=50", HOLDS, 50),
        ("http_req_duration: p(99)<0.2s", HOLDS, 99),
        ("http_req_duration{name:order}: p(90)<90", VIOLATED, 90),
        ("http_req_duration{name:pay}: p(90)<90", UNKNOWN, None),
        ("http_req_waiting: p(90)<90", UNKNOWN, None),
        ("http_req_failed: rate<5%", VIOLATED, 15 / 110),
        ("http_reqs: count==110", HOLDS, 110),
        ("http_reqs: rate>10.9", HOLDS, 11),
        ("http_reqs{status:503}: count<5", VIOLATED, 5),
        ("dropped_iterations: count<1", VIOLATED, 3),
        ("data_received: count<1", HOLDS, 0),
        ("checks: rate>0.8", HOLDS, 0.9),
        ("checks{check:paid}: rate>0.8", VIOLATED, 0.8),
        ("checks{check:shipped}: rate>0.8", UNKNOWN, None),
    ],
)
def test_compares_with_the_figure_of_the_whole_test(text: str, verdict: Verdict, measured: float | None) -> None:
    result = result_of(
        range(1, 101),
        statuses={200: 95, 503: 5},
        failures={"refused": 10},
        dropped=3,
        checks=(CheckCount("listed", 10, 0), CheckCount("paid", 8, 2)),
    )
    judgement = judge(parse_threshold(text), result)
    assert judgement.verdict is verdict
    assert judgement.measured == pytest.approx(measured)
    assert judgement.explanation


def test_finds_a_bad_window_that_the_whole_test_hides() -> None:
    seconds = [second_of(10) for _ in range(60)]
    seconds[30] = second_of(900)
    result = result_of([10] * 5900 + [900] * 59, seconds=seconds, scheduled_seconds=60)
    assert judge(parse_threshold("http_req_duration: p(99)<250"), result).verdict is HOLDS
    judgement = judge(parse_threshold("http_req_duration: p(99)<250 over 10s"), result)
    assert judgement.verdict is VIOLATED
    assert "violated in 10 of 51 windows" in judgement.explanation
    assert judge(parse_threshold("http_req_duration: p(99)<250 over 10s after 31s"), result).verdict is HOLDS
    assert judge(parse_threshold("http_req_duration: p(99)<250 until 30s"), result).verdict is HOLDS
    assert judge(parse_threshold("http_req_duration: max<250 after 10s"), result).verdict is VIOLATED


def test_leaves_a_window_open_where_its_seconds_do_not_tell() -> None:
    # In each second 0.5% took longer than a second, or 4%: p95 and p99 of a second do not say.
    second = Second(answered=100, p50=0.01, p95=0.01, p99=0.3, longest=2.0)
    result = result_of([10] * 100, seconds=[second] * 10)
    assert judge(parse_threshold("http_req_duration: p(97)<100 over 5s"), result).verdict is UNKNOWN
    assert judge(parse_threshold("http_req_duration: p(97)<500 over 5s"), result).verdict is HOLDS
    assert judge(parse_threshold("http_req_duration: p(99)<100 over 5s"), result).verdict is VIOLATED


def test_counts_failures_by_window_and_leaves_open_where_answers_failed() -> None:
    seconds = [second_of(10), second_of(10, answered=50, failed=50), second_of(10)]
    with_failures = result_of([10] * 250, failures={"reset": 50}, seconds=seconds, scheduled_seconds=3)
    assert judge(parse_threshold("http_req_failed: rate<0.4 over 1s"), with_failures).verdict is VIOLATED
    assert judge(parse_threshold("http_req_failed: rate<0.3 over 2s"), with_failures).verdict is HOLDS
    with_statuses = result_of([10] * 300, statuses={200: 200, 500: 100}, seconds=seconds[:1] * 3, scheduled_seconds=3)
    assert judge(parse_threshold("http_req_failed: rate<0.4 over 1s"), with_statuses).verdict is UNKNOWN


def test_does_not_judge_by_a_partial_result_or_a_limited_generator() -> None:
    fast, slow = parse_threshold("http_req_duration: p(99)<20"), parse_threshold("http_req_duration: p(99)<5")
    partial = result_of([10] * 100, ending=Ending.STOPPED)
    assert {judge(threshold, partial).verdict for threshold in (fast, slow)} == {UNKNOWN}
    limited = result_of([10] * 100, limits=("it was short of a core",))
    # What such a generator adds to latencies cannot make a limit hold, but it can break one.
    assert judge(fast, limited).verdict is HOLDS
    assert judge(slow, limited).verdict is UNKNOWN
    assert "short of a core" in judge(slow, limited).explanation
    behind = result_of([10] * 100, limits=("it was short of a core",), intended=200)
    assert judge(fast, behind).verdict is UNKNOWN
    drops = result_of([10] * 100, dropped=5, limits=("5 requests were never sent",))
    assert judge(parse_threshold("dropped_iterations: count<1"), drops).verdict is VIOLATED
    stopped = result_of([10] * 100, dropped=5, ending=Ending.STOPPED)
    assert judge(parse_threshold("dropped_iterations: count<1"), stopped).verdict is VIOLATED


def test_does_not_take_failures_that_a_tool_cannot_see_for_none() -> None:
    few = parse_threshold("http_req_failed: rate<1%")
    blind = result_of([10] * 100, unknown=("failed",))
    assert judge(few, blind).verdict is UNKNOWN
    assert "does not say" in judge(few, blind).explanation
    assert judge(few, result_of([10] * 100, statuses={500: 100}, unknown=("failed",))).verdict is VIOLATED
