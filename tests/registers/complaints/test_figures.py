"""Figures of a period agree with a plain calculation, in two queries."""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import median_low
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shouze.registers.complaints.figures import figures
from shouze.registers.complaints.models import Complaint, Term
from tests.registers.complaints.scene import At, noon

pytestmark = pytest.mark.django_db
NOW = noon("2026-06-01")
HOURS = st.integers(0, 40 * 24)


def term(complaint: Complaint, place: int, received: datetime, hours: int | None, ended: bool = False) -> Term:
    due = received + timedelta(days=15)
    answered_at = None if hours is None else received + timedelta(hours=hours)
    return Term(
        complaint=complaint, place=place, received_at=received, counting="calendar-15", due=due,
        answered_at=answered_at, late=answered_at is not None and answered_at > due,
        took=None if hours is None else hours * 3600, ended_at=received if ended else None,
    )  # fmt: skip


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 100), st.none() | HOURS, st.booleans()), max_size=12))
def test_they_agree_with_counting_one_by_one(db: Any, drawn: list[tuple[int, int | None, bool]]) -> None:
    Term.objects.all().delete()
    Complaint.objects.all().delete()
    complaint = Complaint.objects.create(
        number="X", title="某", state="open", source="phone", matter="other", received_at=NOW
    )
    terms = [
        term(complaint, place, NOW - timedelta(days=days), hours, ended and hours is None)
        for place, (days, hours, ended) in enumerate(drawn)
    ]
    Term.objects.bulk_create(terms)
    since = NOW - timedelta(days=60)
    told = figures(since, NOW, NOW)
    within = [each for each in terms if since <= each.received_at < NOW]
    answered = [each for each in within if each.answered_at]
    waiting = [each for each in within if not each.answered_at and not each.ended_at]
    assert (told.received, told.answered) == (len(within), len(answered))
    assert told.in_time == sum(not each.late for each in answered)
    assert told.late == sum(each.late for each in answered) + sum(each.due < NOW for each in waiting)
    assert told.running == sum(each.due >= NOW for each in waiting)
    assert told.withdrawn == len(within) - len(answered) - len(waiting)
    taken = [each.took or 0 for each in answered]
    assert told.median == (timedelta(seconds=median_low(taken)) if taken else None)


def test_nothing_decided_has_no_share(at: At) -> None:
    told = figures(NOW - timedelta(days=1), NOW, NOW)
    assert (told.share, told.median) == (None, None)


def test_many_terms_take_two_queries(at: At, django_assert_num_queries: Any) -> None:
    Complaint.objects.bulk_create(
        Complaint(number=f"X-{n}", title="某", state="answered", source="portal", matter="other", received_at=NOW)
        for n in range(300)
    )
    Term.objects.bulk_create(
        term(each, 0, NOW - timedelta(days=30), 24 * (n % 20)) for n, each in enumerate(Complaint.objects.all())
    )
    with django_assert_num_queries(2):
        told = figures(NOW - timedelta(days=90), NOW, timezone.now())
    assert told.share == pytest.approx(0.8)
    assert told.median == timedelta(days=9)
