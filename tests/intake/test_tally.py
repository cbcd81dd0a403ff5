"""What is counted, and kept between the parts of a run."""

from __future__ import annotations

import pytest

from shouze.errors import TamperedError
from shouze.gateway.arriving import Arrived
from shouze.intake.checking import Checked, Rejected
from shouze.intake.seen import Duplicate
from shouze.intake.tally import Tally


def test_a_tally_is_read_back_as_it_was_kept() -> None:
    tally = Tally()
    tally.checked(
        Checked(9, 5, [], [Rejected(3, "xm", "empty", ("x",)), Rejected(4, "xm", "empty", ("y",))]),
        [Duplicate(5, "phone", 1, same=True)],
    )
    tally.arrived([Arrived(1, "new", "s", None, ("offers",)), Arrived(2, "conflict", None, "phone")], 0)
    assert Tally.read(tally.packed()) == tally
    assert tally.outcomes == {"rejected": 2, "duplicate": 1, "new": 1, "conflict": 1}
    assert tally.to_ask == {"offers": 1}
    assert [(each.rows, each.first) for each in tally.reasons.values()] == [(2, 3)]
    assert b"x" not in tally.packed().replace(b"xm", b"")


def test_rows_that_went_in_before_an_interruption_are_told_apart_from_unchanged_ones() -> None:
    tally = Tally()
    tally.arrived([Arrived(4, "unchanged", "s"), Arrived(5, "unchanged", "t")], 4)
    assert tally.outcomes == {"again": 1, "unchanged": 1}


def test_a_new_run_begins_at_nothing_and_a_damaged_one_is_told() -> None:
    assert Tally.read(b"") == Tally()
    with pytest.raises(TamperedError):
        Tally.read(b"{")
