"""What complaints tell of Article 12, driven from nothing to a breach and back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shouze.registers.complaints.models import Complaint
from tests.registers.complaints.scene import answered, filed
from tests.registers.house import do, officer
from tests.registers.standings.driving import fact_of, finding_of, states_of

pytestmark = pytest.mark.django_db


@pytest.mark.duty("A12-15d")
def test_a_complaint_is_answered_within_fifteen_days() -> None:
    assert states_of("complaints.answers") == ["met"]
    complaint = filed()
    assert states_of("complaints.answers", 13, 17) == ["due", "due", "breached"]
    found = finding_of("complaints.answers", 17)
    assert (found.since, found.evidence[0].row) == (complaint.due, complaint.number)
    answered(complaint)
    assert (states_of("complaints.answers", 17), fact_of("complaints.answers").shown) == (["met", "met"], 1)


@pytest.mark.duty("A12-15d")
def test_a_late_answer_stays_counted_as_late() -> None:
    complaint = filed(received_at=timezone.now() - timedelta(days=30))
    assert states_of("complaints.answers") == ["breached"]
    answered(complaint)
    assert (states_of("complaints.answers"), fact_of("complaints.answers").late) == (["met"], 1)


@pytest.mark.duty("A12-15d")
def test_what_was_withdrawn_is_owed_no_more() -> None:
    do(filed(), "withdraw", officer())
    assert states_of("complaints.answers", 400) == ["met", "met"]


@pytest.mark.duty("A12-accept")
def test_a_complaint_is_taken_in_or_refused_with_its_ground() -> None:
    assert states_of("complaints.accepted") == ["met"]
    complaint = filed()
    assert fact_of("complaints.accepted").shown == 1
    Complaint.objects.filter(pk=complaint.pk).update(state="refused", refused_because="")
    assert states_of("complaints.accepted") == ["breached"]
    Complaint.objects.filter(pk=complaint.pk).update(refused_because="not-ours")
    assert states_of("complaints.accepted") == ["met"]
