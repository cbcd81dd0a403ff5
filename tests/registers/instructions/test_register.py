"""Instructions: one drafts, another signs, and whoever is within the scope has it, each by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from shouze.errors import InvalidError, NotYoursError
from shouze.link.dispatch import unverified
from shouze.link.kinds import Instruction as Body
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.instructed.models import Instructed
from shouze.registers.instructions.models import Instruction
from shouze.registers.instructions.prescribing import EACH_ROUND, address, lift
from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role
from tests.registers.house import do, person, signed_in
from tests.registers.instructions.scene import LICENCE, drafted, operator, served, signed
from tests.registers.parties import Other, later
from tests.registers.reports.scene import head, inspector

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


def three() -> None:
    operator()
    operator("海州网络（虚构）", licence="B2-2", province="海州", sector="value-added")
    operator("云泽视频（虚构）", licence="B2-3", sector="internet")


def reached(**scope: Any) -> list[str]:
    signed(reach="some", **scope)
    return sorted(Instructed.objects.values_list("title", flat=True))


def wrong(**more: Any) -> str | None:
    operator()
    with pytest.raises(InvalidError) as problem:
        drafted(**more)
    return problem.value.field


@pytest.mark.duty("A13-8-other")
def test_one_drafts_another_signs_and_it_goes_to_the_peer_in_both_languages(other: Other) -> None:
    operator()
    other.trusted("operator", licence=LICENCE)
    row = drafted()
    with pytest.raises(NotYoursError):
        do(row, "sign", inspector())
    do(row, "sign", head())
    address(GIVEN.now())
    (sent,) = DispatchRow.objects.filter(kind="instruction")
    said = unverified(sent.signed)
    assert said is not None
    assert isinstance(said.body, Body)
    assert (said.body.demand, said.body.demand_en) == ("三十日内清理弱口令", "Remove weak passwords within thirty days")
    assert (said.body.order, said.body.ground) == (row.document, row.ground)
    one = Instructed.objects.get()
    assert (one.state, one.dispatch) == ("served", sent.sha256)


def test_a_head_who_drafted_does_not_sign() -> None:
    operator()
    both = person("C-2", Role.HEAD, Role.INSPECTOR)
    row = drafted()
    row = do(row, "write", both, {"due": GIVEN.now() + timedelta(days=9)})
    with pytest.raises(NotYoursError):
        do(row, "sign", both)


def test_all_means_every_operator_on_the_register_and_none_that_comes_later() -> None:
    three()
    row = signed()
    assert Instructed.objects.count() == 3
    assert row.addressed_at is not None
    operator("后来的（虚构）", licence="B2-9")
    address(GIVEN.now())
    assert Instructed.objects.count() == 3


def test_some_are_named_by_sector_by_province_or_one_by_one() -> None:
    three()
    assert reached(province="海州") == ["海州网络（虚构）"]
    Instructed.objects.all().delete()
    assert reached(sector="internet", document="2号") == ["云泽视频（虚构）"]
    Instructed.objects.all().delete()
    listed = f"{LICENCE}\n海州网络（虚构）\n"
    assert reached(listed=listed, document="3号") == ["云泽通信（虚构）", "海州网络（虚构）"]
    Instructed.objects.all().delete()
    assert reached(listed=listed, province="云泽", document="4号") == ["云泽通信（虚构）"]


def test_what_a_draft_has_to_say() -> None:
    assert wrong(reach="some") == "reach"
    assert wrong(province="云泽") == "reach"
    assert wrong(reach="some", province="无") == "reach"
    assert wrong(reach="some", listed="无此经营者") == "listed"
    assert wrong(due=GIVEN.now() - timedelta(days=1)) == "due"
    assert wrong(acknowledge_by=GIVEN.now() + timedelta(days=31)) == "acknowledge_by"
    assert wrong(document="有 空格") == "document"
    drafted()
    assert wrong() == "document"


def test_a_draft_whose_term_has_passed_is_not_signed() -> None:
    operator()
    row = drafted()
    with later(timedelta(days=40)), pytest.raises(InvalidError) as problem:
        do(row, "sign", head())
    assert problem.value.field == "due"


def test_it_goes_out_a_round_at_a_time_and_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert EACH_ROUND >= 100
    monkeypatch.setattr("shouze.registers.instructions.prescribing.EACH_ROUND", 2)
    three()
    row = signed()
    assert (Instructed.objects.count(), row.addressed_at) == (2, None)
    address(GIVEN.now())
    assert Instructed.objects.count() == 3
    assert Instruction.objects.get().addressed_at is not None


def test_withdrawn_it_is_lifted_for_whoever_still_owed_it(other: Other) -> None:
    row = served(other)
    do(Instruction.objects.get(), "withdraw", head())
    lift(GIVEN.now())
    row.refresh_from_db()
    assert row.state == "lifted"
    assert DispatchRow.objects.filter(kind="lifting", matter=Instruction.objects.get().number).exists()


def test_the_page_shows_what_is_overdue_in_front() -> None:
    three()
    row = signed()
    late = Instructed.objects.order_by("pk").last()
    assert late is not None
    Instructed.objects.filter(pk=late.pk).update(state="overdue")
    page = signed_in(inspector(), "en").get(reverse("row", args=["instructions", row.number])).content.decode()
    others = Instructed.objects.exclude(pk=late.pk).values_list("number", flat=True)
    assert all(page.index(f"/{late.number}/") < page.index(f"/{each}/") for each in others)
    assert "Overdue 1; To be served 2" in page


@pytest.mark.parametrize(
    ("role", "sees", "drafts", "signs"),
    [
        (Role.INSPECTOR, True, True, False), (Role.HEAD, True, True, True), (Role.AUDITOR, True, False, False),
        (Role.MINISTRY, True, False, False), (Role.OFFICER, False, False, False),
        (Role.ADMINISTRATOR, False, False, False), (Role.CHAIR, False, False, False),
        (Role.PUBLISHER, False, False, False), (Role.ASSOCIATION, False, False, False),
    ],
)  # fmt: skip
def test_what_each_role_may_do(role: Role, *, sees: bool, drafts: bool, signs: bool) -> None:
    operator()
    row, browser = drafted(), signed_in(person("C-9", role))
    assert browser.get(reverse("row", args=["instructions", row.number])).status_code == (200 if sees else 403)
    assert browser.get("/r/instructions/new").status_code == (200 if drafts else 403)
    for act, may in (("write", drafts), ("sign", signs), ("withdraw", signs)):
        assert browser.get(reverse("act", args=["instructions", row.number, act])).status_code == (200 if may else 403)
