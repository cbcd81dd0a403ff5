"""What recipients tell of Article 10, driven from nothing to what is in force."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shouze.registers.recipients.models import Recipient
from tests.registers.recipients.scene import in_force
from tests.registers.standings.driving import fact_of, states_of

pytestmark = [pytest.mark.django_db, pytest.mark.duty("A10-no-illegal-supply", "A10-no-sale")]


def test_a_recipient_is_approved_with_its_ground_and_for_its_term() -> None:
    assert states_of("recipients.grounds") == ["met"]
    row = in_force()
    assert fact_of("recipients.grounds").shown == 1
    Recipient.objects.exclude(pk=row.pk).update(state="ended")
    assert states_of("recipients.grounds", 400) == ["met", "met"]
    Recipient.objects.filter(pk=row.pk).update(until=timezone.now() + timedelta(days=60))
    assert states_of("recipients.grounds", 40, 61) == ["met", "due", "not-evidenced"]
    Recipient.objects.filter(pk=row.pk).update(state="declared", until=None)
    assert states_of("recipients.grounds") == ["due"]
