"""What the authority asked runs its clock here until it is answered; what a register makes nobody writes by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from shouze.errors import InvalidError
from shouze.link.kinds import Letter
from shouze.registers import acting
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.ports import GIVEN
from shouze.registers.rows import Clock
from tests.registers.house import do, make, signed_in
from tests.registers.parties import Other, joined
from tests.registers.reports.scene import inspector, reported

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


@pytest.fixture(autouse=True)
def mine() -> Iterator[None]:
    with joined("authority"):
        yield


def demanded(other: Other, kind: str = "demand", matter: str = "m") -> DispatchRow:
    """Demand materials, and let the other side receipt it."""
    asked: dict[str, Any] = {"to": other.party, "as_kind": kind, "in_matter": matter, "heading": "要求", "text": "提供",
                             "until": GIVEN.now() + timedelta(days=3)}  # fmt: skip
    row = make("dispatches", inspector(), asked)
    done: DispatchRow = acting.followed("dispatches", row, "delivered")
    return done


def clocks(row: DispatchRow) -> list[Clock]:
    return list(Clock.objects.filter(register="dispatches", entry=row.pk, kind="answer", met=None))


@pytest.mark.parametrize("kind", ["decision", "case-papers", "announcement", "inspection-notice", "review-form"])
def test_no_officer_writes_by_hand_what_a_procedure_makes(other: Other, kind: str) -> None:
    """A decision that nobody was told of, a notice of one officer: each has a register that keeps its rules."""
    other.trusted("operator")
    browser = signed_in(inspector())
    assert f'value="{kind}"' not in browser.get("/r/dispatches/new").content.decode()
    asked = {"to": other.party, "as_kind": kind, "in_matter": "m", "heading": "罚款", "text": "三万元"}
    assert browser.post("/r/dispatches/new", asked).status_code == 422
    assert not DispatchRow.objects.exists()


@pytest.mark.duty("A17-2-materials")
def test_a_demand_stands_with_its_term_until_the_materials_come(other: Other) -> None:
    other.trusted("operator")
    row = demanded(other)
    assert [each.due for each in clocks(row)] == [row.due]
    other.send("answer", Letter(title="答复", text="以后再说"))
    assert clocks(row)
    other.send("materials", Letter(title="材料", text="见附件"), sequence=2)
    row.refresh_from_db()
    assert (row.state, clocks(row)) == ("answered", [])


def test_an_answer_meets_the_question_that_it_names(other: Other) -> None:
    other.trusted("operator")
    first, second = demanded(other, "question"), demanded(other, "question")
    other.send("answer", Letter(title="答复", text="是"), in_reply_to=second.dispatch_id)
    assert (bool(clocks(first)), clocks(second)) == (True, [])


def test_materials_answer_a_question_too_the_oldest_first_and_in_its_own_matter(other: Other) -> None:
    other.trusted("operator")
    elsewhere = demanded(other, "question", matter="another")
    first, second = demanded(other, "question"), demanded(other, "question")
    other.send("materials", Letter(title="材料", text="见附件"))
    assert [bool(clocks(each)) for each in (elsewhere, first, second)] == [True, False, True]


def test_an_incident_is_not_closed_while_a_demand_is_open(other: Other) -> None:
    report = reported(other)
    row = demanded(other, matter=report.matter)
    report = do(report, "assess", inspector(), {"impact": "limited", "impact_because": "一人"})
    with pytest.raises(InvalidError):
        do(report, "close", inspector(), reason="完")
    do(row, "close-question", inspector(), reason="当面提供")
    assert do(report, "close", inspector(), reason="完").state == "closed"
