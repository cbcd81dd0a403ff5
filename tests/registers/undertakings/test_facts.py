"""What undertakings tell of Article 10, driven from nothing to a breach and back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shouze.registers.undertakings.models import Undertaking
from tests.registers.standings.driving import states_of
from tests.registers.undertakings.test_register import joined, signed

pytestmark = [pytest.mark.django_db, pytest.mark.duty("A10-staff-secrecy")]


def test_who_has_not_signed_is_bound_unshown_until_they_sign_and_again_after_its_day() -> None:
    assert states_of("undertakings.signed", always=True) == ["not-evidenced"]
    row = joined()
    Undertaking.objects.exclude(pk=row.pk).delete()
    assert states_of("undertakings.signed", 2, always=True) == ["not-evidenced", "not-evidenced"]
    signed(row)
    assert states_of("undertakings.signed", 280, 301, always=True) == ["met", "due", "not-evidenced"]


def test_one_that_lapsed_shows_nothing_any_more_and_breaches_nothing() -> None:
    row = signed(joined())
    Undertaking.objects.exclude(pk=row.pk).delete()
    Undertaking.objects.filter(pk=row.pk).update(state="lapsed", until=timezone.now() - timedelta(days=1))
    from shouze.registers.rows import Clock

    Clock.objects.filter(register="undertakings", kind="renew").update(due=timezone.now() - timedelta(days=1))
    assert states_of("undertakings.signed", always=True) == ["not-evidenced"]
