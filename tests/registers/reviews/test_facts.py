"""What access reviews tell of Article 13(3), driven from nothing to a breach and back."""

from __future__ import annotations

import pytest

from shouze.registers.reviews.models import Review
from tests.registers.grants.scene import granted
from tests.registers.house import approver, do
from tests.registers.reviews.test_register import campaign
from tests.registers.standings.driving import fact_of, states_of

pytestmark = [pytest.mark.django_db, pytest.mark.duty("A13-3-permissions")]


def test_a_review_is_due_breached_and_decided() -> None:
    assert states_of("reviews.decided") == ["met"]
    granted()
    campaign()
    assert states_of("reviews.decided", 29, 31) == ["due", "due", "not-evidenced"]
    do(Review.objects.get(), "keep", approver())
    assert states_of("reviews.decided", 31) == ["met", "met"]
    assert fact_of("reviews.decided").shown == 1
