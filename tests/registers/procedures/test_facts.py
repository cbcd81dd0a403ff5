"""What house rules tell of Articles 10 and 13(2), driven from nothing to a breach and back."""

from __future__ import annotations

import pytest

from tests.registers.house import do, officer
from tests.registers.procedures.scene import drafted, in_force
from tests.registers.standings.driving import fact_of, states_of

pytestmark = pytest.mark.django_db


@pytest.mark.duty("A13-2-workflow", "A10-op-secrecy")
@pytest.mark.parametrize(("kind", "matter"), [("workflow", "procedures.workflow"), ("rules", "procedures.security")])
def test_a_rule_is_in_force_and_reviewed_in_its_time(kind: str, matter: str) -> None:
    assert states_of(matter, always=True) == ["not-evidenced"]
    drafted(name="other", kind=kind)
    assert fact_of(matter).shown == 0, "a draft binds nobody"
    row = in_force(kind=kind)
    assert states_of(matter, 340, 370, always=True) == ["met", "due", "not-evidenced"]
    do(row, "review", officer())
    assert states_of(matter, always=True) == ["met"]
    others = {"procedures.workflow", "procedures.security"} - {matter}
    assert [fact_of(other).shown for other in others] == [0]
