"""What publications tell of Article 8, driven from nothing to a breach and back."""

from __future__ import annotations

import pytest

from shouze.registers import acting
from shouze.registers.ports import GIVEN
from shouze.registers.publications.models import Publication
from shouze.registers.publications.register import REGISTER
from tests.registers.declarations.scene import in_force
from tests.registers.house import do, officer
from tests.registers.publications.scene import shown
from tests.registers.standings.driving import states_of

pytestmark = [pytest.mark.django_db, pytest.mark.duty("A08-publish")]


def test_copies_are_looked_at_in_their_time_and_mended_at_once() -> None:
    assert states_of("publications.copies", always=True) == ["not-evidenced"]
    in_force()
    row = shown("premises")
    assert states_of("publications.copies", 89, 91, always=True) == ["due", "due", "not-evidenced"]
    row = do(row, "wrong", officer(), {"problem": "旧版"})
    assert states_of("publications.copies", 2, always=True) == ["due", "breached"]
    do(row, "renew", officer())
    assert states_of("publications.copies", 2, always=True) == ["due", "due"]


def test_a_copy_on_the_web_that_matches_is_met() -> None:
    in_force()
    shown()
    assert states_of("publications.copies", 400, always=True) == ["met", "met"]


def test_a_new_version_is_owed_wherever_the_old_one_hangs() -> None:
    in_force()
    shown()
    in_force(2, also_told=[{"zh": "新增", "en": "New"}])
    acting.settle(REGISTER, Publication.objects.get(), GIVEN.now())
    assert states_of("publications.copies", 2, always=True) == ["due", "breached"]
