import pytest

from assay.bench.resources import MachineMeasure, ProcessMeasure, summary_of
from assay.bench.resources.recording import Recording, rates


def test_a_counter_becomes_its_growth_per_second() -> None:
    assert rates([0.0, 0.5, 1.0, 3.0], (10.0, 11.0, None, 16.0)) == (None, 2.0, None, 2.0)


def test_a_counter_that_fell_says_nothing() -> None:
    assert rates([0.0, 1.0, 2.0], (10.0, 2.0, 5.0)) == (None, None, 3.0)


def test_leaving_out_moments_loses_no_growth() -> None:
    recording = Recording(most_moments=64)
    owner = 1
    thinned = 0
    for number in range(1_000):
        values: dict[tuple[object, str], float] = {
            (owner, ProcessMeasure.CPU_USER): number * 0.05,
            (owner, ProcessMeasure.RESIDENT): 7.0,
        }
        if number % 10 == 3:
            values[owner, ProcessMeasure.DESCRIPTORS] = 5.0
        thinned += recording.add(number * 0.1, values)
    assert thinned > 5
    assert len(recording.moments) < 64
    used = [value for value in recording.series(owner, ProcessMeasure.CPU_USER) if value is not None]
    assert used == pytest.approx([0.5] * len(used))
    assert len(used) == len(recording.moments) - 1
    # Read at one in ten looks, and never at one whose number is even.
    assert {value for value in recording.series(owner, ProcessMeasure.DESCRIPTORS) if value is not None} == {5.0}


def test_a_share_is_at_most_everything() -> None:
    recording = Recording(most_moments=64)
    for moment, stalled in ((0.0, 0.0), (0.1, 0.3)):
        recording.add(moment, {("machine", MachineMeasure.CPU_PRESSURE): stalled})
    assert recording.series("machine", MachineMeasure.CPU_PRESSURE) == (None, 1.0)


def test_the_mean_weighs_values_by_the_time_that_they_stand_for() -> None:
    found = summary_of((None, 1.0, None, 5.0), (0.0, 1.0, 2.0, 4.0))
    assert found is not None
    assert (found.mean, found.minimum, found.maximum, found.first, found.last) == (4.0, 1.0, 5.0, 1.0, 5.0)
    alone = summary_of((2.0,), (0.0,))
    assert alone is not None
    assert alone.mean == 2.0
    assert summary_of((None,), (0.0,)) is None
