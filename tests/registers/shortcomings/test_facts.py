"""What shortcomings tell of Article 16, driven from nothing to a breach and back."""

from __future__ import annotations

import pytest

from tests.registers.shortcomings.scene import given, mended, raised
from tests.registers.standings.driving import states_of

pytestmark = [pytest.mark.django_db, pytest.mark.duty("A16-fix")]


def test_what_nobody_mends_is_given_to_somebody_at_once() -> None:
    assert states_of("shortcomings.fixed") == ["met"]
    raised()
    assert states_of("shortcomings.fixed", 2) == ["due", "breached"]


def test_it_is_mended_by_its_day() -> None:
    given(days=10)
    assert states_of("shortcomings.fixed", 9, 11) == ["due", "due", "breached"]


def test_what_was_mended_breaches_nothing() -> None:
    mended()
    assert states_of("shortcomings.fixed", 400) == ["met", "met"]
