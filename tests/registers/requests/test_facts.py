"""What users' requests tell of Articles 9(2) and 9(4), driven from nothing to a breach and back."""

from __future__ import annotations

import pytest

from shouze.registers.requests.models import Request
from tests.registers.requests.scene import asked
from tests.registers.standings.driving import DAY, fact_of, states_of

pytestmark = pytest.mark.django_db
MATTERS = {
    "enquiry": "requests.answers", "correction": "requests.answers", "cancellation": "requests.cancellations",
    "withdrawal": "requests.withdrawals",
}  # fmt: skip


@pytest.mark.duty("A09-1-consent", "A09-2-query", "A09-4-cancel")
@pytest.mark.parametrize("kind", MATTERS)
def test_a_request_is_dealt_with_in_its_time(kind: str) -> None:
    matter = MATTERS[kind]
    assert states_of(matter) == ["met"]
    row = asked(kind=kind)
    assert row.due is not None
    assert states_of(matter, 1, 60) == ["due", "due", "not-evidenced"]
    assert [fact_of(other).open for other in sorted(set(MATTERS.values()) - {matter})] == [0, 0]
    Request.objects.filter(pk=row.pk).update(state="answered", answered_at=row.due + DAY)
    assert (states_of(matter, 60), fact_of(matter).late) == (["met", "met"], 1)
