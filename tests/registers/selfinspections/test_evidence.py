"""Evidence filled in: what registers, history, clocks and shortcomings say to each duty, in a few queries for all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shouze.registers.finding import registers
from shouze.registers.selfinspections.evidence import gathered, owed
from tests.registers.agents.scene import engaged
from tests.registers.house import do, officer
from tests.registers.shortcomings.scene import raised
from tests.registers.systems.scene import connected

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def said(duty: str, ahead: timedelta = DAY) -> str:
    now = timezone.now()
    return " / ".join(each["en"] for each in gathered(now - DAY, now + DAY, now + ahead)[duty])


def test_rows_are_counted_by_their_state_with_the_way_to_them() -> None:
    engaged()
    now = timezone.now()
    assert {"zh": "代理人：委托中 1", "en": "Agents: 1 engaged", "register": "agents"} in gathered(
        now - DAY, now + DAY, now
    )["A11-supervise"]


def test_acts_in_the_period_are_counted_and_others_not() -> None:
    do(engaged(), "supervise", officer())
    assert "acts in the period" in said("A11-supervise")
    earlier = timezone.now() - 9 * DAY
    assert "acts" not in " ".join(each["en"] for each in gathered(earlier, earlier + DAY, earlier)["A11-supervise"])


def test_clocks_that_are_overdue_and_shortcomings_that_are_not_gone_are_told() -> None:
    connected()
    raised(rule="A13-5-intrusion")
    assert "2 clocks are running, 2 of them overdue" in said("A13-5-intrusion")
    assert "1 shortcomings are not gone" in said("A13-5-intrusion")


def test_the_number_of_queries_depends_on_the_registers_and_not_on_their_rows() -> None:
    now = timezone.now()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        gathered(now - DAY, now, now)
    assert len(asked) <= len(registers()) + 3


def test_what_is_owed_is_what_operators_and_their_staff_owe_in_the_order_of_the_articles() -> None:
    duties = owed()
    assert duties.index("A08-make-rules") < duties.index("A12-15d") < duties.index("A16-fix")
    assert not [each for each in duties if each.startswith(("A20", "A24"))]
