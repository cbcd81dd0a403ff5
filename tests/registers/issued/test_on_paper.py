"""An order to an operator without dispatches: printed, sealed, served with a record, answered on paper, looked at."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.urls import reverse

from shouze.chinatime import day_of, last_moment
from shouze.errors import InvalidError, NotYoursError
from shouze.link.kinds import Corrected
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.issued.models import Issued
from shouze.registers.issued.papers import order_paper
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN, working_days
from shouze.registers.roles import Role
from shouze.registers.rows import Clock, Document, Effect, Event
from shouze.registers.supervised.models import Supervised
from shouze.reports.report import said
from tests.registers.cases.scene import LICENCE, supervised
from tests.registers.house import do, make, person, signed_in
from tests.registers.issued.scene import answered, drafted, record, served, signed, told
from tests.registers.parties import Other, later
from tests.registers.reports.scene import head, inspector

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


def wrong(**more: Any) -> str | None:
    with pytest.raises(InvalidError) as problem:
        make("issued", inspector(), told(**more))
    return problem.value.field


def clock(order: Issued) -> Clock:
    return Clock.objects.get(register="issued", entry=order.pk, met=None)


def test_what_a_draft_on_paper_has_to_say() -> None:
    supervised()
    assert wrong(operator="") == "to"
    assert wrong(to="shouze.localhost/other") == "to"
    assert wrong(operator="没有这一家") == "operator"
    assert wrong(days=None) == "due"
    assert wrong(days=0) == "days"
    assert wrong(due=GIVEN.now() + timedelta(days=9)) == "days"
    assert wrong(answer_to="") == "answer_to"
    assert wrong(kind="correct") == "duties"
    assert wrong(report="IR-2026-9999") == "report"


def test_whoever_is_reached_by_dispatch_is_not_served_on_paper(other: Other) -> None:
    """An operator that is named by its licence and is a peer has its order by dispatch."""
    supervised()
    other.trusted("operator", licence=LICENCE)
    order = signed(operator=LICENCE, services="mobile")
    assert (order.state, order.to, order.digest) == ("served", other.party, "")
    assert DispatchRow.objects.filter(kind="suspension", sha256=order.dispatch).exists()
    assert wrong(kind="question", document="8号") == "kind"


@pytest.mark.duty("A14-2-suspend")
def test_it_is_signed_by_another_and_waits_to_be_served() -> None:
    order = drafted()
    with pytest.raises(NotYoursError):
        do(order, "sign", inspector())
    order = signed(document="8号")
    assert (order.state, order.served_at, order.operator_name) == ("signed", None, supervised().title)
    assert not DispatchRow.objects.exists()
    assert clock(order).kind == "serve"


def test_paper_and_register_are_tied_by_number_and_digest() -> None:
    """What was signed is kept as data; its SHA-256 is on the row, in the log's record, and the papers are kept."""
    order = signed()
    event = Event.objects.get(register="issued", entry=order.pk, act="set-down")
    kept = {each.name: each for each in Document.objects.filter(event=event)}
    assert set(kept) == {f"{order.number}.json", "order-zh.pdf", "order-en.pdf", "order-service-zh.pdf",
                         "order-service-en.pdf"}  # fmt: skip
    assert sha256(bytes(kept[f"{order.number}.json"].content)).hexdigest() == order.digest
    noted = Effect.objects.filter(register="issued", entry=order.pk, kind="act").order_by("id").last()
    assert noted is not None
    assert order.digest.encode() in bytes(noted.content)


def test_printed_again_it_is_what_was_signed() -> None:
    """Neither service nor another name of the operator changes a paper."""
    order = signed(kind="correct", services="", actions="", duties=["A09-1-consent"], because="停止读取通讯录")
    before = said(order_paper(order, GIVEN.now()), "zh")
    Supervised.objects.filter(number=order.operator).update(title="改了名的公司")
    with later(timedelta(days=1)):
        order = served(order)
        assert said(order_paper(order, GIVEN.now()), "zh") == before


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, ["第十四条第二款", "对外提供", "姓名", "移动电话业务", "第二十三条", "行政复议", "第四十六条",
              "送达当日不计"]),
        ({"kind": "correct", "services": "", "actions": "", "duties": ["A08-1-rules", "A09-1-consent"]},
         ["第九条第一款", "第十七条第一款", "第二十三条", "行政复议"]),
        ({"kind": "demand", "services": "", "actions": ""}, ["第十七条第二款", "上一级电信管理机构"]),
    ],
)  # fmt: skip
def test_an_order_names_articles_terms_and_what_may_be_done_against_it(more: dict[str, Any], words: list[str]) -> None:
    order = signed(**more)
    told = str(said(order_paper(order, GIVEN.now()), "zh"))
    assert [each for each in [*words, order.digest, order.number, order.document] if each not in told] == []
    assert ("行政复议" in told) == (order.kind in ("suspend", "correct")), "what only asks has no remedy of its own"


def test_a_draft_is_told_to_be_one() -> None:
    assert "草稿" in str(said(order_paper(drafted(), GIVEN.now()), "zh"))


def test_what_a_draft_says_in_braces_is_said_as_it_is() -> None:
    order = signed(because="{basis} 与 {0}", body="某局{x}")
    assert "{basis} 与 {0}" in str(said(order_paper(order, GIVEN.now()), "zh"))


def test_an_incident_stays_open_while_its_order_is_not_done() -> None:
    values = {"title": "泄露", "operator": supervised().title, "licence": "", "kind": "leak", "certainty": "suspected",
              "detected_at": GIVEN.now(), "story": "某"}  # fmt: skip
    report = make("reports", inspector(), values)
    report = do(report, "assess", inspector(), {"impact": "major", "impact_because": "四十人"})
    order = served(signed(report=report.number))
    for _ in range(2):
        with pytest.raises(InvalidError):
            do(report, "close", inspector(), reason="完")
        order = answered(order) if order.state == "served" else order
    do(order, "lift", head(), reason="已改正")
    assert do(report, "close", inspector(), reason="完").state == "closed"


def test_a_correction_that_was_reported_late_by_dispatch_is_late_too(other: Other) -> None:
    supervised()
    other.trusted("operator", licence=LICENCE)
    order = signed(kind="correct", operator=LICENCE, services="", actions="")
    with later(timedelta(days=30)):
        body = Corrected(order=order.document, done="已拆除", at=GIVEN.now())
        other.send("corrected", body, matter=order.matter)
    order.refresh_from_db()
    assert (order.state, order.late) == ("reported", True)


def test_service_starts_the_clock() -> None:
    order = signed()
    with later(timedelta(days=2)):
        order = served(order)
        assert order.served_at is not None
        days = [day_of(order.served_at) + timedelta(days=n) for n in range(3, 20)]
        assert order.due == last_moment(next(filter(working_days().is_working, days)))
        assert order.since == order.served_at
        running = clock(order)
    assert (running.kind, running.since, running.due) == ("obey", order.served_at, order.due)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"received_by": ""}, "received_by"),
        ({"refused_because": "不收"}, "served_how"),
        ({"served_how": "left"}, "refused_because"),
        ({"served_how": "left", "refused_because": "不收"}, "witness"),
        ({"served_how": "public"}, "served_at"),
        ({"served_at": "ahead"}, "served_at"),
        ({"served_at": "before"}, "served_at"),
    ],
)
def test_a_record_that_serves_nothing_is_refused(more: dict[str, Any], field: str) -> None:
    order, moved = signed(), {"ahead": timedelta(hours=1), "before": timedelta(days=-1)}
    if isinstance(more.get("served_at"), str):
        more = more | {"served_at": GIVEN.now() + moved[more["served_at"]]}
    with pytest.raises(InvalidError) as problem:
        served(order, **more)
    assert problem.value.field == field


def test_what_is_refused_is_left_before_a_witness_or_filmed() -> None:
    left = {"served_how": "left", "received_by": "", "refused_because": "称负责人不在"}
    assert served(signed(), **left, witness="某乙（居民委员会）").state == "served"
    assert served(signed(document="8号"), **left, filmed=True).state == "served"


def test_the_signed_record_is_the_proof() -> None:
    order = signed()
    with pytest.raises(InvalidError) as problem:
        do(order, "serve", inspector(), record(), documents=[])
    assert problem.value.field == "documents"


def test_a_term_that_was_over_before_service_binds_nobody() -> None:
    order = signed(days=None, due=GIVEN.now() + timedelta(days=1))
    with later(timedelta(days=2)), pytest.raises(InvalidError) as problem:
        served(order)
    assert problem.value.field == "served_at"


@pytest.mark.duty("A14-2-obey")
def test_obeyed_on_paper_only() -> None:
    """An answer in writing ends the operator's clock and proves nothing: somebody has to see it."""
    order = answered(served())
    assert (order.state, order.late) == ("on-paper", False)
    assert clock(order).kind == "see"
    order = do(order, "find-disobeyed", inspector(), reason="仍在对外提供")
    assert clock(order).kind == "obey"
    order = do(order, "see", inspector(), reason="现场查看")
    assert (order.state, Clock.objects.filter(register="issued", entry=order.pk).count()) == ("seen", 0)


def test_a_late_answer_is_late_for_good() -> None:
    order = served()
    with later(timedelta(days=5)):
        order = answered(order)
        assert order.late
        page = signed_in(inspector()).get(reverse("row", args=["issued", order.number])).content.decode()
        assert "经营者逾期答复" in page
        order = do(order, "find-disobeyed", inspector())
        assert order.late


def test_an_answer_came_after_the_order_and_not_in_the_future() -> None:
    order = served()
    for moved in (timedelta(days=-1), timedelta(hours=1)):
        with pytest.raises(InvalidError) as problem:
            answered(order, at=GIVEN.now() + moved)
        assert problem.value.field == "at"


def test_contested_on_paper_it_stands() -> None:
    order = do(served(), "contest", inspector(), {"contested": "不服"})
    assert (order.state, order.contested) == ("served", "不服")


@pytest.mark.parametrize("kind", ["question", "demand"])
def test_questions_and_demands_end_with_their_answer(kind: str) -> None:
    order = served(signed(kind=kind, services="", actions="", because="请说明通话记录的保存期限"))
    assert (clock(order).kind, clock(order).duty) == ("answer", "A17-2-materials")
    order = answered(order, says="见附件")
    assert order.state == "answered"
    assert not Clock.objects.filter(register="issued", entry=order.pk).exists()


@pytest.mark.duty("A17-1-inspect")
def test_a_correction_on_paper_is_re_checked_as_any_other() -> None:
    order = served(signed(kind="correct", services="", actions="", duties=["A09-1-consent"], because="停止读取通讯录"))
    order = answered(order, says="已停止")
    assert (order.state, clock(order).kind) == ("reported", "recheck")
    order = do(order, "find-uncorrected", inspector())
    assert clock(order).due == order.due
    assert do(order, "recheck", inspector()).state == "corrected"


def test_its_lifting_is_served_on_paper_too() -> None:
    order = do(served(), "lift", head(), reason="已改正")
    assert (order.state, clock(order).kind) == ("lifted", "tell-lifted")
    order = do(order, "tell-lifted", inspector(), {"at": None})
    assert order.told_lifted_at
    assert not Clock.objects.filter(register="issued", entry=order.pk).exists()


def test_its_lifting_is_not_served_the_day_before_as_days_are_in_china() -> None:
    order = served()
    half_past_seven = (GIVEN.now() + timedelta(days=1)).replace(hour=23, minute=30)
    with later(half_past_seven - GIVEN.now()):
        order = do(order, "lift", head(), reason="已改正")
        with pytest.raises(InvalidError) as problem:
            do(order, "tell-lifted", inspector(), {"at": half_past_seven - timedelta(hours=10)})
    assert problem.value.field == "at"


def test_what_was_never_served_is_lifted_without_a_paper() -> None:
    order = do(signed(), "lift", head(), reason="不再需要")
    assert not Clock.objects.filter(register="issued", entry=order.pk).exists()
    with pytest.raises(NotYoursError):
        do(order, "tell-lifted", inspector(), {"at": None})


PAGES = ("order", "order-service")
ACTS = ("serve", "answer", "contest", "see", "find-disobeyed", "tell-lifted")


@pytest.mark.parametrize(
    ("role", "reads", "acts"),
    [
        (Role.INSPECTOR, True, True), (Role.HEAD, True, True), (Role.AUDITOR, True, False),
        (Role.MINISTRY, False, False), (Role.OFFICER, False, False), (Role.ADMINISTRATOR, False, False),
    ],
)  # fmt: skip
def test_who_prints_the_papers_and_enters_what_came_back(role: Role, *, reads: bool, acts: bool) -> None:
    order = signed()
    browser = signed_in(person("C-0099", role))
    for name in PAGES:
        address = reverse("report", args=["issued", order.number, name, "json"])
        assert browser.get(address).status_code == (200 if reads else 403), name
    opens = browser.get(reverse("act", args=["issued", order.number, "serve"])).status_code
    assert opens == (200 if acts else 403)


def test_who_has_a_tie_to_the_operator_does_nothing_to_its_order() -> None:
    """The order names the operator's number: the one rule about ties holds for paper as for dispatches."""
    order, tied = signed(), Person.objects.get(username="C-0007")
    make("ties", tied, {"operator": order.operator, "kind": "kin", "words": "配偶在该公司任职",
                        "since": day_of(GIVEN.now()), "until": None})  # fmt: skip
    with pytest.raises(NotYoursError):
        served(order)
