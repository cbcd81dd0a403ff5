"""What read-confirmations tell of Article 13(2), driven from nothing to a breach and back."""

from __future__ import annotations

import pytest

from shouze.registers.readings.models import Reading
from tests.registers.house import do, officer
from tests.registers.procedures.scene import in_force
from tests.registers.standings.driving import states_of

pytestmark = [pytest.mark.django_db, pytest.mark.duty("A13-2-workflow")]


def test_whoever_it_concerns_reads_it_by_their_day() -> None:
    assert states_of("readings.confirmed") == ["met"]
    officer()
    in_force()
    assert states_of("readings.confirmed", 13, 15) == ["due", "due", "not-evidenced"]
    for each in Reading.objects.filter(state="open").select_related("person"):
        do(each, "confirm", each.person)
    assert states_of("readings.confirmed", 15) == ["met", "met"]
