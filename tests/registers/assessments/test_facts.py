"""What impact assessments tell of Article 9(3)."""

from __future__ import annotations

import pytest

from tests.registers.assessments.scene import approved, begun
from tests.registers.standings.driving import fact_of, finding_of, states_of

pytestmark = [pytest.mark.django_db, pytest.mark.duty("A09-3-law")]


def test_what_has_to_be_assessed_is_due_until_it_is_approved() -> None:
    assert states_of("assessments.owed") == ["met"]
    row = begun()
    found = finding_of("assessments.owed")
    assert (found.state, found.due, found.evidence[0].row) == ("due", None, row.number)
    approved(row)
    assert (states_of("assessments.owed", 400), fact_of("assessments.owed").shown) == (["met", "met"], 1)
