"""From which numbers on an act is the police's."""

from __future__ import annotations

import pytest

from shouze.rules.penalty.referring import reached
from tests.rules.penalty.statute import penalties


@pytest.mark.parametrize(
    ("counts", "in_service", "found"),
    [
        ({"tracks": 49}, False, ()),
        ({"tracks": 50}, False, ("tracks",)),
        ({"tracks": 25}, True, ("tracks",)),
        ({"tracks": 24}, True, ()),
        ({"important": 499}, False, ()),
        ({"important": 500}, False, ("important",)),
        ({"other": 4999}, False, ()),
        ({"other": 5000}, False, ("other",)),
        ({"gains": 4999}, False, ()),
        ({"gains": 5000}, False, ("gains",)),
        ({"important": 250, "other": 2500}, False, ("together",)),
        ({"important": 250, "gains": 2500}, False, ()),
        ({}, True, ()),
    ],
)
def test_a_threshold_is_reached_at_its_number(counts: dict[str, int], in_service: bool, found: tuple[str, ...]) -> None:
    assert reached(penalties().thresholds, counts, in_service=in_service) == found
