"""The environment fingerprint: what makes two runs comparable and what does not."""

import msgspec
import pytest

from assay.evidence import Environment
from tests.evidence.recorded import MACHINE


def test_this_machine_is_read_the_same_twice() -> None:
    first, second = (Environment.of_this_machine(assay="1") for _ in range(2))
    assert first == second
    assert first.cores >= 1
    assert first.memory_gibibytes >= 1


@pytest.mark.parametrize(
    ("field", "value"), [("kernel", "6.2"), ("cores", 4), ("processor", "another"), ("memory_gibibytes", 16)]
)
def test_whatever_changes_a_measurement_changes_the_fingerprint(field: str, value: object) -> None:
    other = msgspec.structs.replace(MACHINE, **{field: value})
    assert other.fingerprint != MACHINE.fingerprint
    assert len(MACHINE.differences(other)) == 1


@pytest.mark.parametrize("field", ["assay", "python"])
def test_versions_of_the_tool_are_recorded_but_do_not_forbid_a_comparison(field: str) -> None:
    other = msgspec.structs.replace(MACHINE, **{field: "9"})
    assert other.fingerprint == MACHINE.fingerprint
    assert MACHINE.differences(other) == ()
