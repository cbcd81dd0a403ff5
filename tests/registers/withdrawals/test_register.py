"""Withdrawals: a party asks in its case, the head decides, whoever withdraws does nothing in it, others take over."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from shouze.errors import ConflictOfInterestError, InvalidError, NotYoursError
from shouze.link.dispatch import unverified
from shouze.link.kinds import Letter
from shouze.registers.cases.models import Case
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role
from shouze.registers.rows import Clock
from shouze.registers.withdrawals.facts import SPEAKS
from shouze.registers.withdrawals.models import Withdrawal
from shouze.rules.duty import Fact, Terms, judged
from tests.registers.cases.scene import LICENCE, head, inspector, opened, reached, second
from tests.registers.house import do, make, person, signed_in
from tests.registers.parties import Other
from tests.registers.ties.scene import declared

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]
PIECE = {"shows": "x", "of_kind": "record", "digest": "ab" * 32}


def asked(of: Case, by: Person | None = None, **more: Any) -> Withdrawal:
    values = {"case": of.number, "asked_by": "party", "officer": inspector(), "ground": "与竞争对手有关系", **more}
    found: Withdrawal = make("withdrawals", by or second(), values)
    return found


def clocks() -> list[str]:
    return list(Clock.objects.filter(register="withdrawals", met=None).order_by("kind").values_list("kind", flat=True))


def offered(page: str, name: str) -> str:
    """Return what a form offers under a name."""
    return page.partition(f'name="{name}"')[2].partition("</select>")[0]


def test_who_declares_a_tie_sees_the_cases_that_it_takes_them_from_and_officers_alone_are_offered() -> None:
    case, who = opened(), second()
    tie = declared(who, LICENCE)
    page = signed_in(who).get(reverse("row", args=["ties", tie.number])).content.decode()
    assert Withdrawal.objects.get(tie=tie.number).number in page
    person("C-0400", Role.PUBLISHER)
    page = signed_in(head()).get(reverse("act", args=["cases", case.number, "reassign"])).content.decode()
    assert inspector().username in offered(page, "second")
    assert "C-0400" not in offered(page, "second")


def stands() -> str:
    fact: Fact = SPEAKS[0].fact()
    return judged("withdrawals.decided", fact, GIVEN.now(), Terms(), always=False).state


@pytest.mark.duty("A24", "A18-auth-secrecy")
def test_a_party_asks_by_dispatch_and_hears_what_was_decided(other: Other) -> None:
    case = opened()
    reached(other)
    Case.objects.filter(pk=case.pk).update(peer=other_peer())
    other.send("withdrawal-request", Letter(title="回避", text="承办人与竞争对手有关系", document=case.number))
    row = Withdrawal.objects.get()
    assert (row.state, row.case, row.officer, clocks(), stands()) == ("asked", case.number, None, ["decide"], "due")
    row = do(row, "order", head(), {"officer": inspector()}, reason="属实")
    said = unverified(DispatchRow.objects.get(kind="case-papers").signed)
    assert said is not None
    assert isinstance(said.body, Letter)
    assert (inspector().name in said.body.text, said.body.document) == (True, case.number)


def other_peer() -> Any:
    from shouze.registers.peers.models import Peer

    return Peer.objects.get()


def test_nobody_asks_in_anothers_case(other: Other) -> None:
    case = opened()
    reached(other)
    other.send("withdrawal-request", Letter(title="回避", text="x", document=case.number))
    assert not Withdrawal.objects.exists()
    assert DispatchRow.objects.get(direction="in").state == "stuck"


def test_until_it_is_decided_the_inquiry_goes_on_and_then_they_do_nothing() -> None:
    case = opened()
    row = asked(case)
    case = do(case, "add-evidence", inspector(), PIECE)
    do(row, "order", head(), {"officer": inspector()})
    with pytest.raises(ConflictOfInterestError) as problem:
        do(case, "add-evidence", inspector(), PIECE)
    assert row.number in problem.value.say("zh")
    do(case, "add-evidence", second(), PIECE)


def test_they_may_work_on_other_cases_of_the_same_operator() -> None:
    case, another = opened(), opened(title="另一案")
    do(asked(case), "order", head(), {"officer": inspector()})
    do(another, "add-evidence", inspector(), PIECE)


def test_rejected_it_changes_nothing() -> None:
    case = opened()
    row = do(asked(case), "reject", head(), reason="没有依据")
    assert (row.state, row.because, clocks()) == ("rejected", "没有依据", [])
    do(case, "add-evidence", inspector(), PIECE)


def test_somebody_else_takes_over_and_the_clock_says_so_until_then() -> None:
    case = opened()
    do(asked(case), "order", head(), {"officer": inspector()})
    assert (clocks(), stands()) == (["reassign"], "due")
    third = person("C-0030", Role.INSPECTOR)
    for officers, field in (((inspector(), third), "officer"), ((third, third), "second"),
                            ((third, person("C-0031", Role.AUDITOR)), "second")):  # fmt: skip
        with pytest.raises(InvalidError) as problem:
            do(case, "reassign", head(), dict(zip(("officer", "second"), officers, strict=True)))
        assert problem.value.field == field
    case = do(case, "reassign", head(), {"officer": third, "second": second()})
    assert (case.officer, clocks(), stands()) == (third, [], "met")


def test_who_declares_a_tie_is_withdrawn_from_their_cases_at_once() -> None:
    case = opened()
    tie = declared(inspector(), LICENCE)
    row = Withdrawal.objects.get()
    assert (row.state, row.case, row.officer, row.tie) == ("ordered", case.number, inspector(), tie.number)
    assert clocks() == ["reassign"]
    declared(inspector(), LICENCE, kind="holding")
    assert Withdrawal.objects.count() == 1


def test_nobody_decides_on_themselves() -> None:
    case, mine = opened(), person("C-0002", Role.HEAD)
    row = asked(case, officer=mine)
    with pytest.raises(NotYoursError):
        do(row, "reject", mine)
    row = asked(case, officer=None)
    with pytest.raises(InvalidError) as problem:
        do(row, "order", head(), {"officer": head()})
    assert problem.value.field == "officer"


def test_an_officer_asks_for_themselves() -> None:
    row = asked(opened(), by=inspector(), asked_by="officer", officer=None)
    assert row.officer == inspector()


@pytest.mark.parametrize(("field", "value"), [("case", "PC-2026-9999"), ("ground", " ")])
def test_what_has_to_be_said(field: str, value: str) -> None:
    case = opened()
    with pytest.raises(InvalidError) as problem:
        asked(case, None, **{field: value})
    assert problem.value.field == field
    with pytest.raises(InvalidError) as problem:
        asked(case, asked_by="house", officer=None)
    assert problem.value.field == "officer"


@pytest.mark.parametrize("role", list(Role))
def test_what_each_role_may_do(role: Role) -> None:
    row = asked(opened())
    browser = signed_in(person("C-9", role))
    asks = role in {Role.INSPECTOR, Role.HEAD, Role.CHAIR}
    sees, decides = asks or role in {Role.AUDITOR, Role.MINISTRY}, role in {Role.HEAD, Role.MINISTRY}
    assert browser.get(reverse("row", args=["withdrawals", row.number])).status_code == (200 if sees else 403)
    assert browser.get("/r/withdrawals/new").status_code == (200 if asks else 403)
    for act in ("order", "reject"):
        status = browser.get(reverse("act", args=["withdrawals", row.number, act])).status_code
        assert status == (200 if decides else 403), act
    assert browser.get(reverse("act", args=["withdrawals", row.number, "follow"])).status_code == 403
