"""What undertakings tell of Article 10, driven from nothing to a breach and back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shouze.registers.undertakings.models import Undertaking
from tests.registers.standings.driving import states_of
from tests.registers.undertakings.test_register import joined, signed

pytestmark = [pytest.mark.django_db, pytest.mark.duty("A10-staff-secrecy")]


def test_an_undertaking_is_signed_at_once_and_renewed_by_its_day() -> None:
    assert states_of("undertakings.signed", always=True) == ["not-evidenced"]
    row = joined()
    Undertaking.objects.exclude(pk=row.pk).delete()
    assert states_of("undertakings.signed", 2, always=True) == ["due", "breached"]
    signed(row)
    assert states_of("undertakings.signed", 280, 301, always=True) == ["met", "due", "breached"]


def test_one_that_lapsed_is_a_breach_since_its_day() -> None:
    row = signed(joined())
    Undertaking.objects.exclude(pk=row.pk).delete()
    Undertaking.objects.filter(pk=row.pk).update(state="lapsed", until=timezone.now() - timedelta(days=1))
    from shouze.registers.rows import Clock

    Clock.objects.filter(register="undertakings", kind="renew").update(due=timezone.now() - timedelta(days=1))
    assert states_of("undertakings.signed", always=True) == ["breached"]
