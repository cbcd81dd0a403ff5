"""Network filings at the authority: kept, confirmed or questioned, and who has not filed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from shouze.errors import InvalidError
from shouze.link.dispatch import unverified
from shouze.link.kinds import FilingAnswer, NetworkFiling
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.filings.models import Filing
from shouze.registers.filings.taking import unfiled
from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role
from shouze.registers.rows import Clock
from tests.registers.house import PROOF, do, person, signed_in
from tests.registers.instructions.scene import LICENCE, operator
from tests.registers.parties import Other
from tests.registers.reports.scene import inspector

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


def filed(other: Other, sequence: int = 1, **more: Any) -> Filing:
    operator()
    if sequence == 1:
        other.trusted("operator", licence=LICENCE)
    now = GIVEN.now()
    told = {"number": "SY-2026-0001", "title": "核心网", "grade": 3, "filing": "备 3-001",
            "graded_at": now - timedelta(days=10), "filed_at": now - timedelta(days=1), **more}  # fmt: skip
    other.send("network-filing", NetworkFiling(**told), matter="SY-2026-0001", sequence=sequence)
    return Filing.objects.get()


def answers() -> list[tuple[str, str]]:
    told = [unverified(row.signed) for row in DispatchRow.objects.filter(kind="filing-answer").order_by("pk")]
    bodies = [each.body for each in told if each is not None]
    return [(each.verdict, each.note) for each in bodies if isinstance(each, FilingAnswer)]


@pytest.mark.duty("A13-7-network")
def test_a_filing_by_dispatch_is_kept_and_confirmed(other: Other) -> None:
    row = filed(other)
    assert (row.operator, row.grade, row.filing, row.state, row.late) == (
        operator().number, 3, "备 3-001", "received", False)  # fmt: skip
    assert Clock.objects.filter(register="filings", entry=row.pk, kind="look").exists()
    assert do(row, "confirm", inspector()).state == "confirmed"
    assert answers() == [("confirmed", "")]


def test_a_question_runs_until_it_is_filed_again(other: Other) -> None:
    row = do(filed(other), "ask", inspector(), reason="级别依据不足")
    assert (row.state, row.question, answers()) == ("questioned", "级别依据不足", [("questioned", "级别依据不足")])
    row = filed(other, sequence=2, grade=2)
    assert (row.state, row.grade, row.question) == ("received", 2, "")


def test_a_filing_long_after_grading_says_so(other: Other) -> None:
    assert filed(other, graded_at=GIVEN.now() - timedelta(days=60)).late


def test_a_peer_that_is_not_on_the_register_files_nothing(other: Other) -> None:
    other.trusted("operator", licence="另一许可证")
    told = NetworkFiling(number="SY-1", title="x", grade=1, filing="1", filed_at=GIVEN.now())
    other.send("network-filing", told)
    assert not Filing.objects.exists()
    assert DispatchRow.objects.get(direction="in").state == "stuck"


def test_who_has_not_filed_is_listed(other: Other) -> None:
    late = operator("海州网络（虚构）", licence="B2-2", province="海州")
    row = filed(other)
    assert list(unfiled()) == [late]
    do(row, "end", inspector(), reason="已停用")
    assert set(unfiled()) == {late, operator()}


@pytest.mark.parametrize(("field", "value"), [("operator", "无"), ("grade", 6), ("filed_at", timedelta(days=1)),
                                              ("graded_at", timedelta(0))])  # fmt: skip
def test_what_is_entered_from_paper_is_checked(field: str, value: Any) -> None:
    from shouze.registers import acting
    from shouze.registers.acting import Asked
    from shouze.registers.filings.register import REGISTER

    operator()
    now = GIVEN.now()
    told: dict[str, Any] = {"operator": LICENCE, "title": "核心网", "grade": 2, "filing": "备", "graded_at": None,
                            "filed_at": now - timedelta(days=3)}  # fmt: skip
    assert acting.make(REGISTER, inspector(), Asked(told, documents=[PROOF])).operator_name == "云泽通信（虚构）"
    told[field] = now + value if isinstance(value, timedelta) else value
    wanted = "filed_at" if field == "graded_at" else field
    with pytest.raises(InvalidError) as problem:
        acting.make(REGISTER, inspector(), Asked(told, documents=[PROOF]))
    assert problem.value.field == wanted


@pytest.mark.parametrize("role", list(Role))
def test_who_sees_and_answers_filings(other: Other, role: Role) -> None:
    row, browser = filed(other), signed_in(person("C-9", role))
    sees = role in {Role.INSPECTOR, Role.HEAD, Role.AUDITOR, Role.MINISTRY}
    answers = role in {Role.INSPECTOR, Role.HEAD}
    assert browser.get(reverse("row", args=["filings", row.number])).status_code == (200 if sees else 403)
    assert browser.get("/r/filings/new").status_code == (200 if answers else 403)
    for act in ("confirm", "ask", "end"):
        status = browser.get(reverse("act", args=["filings", row.number, act])).status_code
        assert status == (200 if answers else 403), act
