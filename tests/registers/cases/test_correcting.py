"""The order to correct of a case, to a party that no dispatches go to: printed, sealed, served on paper."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import pytest
from django.urls import reverse

from shouze.errors import InvalidError
from shouze.registers.cases import papers
from shouze.registers.cases.models import Case
from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role
from shouze.registers.rows import Clock, Document
from shouze.reports.report import Report, said
from tests.registers.cases.scene import decided, inquired, notified, opened, reached
from tests.registers.house import do, person, signed_in
from tests.registers.parties import Other, later
from tests.registers.reports.scene import head, inspector

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


def ordered() -> Case:
    case = inquired(opened())
    case.refresh_from_db()
    return case


def delivered(case: Case, how: str = "direct") -> Case:
    done: Case = do(case, "deliver", inspector(), {"paper": "order", "how": how, "at": GIVEN.now()})
    return done


def running(case: Case) -> dict[str, Clock]:
    return {each.kind: each for each in Clock.objects.filter(register="cases", entry=case.pk, met=None)}


def test_it_is_kept_as_it_was_signed_and_waits_to_be_served() -> None:
    case = ordered()
    kept = {each.name: each for each in Document.objects.all()}
    assert {f"{case.number}.json", "order-zh.pdf"} <= set(kept)
    assert sha256(bytes(kept[f"{case.number}.json"].content)).hexdigest() == case.order_digest
    assert "order" in running(case)


def test_its_service_ends_that_clock_and_begins_the_partys() -> None:
    case = delivered(ordered())
    assert case.order_served_at
    assert "order" not in running(case)
    assert running(case)["correct"].since == case.order_served_at


def test_a_public_notice_of_less_than_thirty_days_serves_nothing() -> None:
    case = ordered()
    with pytest.raises(InvalidError) as problem:
        delivered(case, "public")
    assert (problem.value.field, problem.value.detail.zh) == ("at", "公告未满三十日")


def test_served_after_its_term_it_is_ordered_anew() -> None:
    case = ordered()
    with later(timedelta(days=11)), pytest.raises(InvalidError) as problem:
        delivered(case)
    assert problem.value.field == "at"
    with later(timedelta(days=11)):
        told = {"demand": "停止", "correct_by": GIVEN.now() + timedelta(days=5)}
        assert delivered(do(case, "order", head(), told)).order_served_at


def test_whoever_is_reached_by_dispatch_gets_no_paper(other: Other) -> None:
    reached(other)
    case = ordered()
    assert (case.order_digest, case.order_paper) == ("", {})
    assert "order" not in running(case)


def test_every_paper_of_a_case_has_its_place_for_seal_and_signature() -> None:
    case = notified()
    with later(timedelta(days=20)):
        do(case, "waive", inspector())
        case.refresh_from_db()
        case = decided(case)
        for make in (papers.notice, papers.decision, papers.payment):
            assert "seal" in kinds(make(case, GIVEN.now())), make
        assert "signing" in kinds(papers.delivery(case, GIVEN.now()))


def kinds(report: Report) -> set[str]:
    return {block["kind"] for section in said(report, "zh")["sections"] for block in section["blocks"]}


@pytest.mark.parametrize(
    ("role", "reads"),
    [(Role.INSPECTOR, True), (Role.HEAD, True), (Role.AUDITOR, True), (Role.OFFICER, False)],
)
def test_who_prints_it(role: Role, *, reads: bool) -> None:
    case, browser = ordered(), signed_in(person("C-0099", role))
    address = reverse("report", args=["cases", case.number, "correction-order", "json"])
    assert browser.get(address).status_code == (200 if reads else 403)
