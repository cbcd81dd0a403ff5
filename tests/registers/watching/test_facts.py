"""What the watch over the log tells of Articles 9(3), 13(3) and 13(6)."""

from __future__ import annotations

import pytest
from django.utils import timezone

from shouze.registers import acting
from shouze.registers.watching.models import Unusual, Watched
from shouze.registers.watching.register import REGISTER
from tests.registers.house import do, officer
from tests.registers.standings.driving import DAY, fact_of, finding_of, states_of

pytestmark = pytest.mark.django_db


@pytest.mark.duty("A13-6-oplog")
def test_the_log_is_kept_while_it_was_read_lately() -> None:
    assert states_of("log.kept", always=True) == ["not-evidenced"]
    now = timezone.now()
    Watched.objects.create(name="log", place=41, at=now)
    assert states_of("log.kept", 0.9, 1.1, always=True) == ["met", "met", "not-evidenced"]
    assert (fact_of("log.kept").shown, fact_of("log.kept").stale) == (42, now + DAY)


@pytest.mark.duty("A13-3-dlp", "A09-3-purpose-limit", "A10-no-sale")
def test_unusual_handling_is_to_be_looked_into_without_a_day_in_the_order() -> None:
    assert states_of("watching.explained") == ["met"]
    row = Unusual(rule="volume", actor="S-1", day=timezone.localdate(), count=9, most=5, title="某")
    row = acting.enrol(REGISTER, row, None)
    found = finding_of("watching.explained", 400)
    assert (found.state, found.due, found.evidence[0].row) == ("due", None, row.number)
    do(row, "explain", officer())
    assert (states_of("watching.explained"), fact_of("watching.explained").shown) == (["met"], 1)
