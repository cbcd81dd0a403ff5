"""Complaints about inspections by role and language, and the whole way between three installations."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from shouze.registers.conduct.models import Conduct
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.grievances.models import GrievanceRow
from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role
from shouze.registers.standings.keeping import answer_now
from shouze.registers.visited.models import Visited
from tests.registers.conduct.scene import asked, complained, decided, lower, stated
from tests.registers.exchange import Installation, carry
from tests.registers.house import do, make, officer, person, signed_in
from tests.registers.parties import Other
from tests.registers.reports.scene import inspector
from tests.registers.visits.scene import after_the_visit, announced, recorded

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]
AUTHORITY = Installation("shouze.localhost/authority", "某省通信管理局", "authority")
MINISTRY = Installation("shouze.localhost/ministry", "工业和信息化部", "authority")
OPERATOR = Installation("shouze.localhost/operator", "星桥通信", "operator")


def denied() -> Visited:
    """Return a visit whose operator says that a fee was charged; it has to be after the visit."""
    with AUTHORITY.here():
        recorded(announced(OPERATOR.party, unannounced="突击检查"))
    carry(AUTHORITY, OPERATOR)
    with OPERATOR.here():
        said = {"says_no_fee": "contested", "says_not_hindered": "attested", "comment": "收取检测费"}
        there: Visited = do(Visited.objects.get(), "answer", officer(), said)
    carry(OPERATOR, AUTHORITY)
    return there


def complain(visit: Visited) -> GrievanceRow:
    with OPERATOR.here():
        row: GrievanceRow = make("grievances", officer(), {
            "to": MINISTRY.party, "visit": visit.number, "against": "", "inspection": "", "grounds": ["fee"],
            "happened_at": GIVEN.now() - timedelta(hours=2), "story": "收取检测费",
        })  # fmt: skip
    assert carry(OPERATOR, MINISTRY) == ["grievance"]
    assert carry(MINISTRY, OPERATOR) == ["grievance-received"]
    return row


def asked_above() -> Conduct:
    """Let the Ministry ask, and the authority state its side from its inbox."""
    with MINISTRY.here():
        row = asked(Conduct.objects.get())
    assert carry(MINISTRY, AUTHORITY) == ["grievance-question"]
    with AUTHORITY.here():
        do(DispatchRow.objects.get(direction="in", kind="grievance-question"), "state", inspector(),
           {"statement": "没有收费"})  # fmt: skip
    assert carry(AUTHORITY, MINISTRY) == ["grievance-statement"]
    row.refresh_from_db()
    return row


def free() -> str:
    with AUTHORITY.here():
        return answer_now(GIVEN.now())["A17-3-no-fee"].state


@pytest.mark.duty("A17-3-no-fee")
@pytest.mark.parametrize(("upheld", "state", "duty"), [(["fee"], "upheld", "breached"), ([], "dismissed", "met")])
def test_a_complaint_from_the_operator_to_the_ministry_and_back(upheld: list[str], state: str, duty: str) -> None:
    AUTHORITY.known(standing="administration")
    MINISTRY.known(standing="ministry")
    OPERATOR.known()
    with after_the_visit():
        row = complain(denied())
        assert free() == "breached"
        with MINISTRY.here():
            made = decided(asked_above(), *upheld)
        assert carry(MINISTRY, OPERATOR) == carry(MINISTRY, AUTHORITY) == ["grievance-decision"]
        row.refresh_from_db()
        assert (row.state, row.number_there, row.upheld, row.due) == (state, made.number, upheld, made.due)
        assert (row.title, row.reasons) == (AUTHORITY.title, "有收据为证")
        assert free() == duty
        assert set(DispatchRow.objects.values_list("state", flat=True)) == {"delivered", "settled"}


@pytest.mark.parametrize(
    ("role", "sees", "works", "decides"),
    [
        (Role.INSPECTOR, True, True, False), (Role.HEAD, True, True, True), (Role.AUDITOR, True, False, False),
        (Role.MINISTRY, False, False, False), (Role.ASSOCIATION, False, False, False),
        (Role.PUBLISHER, False, False, False), (Role.CHAIR, False, False, False), (Role.OFFICER, False, False, False),
        (Role.ADMINISTRATOR, False, False, False),
    ],
)  # fmt: skip
def test_what_each_role_may_do(other: Other, role: Role, *, sees: bool, works: bool, decides: bool) -> None:
    there = lower()
    row, browser = complained(other), signed_in(person("C-9", role))

    def status(act: str) -> int:
        return browser.get(reverse("act", args=["conduct", row.number, act])).status_code

    assert browser.get("/r/conduct/").status_code == (200 if sees else 403)
    assert browser.get(reverse("row", args=["conduct", row.number])).status_code == (200 if sees else 403)
    assert browser.get("/r/conduct/new").status_code == (200 if works else 403)
    assert (status("ask"), status("refuse")) == (200 if works else 403, 200 if decides else 403)
    row = stated(there, asked(row))
    assert (status("note-statement"), status("decide")) == (200 if works else 403, 200 if decides else 403)
    assert {status("arrive"), status("stated")} == {403}


@pytest.mark.parametrize(("language", "word"), [("zh", "尚在说明期限内"), ("en", "still has time to state its side")])
def test_the_page_says_why_nothing_can_be_decided_yet(other: Other, language: str, word: str) -> None:
    lower()
    row = asked(complained(other))
    page = signed_in(inspector(), language).get(reverse("row", args=["conduct", row.number])).content.decode()
    assert word in page
