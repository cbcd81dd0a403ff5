"""The credit lists: entered within the term, ended by the clock to the day, once for each operator and day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from shouze.errors import InvalidError
from shouze.registers.announcements.models import Edition
from shouze.registers.credit.models import CreditEntry
from shouze.registers.credit.register import expire
from shouze.registers.rows import Clock
from tests.registers.announcements.scene import NAME, drafted, published

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


@pytest.mark.duty("A20-credit")
def test_an_entry_is_owed_within_thirty_days_of_the_decision() -> None:
    row = drafted("credit")
    clock = Clock.objects.get(register="credit", entry=row.pk)
    assert (clock.kind, clock.due) == ("list", datetime(2026, 12, 2, 15, 59, 59, 999_999, UTC))


def test_what_an_entry_has_to_say() -> None:
    for more in ({"listed_on": date(2026, 11, 1)}, {"until": date(2026, 11, 20)}, {"facts": "13812345678"}):
        with pytest.raises(InvalidError):
            drafted("credit", **more)
    drafted("credit")
    with pytest.raises(InvalidError):
        drafted("credit")


def test_it_ends_by_itself_the_day_after_its_last_and_leaves_no_name() -> None:
    row = published("credit")
    assert row.until == date(2027, 11, 20)
    last = datetime(2027, 11, 20, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
    expire(last)
    assert CreditEntry.objects.get().state == "published"
    for _ in range(2):
        expire(last + timedelta(minutes=2))
    row.refresh_from_db()
    assert (row.state, row.removed_because, row.edition) == ("removed", "term", 2)
    assert not any(NAME in each.content for each in Edition.objects.all())
