"""Histograms agree with the durations they were made of, and merge without loss."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.bench import Histogram

durations = st.lists(st.floats(1e-6, 3600), min_size=1, max_size=200)


@given(durations, st.floats(0, 1))
def test_answers_quantiles_by_rank(values: list[float], share: float) -> None:
    at_most = Histogram.of(values).quantile(share)
    assert sum(value <= at_most for value in values) >= share * len(values)
    assert at_most in values


@given(durations, durations)
def test_merges_as_if_counted_together(some: list[float], others: list[float]) -> None:
    merged = Histogram.of(some).merged(Histogram.of(others))
    together = Histogram.of(some + others)
    assert merged.buckets == together.buckets
    assert merged.mean == pytest.approx(together.mean)
    assert (merged.minimum, merged.maximum) == (together.minimum, together.maximum)


def test_knows_which_share_took_longer() -> None:
    histogram = Histogram.of([0.1, 0.2, 0.2, 0.4])
    assert histogram.share_above(0.1) == 0.75
    assert histogram.share_above(0.4) == 0
    assert Histogram().share_above(0.1) == 0


def test_says_nothing_of_nothing() -> None:
    empty = Histogram()
    assert (empty.count, empty.mean, empty.quantile(0.99)) == (0, 0, 0)
    assert empty.merged(Histogram.of([1.0])) == Histogram.of([1.0])


@pytest.mark.parametrize("buckets", [((2.0, 1), (1.0, 1)), ((1.0, 0),)])
def test_refuses_what_is_no_histogram(buckets: tuple[tuple[float, int], ...]) -> None:
    with pytest.raises(ValueError, match="bucket"):
        Histogram(buckets, 1.0, 1.0, 1.0)
