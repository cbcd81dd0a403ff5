"""Visits by role and language, and the whole exchange between two installations."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.roles import Role
from shouze.registers.visited.models import Visited
from tests.registers.exchange import Installation, carry
from tests.registers.house import do, officer, person, signed_in
from tests.registers.parties import Other, later
from tests.registers.reports.scene import inspector
from tests.registers.visits.scene import after_the_visit, announced, answered, recorded

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]
AUTHORITY = Installation("shouze.localhost/authority", "某省通信管理局", "authority")
OPERATOR = Installation("shouze.localhost/operator", "星桥通信", "operator")


@pytest.mark.duty("A17-3-record", "A17-3-no-fee", "A17-3-no-hinder", "A17-2-cooperate")
def test_a_visit_from_its_notice_to_the_operators_answer() -> None:
    AUTHORITY.known()
    OPERATOR.known()
    with AUTHORITY.here():
        row = announced(OPERATOR.party)
    assert carry(AUTHORITY, OPERATOR) == ["inspection-notice"]
    with OPERATOR.here():
        there = Visited.objects.get()
        assert (there.state, there.planned_at, there.title) == ("announced", row.planned_at, AUTHORITY.title)
        do(there, "prepare", officer(), reason="由张某接待")
    with after_the_visit():
        with AUTHORITY.here():
            row = recorded(row)
        assert carry(AUTHORITY, OPERATOR) == ["visit-record"]
        with OPERATOR.here():
            there.refresh_from_db()
            assert (there.state, there.dispatch, there.officers) == ("recorded", row.dispatch, row.officers)
            said = {"says_no_fee": "attested", "says_not_hindered": "contested", "comment": "停机两小时"}
            there = do(there, "answer", officer(), said)
        assert carry(OPERATOR, AUTHORITY) == ["visit-answer"]
        row.refresh_from_db()
        assert (row.state, there.state, row.comment) == ("contested", "contested", "停机两小时")
        assert row.signed_by == there.signed_by == f"{officer().name} {officer().username}"
        assert set(DispatchRow.objects.values_list("state", flat=True)) == {"delivered", "settled"}


@pytest.mark.parametrize(
    ("role", "sees", "works"),
    [
        (Role.INSPECTOR, True, True), (Role.HEAD, True, True), (Role.AUDITOR, True, False),
        (Role.MINISTRY, True, False), (Role.ASSOCIATION, False, False), (Role.PUBLISHER, False, False),
        (Role.CHAIR, False, False), (Role.OFFICER, False, False), (Role.ADMINISTRATOR, False, False),
    ],
)  # fmt: skip
def test_what_each_role_may_do(other: Other, role: Role, *, sees: bool, works: bool) -> None:
    other.trusted("operator")
    browser = signed_in(person("C-9", role))
    row = announced(other.party)
    allowed = 200 if works else 403
    assert browser.get("/r/visits/").status_code == (200 if sees else 403)
    assert browser.get(reverse("row", args=["visits", row.number])).status_code == (200 if sees else 403)
    assert browser.get("/r/visits/new").status_code == allowed
    for act in ("record", "call-off"):
        assert browser.get(reverse("act", args=["visits", row.number, act])).status_code == allowed
    with after_the_visit():
        row = answered(other, recorded(row))
        for act in ("close", "correct"):
            assert browser.get(reverse("act", args=["visits", row.number, act])).status_code == allowed
    for act in ("attested", "contested", "late"):
        assert browser.get(reverse("act", args=["visits", row.number, act])).status_code == 403


@pytest.mark.parametrize(("role", "works"), [(Role.INSPECTOR, True), (Role.AUDITOR, False), (Role.MINISTRY, False)])
def test_who_enters_an_answer_or_its_refusal(other: Other, role: Role, *, works: bool) -> None:
    other.trusted("operator")
    row, browser = announced(other.party), signed_in(person("C-9", role))
    with after_the_visit():
        row = recorded(row)
        for act in ("enter-answer", "unsigned"):
            address = reverse("act", args=["visits", row.number, act])
            assert browser.get(address).status_code == (200 if works else 403)


@pytest.mark.parametrize(
    ("language", "word"), [("zh", "经营者否认检查记录中的声明"), ("en", "The operator contests a statement")]
)
def test_a_contested_visit_says_so_on_top_in_both_languages(other: Other, language: str, word: str) -> None:
    other.trusted("operator")
    row = announced(other.party)
    with after_the_visit():
        row = answered(other, recorded(row), no_fee=False, comment="收费")
        page = signed_in(inspector(), language).get(reverse("row", args=["visits", row.number])).content.decode()
    assert word in page


@pytest.mark.duty("A17-3-record")
def test_the_day_tells_of_a_visit_that_has_no_record(other: Other) -> None:
    other.trusted("operator", title="星桥通信")
    announced(other.party)
    with later(timedelta(days=30)):
        page = signed_in(inspector()).get("/").content.decode()
    assert "记录对星桥通信的现场检查" in page
    assert "逾期" in page


@pytest.mark.duty("A17-3-no-fee")
def test_a_statement_stands_on_the_page_once_it_is_made_a_denial_too(other: Other) -> None:
    other.trusted("operator")
    row = announced(other.party)
    at, browser, words = (
        reverse("row", args=["visits", row.number]),
        signed_in(inspector(), "en"),
        "nothing was charged",
    )
    assert words not in browser.get(at).content.decode()
    with after_the_visit():
        recorded(row, no_fee="no")
    assert words in browser.get(at).content.decode()
