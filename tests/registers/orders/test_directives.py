"""Instructions at the operator: in its register with their arrival, acknowledged, reported, seen as a duty."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from shouze.errors import NotYoursError
from shouze.link.dispatch import unverified
from shouze.link.kinds import Instruction, InstructionReport, Lifting
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.orders.facts import SPEAKS
from shouze.registers.orders.models import Order
from shouze.registers.ports import GIVEN
from shouze.registers.rows import Clock
from shouze.rules.duties.answering import answered
from tests.registers.house import PROOF, do, officer
from tests.registers.parties import Other, joined, later

pytestmark = pytest.mark.django_db
FACTS = {each.matter: each.fact for each in SPEAKS}


@pytest.fixture(autouse=True)
def mine() -> Iterator[None]:
    with joined():
        yield


def told(**more: Any) -> Instruction:
    fields = {
        "order": "云通管安〔2026〕1号", "title": "弱口令清理", "authority": "某局", "article": "13(8)",
        "ground": "第十三条",
        "demand": "清理弱口令", "demand_en": "Remove weak passwords", "due": GIVEN.now() + timedelta(days=30),
        "acknowledge_by": GIVEN.now() + timedelta(days=5), **more,
    }  # fmt: skip
    return Instruction(**fields)


def arrived(other: Other | None = None) -> Order:
    other = other or Other()
    other.trusted()
    other.send("instruction", told())
    return Order.objects.get()


def stands() -> str:
    fact = {"orders.directives": FACTS["orders.directives"]()}
    return answered(["A13-8-other"], fact, GIVEN.now())["A13-8-other"].state


def reports() -> list[tuple[str, str, int]]:
    found: list[tuple[str, str, int]] = []
    for row in DispatchRow.objects.filter(direction="out", kind="instruction-report").order_by("pk"):
        said = unverified(row.signed)
        assert said is not None
        assert isinstance(said.body, InstructionReport)
        found.append((said.body.stage, said.body.done, len(said.attachments)))
    return found


@pytest.mark.duty("A13-8-other")
def test_it_stands_with_its_arrival_is_acknowledged_and_reported_with_proof() -> None:
    order = arrived()
    assert (order.kind, order.state, order.article, order.law) == ("directive", "standing", "13(8)", "第十三条")
    due = dict(Clock.objects.filter(register="orders", entry=order.pk).values_list("kind", "due"))
    assert due == {"do": order.due, "acknowledge": order.acknowledge_by, "report": order.due}
    assert stands() == "due"
    order = do(order, "take-note", officer())
    order = do(order, "report", officer(), reason="清单见附件", documents=[PROOF])
    assert reports() == [("acknowledged", "", 0), ("fulfilled", "清单见附件", 1)]
    assert stands() == "met"
    with pytest.raises(NotYoursError):
        do(order, "take-note", officer())


def test_nobody_who_acknowledges_in_time_is_late_and_who_does_not_is() -> None:
    arrived()
    with later(timedelta(days=6)):
        assert stands() == "breached"


def test_closed_as_answered_the_authority_hears_that_it_is_done() -> None:
    order = do(arrived(), "answer", officer())
    assert (order.state, [stage for stage, _, _ in reports()]) == ("answered", ["fulfilled"])


def test_what_was_reported_before_is_not_reported_again_on_closing() -> None:
    do(do(arrived(), "report", officer()), "answer", officer())
    assert len(reports()) == 1


def test_found_lacking_it_stands_again() -> None:
    other = Other()
    do(arrived(other), "answer", officer())
    until = GIVEN.now() + timedelta(days=45)
    other.send("instruction", told(again="缺少清单", due=until), sequence=2)
    order = Order.objects.get()
    assert (order.state, order.due, order.met_at, order.reported_at) == ("standing", until, None, None)
    assert stands() == "due"


def test_the_same_twice_is_for_people_to_look_at() -> None:
    other = Other()
    arrived(other)
    other.send("instruction", told(), sequence=2)
    assert DispatchRow.objects.get(sequence=2, direction="in").state == "stuck"


def test_withdrawn_it_is_owed_no_more() -> None:
    other = Other()
    order = arrived(other)
    other.send("lifting", Lifting(order=order.document, reason="撤回"), sequence=2)
    order.refresh_from_db()
    assert (order.state, stands()) == ("lifted", "met")
    other.send("instruction", told(again="x"), sequence=3)
    assert DispatchRow.objects.get(sequence=3, direction="in").state == "stuck"
