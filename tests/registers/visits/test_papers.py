"""A visit to an operator without dispatches: its notice is printed, sealed and served; its record signed on paper."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import pytest
from django.urls import reverse

from shouze.errors import InvalidError
from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.finding import registers
from shouze.registers.issued.models import Issued
from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role
from shouze.registers.rows import Clock, Document
from shouze.registers.visits.models import Visit
from shouze.registers.visits.papers import notice, visit_record
from shouze.reports.report import said
from tests.registers.cases.scene import supervised
from tests.registers.house import PROOF, do, make, person, signed_in
from tests.registers.issued.scene import record
from tests.registers.parties import later
from tests.registers.reports.scene import head, inspector
from tests.registers.visits.scene import after_the_visit, announced, recorded, told

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


def on_paper() -> Visit:
    named()
    return announced("", operator_name=supervised().title)


def named() -> None:
    """Say who the authority is."""
    make("bodies", head(), {"title": "云泽省通信管理局（虚构）", "title_en": ""})


def test_a_paper_that_would_not_name_the_authority_is_not_made() -> None:
    with pytest.raises(InvalidError) as problem:
        announced("", operator_name=supervised().title)
    assert problem.value.field == "operator_name"


@pytest.mark.duty("A17-2-premises")
def test_the_notice_waits_to_be_served_and_is_tied_to_the_register() -> None:
    row = on_paper()
    row.refresh_from_db()
    assert (row.state, row.announced_at, DispatchRow.objects.count()) == ("to-serve", None, 0)
    clock = Clock.objects.get(register="visits", entry=row.pk)
    assert (clock.kind, clock.due) == ("serve", row.planned_at)
    kept = {each.name: each for each in Document.objects.all()}
    assert {f"{row.number}.json", "inspection-notice-zh.pdf", "notice-service-zh.pdf"} <= set(kept)
    assert sha256(bytes(kept[f"{row.number}.json"].content)).hexdigest() == row.notice
    assert row.notice in str(said(notice(row, GIVEN.now()), "zh"))


def test_its_service_lets_the_visit_be_made_and_recorded() -> None:
    row = on_paper()
    with later(timedelta(hours=2)):
        row = do(row, "serve", inspector(), record())
        assert (row.state, row.announced_at) == ("announced", row.served_at)
    with after_the_visit():
        row = recorded(row)
        assert "某路 1 号" in str(said(visit_record(row, GIVEN.now()), "zh"))
        paper = {"says_no_fee": "attested", "says_not_hindered": "attested", "comment": "", "signed_by": "某甲"}
        assert do(row, "enter-answer", inspector(), paper, documents=[PROOF]).state == "attested"


def test_a_notice_that_came_after_the_visit_is_none() -> None:
    row = on_paper()
    with later(timedelta(days=2)), pytest.raises(InvalidError) as problem:
        do(row, "serve", inspector(), record())
    assert problem.value.field == "served_at"


def test_what_is_not_served_is_not_recorded_and_can_be_called_off() -> None:
    row = on_paper()
    assert do(row, "call-off", inspector(), reason="改期").state == "called-off"


def test_a_notice_that_was_served_already_is_attached() -> None:
    values = {"to": "", "operator_name": "某公司", "basis": "例行检查", "place": "某路 1 号", "unannounced": "",
              "officers": told()["officers"], "planned_at": GIVEN.now() + timedelta(days=1)}  # fmt: skip
    row = acting.make(registers()["visits"], inspector(), Asked(values, documents=[PROOF]))
    assert (row.state, row.paper) == ("announced", {})


def test_what_was_seen_wrong_is_ordered_to_be_corrected_on_paper() -> None:
    row = announced("", operator_name=supervised().title, unannounced="突击检查")
    with after_the_visit():
        row = recorded(row)
        said_ = {"document": "云通管责改〔2026〕3号", "body": "某局", "because": "无人值守",
                 "duties": ["A13-4-media"], "due": GIVEN.now() + timedelta(days=9), "answer_to": "某路1号"}  # fmt: skip
        row = do(row, "correct", inspector(), said_)
    order = Issued.objects.get(number=row.orders[0])
    assert (order.on_paper, order.operator, order.kind) == (True, supervised().number, "correct")


@pytest.mark.parametrize(
    ("role", "reads", "serves"),
    [
        (Role.INSPECTOR, True, True), (Role.HEAD, True, True), (Role.AUDITOR, True, False),
        (Role.MINISTRY, True, False), (Role.OFFICER, False, False),
    ],
)  # fmt: skip
def test_who_prints_the_notice_and_enters_its_service(role: Role, *, reads: bool, serves: bool) -> None:
    row, browser = on_paper(), signed_in(person("C-0099", role))
    for name in ("inspection-notice", "notice-service"):
        address = reverse("report", args=["visits", row.number, name, "json"])
        assert browser.get(address).status_code == (200 if reads else 403), name
    opens = browser.get(reverse("act", args=["visits", row.number, "serve"])).status_code
    assert opens == (200 if serves else 403)
