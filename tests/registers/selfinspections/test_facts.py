"""What self-inspections tell of Article 16, driven from nothing to what is signed."""

from __future__ import annotations

import pytest

from tests.registers.house import approver, do
from tests.registers.selfinspections.scene import begun, finished
from tests.registers.standings.driving import fact_of, states_of

pytestmark = pytest.mark.django_db


@pytest.mark.duty("A16-selfcheck", "A16-record")
def test_a_finished_one_counts_and_is_to_be_signed_at_once() -> None:
    begun()
    assert (fact_of("selfinspections.finished").last, fact_of("selfinspections.recorded").shown) == (None, 0)
    assert states_of("selfinspections.recorded", always=True) == ["not-evidenced"]


@pytest.mark.duty("A16-selfcheck", "A16-record")
def test_a_signed_one_is_on_record() -> None:
    row = finished()
    assert fact_of("selfinspections.finished").last == row.finished_at
    assert states_of("selfinspections.recorded", 2, always=True) == ["due", "breached"]
    do(row, "sign", approver())
    assert states_of("selfinspections.recorded", 400, always=True) == ["met", "met"]
