"""What grants tell of Article 13(3): approved, and for a term."""

from __future__ import annotations

import pytest

from shouze.registers.grants.models import Grant
from tests.registers.grants.scene import granted, requested
from tests.registers.house import approver, do
from tests.registers.standings.driving import fact_of, finding_of, states_of

pytestmark = [pytest.mark.django_db, pytest.mark.duty("A13-3-permissions")]


def test_grants_in_force_are_for_a_term() -> None:
    assert states_of("grants.in-force", always=True) == ["not-evidenced"]
    requested()
    assert fact_of("grants.in-force").shown == 0, "nothing is granted before it is approved"
    grant = granted("post:shop", items=["phone"])
    assert states_of("grants.in-force", 400, always=True) == ["met", "met"]
    Grant.objects.filter(pk=grant.pk).update(until=None)
    found = finding_of("grants.in-force", always=True)
    assert (found.state, found.due, found.evidence[0].row) == ("due", None, grant.number)
    do(grant, "withdraw", approver())
    assert states_of("grants.in-force", always=True) == ["not-evidenced"]
