"""What carriers tell of Article 13(4), driven from nothing to a breach and back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shouze.registers.media.models import Medium
from tests.registers.media.scene import kept
from tests.registers.standings.driving import finding_of, states_of

pytestmark = [pytest.mark.django_db, pytest.mark.duty("A13-4-media")]


def test_a_carrier_is_in_custody_until_it_is_destroyed_by_its_day() -> None:
    assert states_of("media.custody", always=True) == ["not-evidenced"]
    kept(keep_until=timezone.now() + timedelta(days=60))
    assert states_of("media.custody", 59, 61, always=True) == ["due", "due", "not-evidenced"]


def test_a_lost_one_is_a_breach_until_it_is_found() -> None:
    row = kept()
    assert states_of("media.custody", 400, always=True) == ["met", "met"]
    Medium.objects.filter(pk=row.pk).update(state="lost")
    found = finding_of("media.custody", always=True)
    assert (found.state, found.evidence[0].row) == ("breached", row.number)
    Medium.objects.filter(pk=row.pk).update(state="kept")
    assert states_of("media.custody", always=True) == ["met"]
