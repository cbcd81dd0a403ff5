"""Systems: reviewed before they connect, protected by evidence that grows old, graded, filed, tested, recorded."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from shouze.errors import InvalidError, NotYoursError
from shouze.gateway.asking import Visitor
from shouze.registers.holders.models import Holder
from shouze.registers.roles import VISITING, Role
from shouze.registers.rows import Clock
from shouze.registers.shortcomings.models import Shortcoming
from shouze.registers.systems.models import System
from shouze.registers.systems.standing import feeds
from shouze.rules.refusal import RefusedError
from shouze.rules.use import Actor
from tests.installation import PERSON, ask, subscribe
from tests.registers.house import Opened, approver, do, kept, make, officer, person, signed_in
from tests.registers.systems.scene import connected, graded, registered, reviewed

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


def due(system: System, kind: str) -> datetime | None:
    return Clock.objects.get(register="systems", entry=system.pk, kind=kind).due


def kinds(system: System) -> set[str]:
    return set(Clock.objects.filter(register="systems", entry=system.pk).values_list("kind", flat=True))


@pytest.mark.duty("A13-5-access")
def test_a_system_connects_by_another_person_than_reviewed_it() -> None:
    system = reviewed()
    approver()
    with pytest.raises(NotYoursError):
        do(system, "connect", officer())
    assert do(system, "connect", approver()).state == "connected"


def test_a_review_that_lets_a_system_in_has_a_term_of_two_years_at_most() -> None:
    for until in (None, timezone.now() - timedelta(days=1), timezone.now() + timedelta(days=800)):
        with pytest.raises(InvalidError) as caught:
            do(registered(name=f"s{until is None}{until and until.year}".lower()), "review", officer(),
               {"verdict": "fit", "reviewed_until": until})  # fmt: skip
        assert caught.value.field == "reviewed_until"


def test_a_review_wants_a_proof_and_a_refusal_its_reason() -> None:
    with pytest.raises(InvalidError) as caught:
        do(registered(), "review", officer(), {"verdict": "unfit"}, documents=[])
    assert caught.value.field == "documents"
    with pytest.raises(InvalidError) as caught:
        do(System.objects.get(), "review", officer(), {"verdict": "unfit", "refused_because": " "})
    assert caught.value.field == "refused_because"


@pytest.mark.duty("A13-5-access")
def test_a_connected_system_is_reviewed_again_before_its_review_runs_out() -> None:
    system = connected()
    assert due(system, "review-again") == system.reviewed_until
    later = timezone.now() + timedelta(days=600)
    system = do(system, "review", officer(), {"verdict": "fit", "reviewed_until": later})
    assert (system.state, due(system, "review-again")) == ("connected", later)
    assert do(system, "review", officer(), {"verdict": "unfit", "refused_because": "弱口令"}).state == "refused"


@pytest.mark.duty("A13-5-intrusion")
def test_evidence_of_protection_is_owed_from_the_start_and_grows_old() -> None:
    system = connected(protection_days=10)
    assert due(system, "intrusion") == due(system, "virus") == system.connected_at
    at = timezone.now() - timedelta(days=2)
    values = {"measures": ["virus"], "tool": "某杀毒", "checked_at": at, "result": "passed"}
    system = do(system, "protect", officer(), values)
    assert (system.virus_tool, due(system, "virus"), system.intrusion_at) == ("某杀毒", at + timedelta(days=10), None)
    assert not Shortcoming.objects.exists()


def test_evidence_of_tomorrow_is_none() -> None:
    values = {"measures": ["virus"], "tool": "x", "checked_at": timezone.now() + timedelta(days=1), "result": "passed"}
    with pytest.raises(InvalidError) as caught:
        do(connected(), "protect", officer(), values)
    assert caught.value.field == "checked_at"


@pytest.mark.duty("A13-5-intrusion")
def test_what_is_found_wrong_with_protection_or_in_a_test_is_a_shortcoming_of_its_owner() -> None:
    system = graded(3)
    values: dict[str, Any] = {"measures": ["intrusion"], "tool": "某 IDS", "checked_at": None, "result": "wrong"}
    with pytest.raises(InvalidError) as caught:
        do(system, "protect", officer(), {**values, "wrong": ""})
    assert caught.value.field == "wrong"
    do(system, "protect", officer(), {**values, "wrong": "规则库三个月未更新"})
    do(system, "test", officer(), {"what": "test", "done_at": timezone.now(), "result": "wrong", "wrong": "口令策略"})
    found = Shortcoming.objects.order_by("pk").values_list("rule", "source", "source_number", "owner")
    assert list(found) == [
        ("A13-5-intrusion", "systems", system.number, officer().pk),
        ("A13-7-network", "systems", system.number, officer().pk),
    ]


@pytest.mark.duty("A13-7-network")
@pytest.mark.parametrize(("grade", "again"), [(1, None), (2, "2028-02-28"), (3, "2027-02-28"), (5, "2027-02-28")])
def test_a_unit_is_filed_in_thirty_days_and_tested_in_the_cycle_of_its_grade(grade: int, again: str | None) -> None:
    system = graded(grade, datetime(2026, 2, 28, 9, tzinfo=SHANGHAI))
    assert f"{timezone.localtime(due(system, 'file')):%Y-%m-%d}" == "2026-03-30"
    if again is None:
        assert not {"test", "risks"} & kinds(system)
        return
    assert f"{timezone.localtime(due(system, 'test')):%Y-%m-%d}" == again
    tested = timezone.now() - timedelta(hours=1)
    system = do(system, "test", officer(), {"what": "test", "done_at": tested, "result": "passed"})
    assert due(system, "test") != due(system, "risks")
    assert f"{timezone.localtime(due(system, 'risks')):%Y-%m-%d}" == again


@pytest.mark.duty("A13-7-network")
def test_a_unit_of_another_grade_is_filed_anew() -> None:
    system = do(graded(2), "file", officer(), {"filing": "备-1", "filed_at": timezone.now()})
    assert Clock.objects.get(register="systems", kind="file").met == system.filed_at
    system = do(system, "grade", officer(), {"unit_grade": "3", "graded_at": timezone.now()})
    assert (system.filing, Clock.objects.get(register="systems", kind="file").met) == ("", None)


def test_what_is_no_network_unit_is_not_graded() -> None:
    system = connected(network=False)
    assert not {"grade", "file", "test", "risks"} & kinds(system)
    with pytest.raises(NotYoursError):
        do(system, "grade", officer(), {"unit_grade": "2", "graded_at": timezone.now()})


def attest(at: datetime, system: str = "old-crm") -> None:
    values = {
        "system": system, "actor": "S-1", "agent": "", "at": at, "place": "HQ", "title": "查询", "act": "read",
        "service": "", "items": [], "subject_ids": "", "subjects_count": 1, "source": "",
    }  # fmt: skip
    make("records", officer(), values)


@pytest.mark.duty("A13-6-oplog")
def test_a_system_outside_the_door_is_recorded_while_it_feeds_attested_records() -> None:
    system, now = connected(), timezone.now()
    assert not feeds(system, now)
    attest(now - timedelta(days=3))
    system.refresh_from_db()
    assert feeds(system, now)
    assert not feeds(system, now + timedelta(days=29))
    assert due(system, "records") == system.fed_at + timedelta(days=31)  # type: ignore[operator]  # it was just fed


def test_its_page_says_what_is_lacking_apart_from_its_good_state() -> None:
    system = connected()
    page = signed_in(officer(), "en").get(f"/r/systems/{system.number}/").content.decode()
    assert '<div class="note bad"><p>It holds information outside the door and feeds no records' in page


def test_records_of_another_system_or_of_paper_feed_it_not() -> None:
    system = connected()
    attest(timezone.now() - timedelta(days=1), "paper")
    system.refresh_from_db()
    assert not feeds(system, timezone.now())


@pytest.mark.parametrize("kind", ["inside", "asking"])
def test_what_goes_through_the_door_is_recorded_there(kind: str) -> None:
    system = connected(kind=kind)
    assert feeds(system, timezone.now())
    assert "records" not in kinds(system)


def test_a_system_outside_the_door_has_no_account_at_it_and_an_agents_names_the_agent() -> None:
    for field, changed in (("account", {"account": "crm"}), ("agent", {"kind": "agent"})):
        with pytest.raises(InvalidError) as caught:
            registered(**changed)
        assert caught.value.field == field


KEEPING = {Role.OFFICER, Role.SECURITY}


@pytest.mark.parametrize("role", Role)
def test_each_role_does_what_is_its_own(role: Role) -> None:
    browser, system, other = signed_in(person("S-6", role)), connected(), reviewed(name="other")
    for act in ("review", "protect", "grade", "change", "disconnect", "retire"):
        status = browser.get(f"/r/systems/{system.number}/{act}").status_code
        assert status == (200 if role in KEEPING else 403), act
    assert (browser.get("/r/systems/new").status_code == 200) == (role in KEEPING)
    may = role in {Role.OFFICER, Role.APPROVER}
    assert (browser.get(f"/r/systems/{other.number}/connect").status_code == 200) == may
    assert browser.get("/r/systems/").status_code == (403 if role in {Role.AGENT, *VISITING} else 200)


@pytest.mark.duty("A13-5-access")
@pytest.mark.django_db(transaction=True)
def test_the_door_lets_an_account_in_only_while_the_review_of_its_system_lasts(opened: Opened) -> None:
    subject = opened.run(subscribe(opened.installation, PERSON)).subject
    crm = Visitor(Actor("service", "crm"))

    def refused() -> str | None:
        opened.settle()
        try:
            opened.run(opened.installation.door.release(crm, ask(subject, "name", action="read")))
        except RefusedError as refusal:
            return f"{refusal.refusal.code} {refusal.refusal.article}"
        return None

    kept()
    account = Holder.objects.get(key="account:crm")
    assert refused() is None
    do(account, "review-only", officer())
    assert refused() == "system-not-reviewed 13(5)"
    system = connected(30, name="crm", kind="asking", account="crm")
    assert refused() is None
    opened.clock.move(timedelta(days=31))
    assert refused() == "system-not-reviewed 13(5)"
    opened.clock.move(timedelta(days=-31))
    assert refused() is None
    do(system, "disconnect", officer())
    assert refused() == "system-not-reviewed 13(5)"
    do(account, "any-system", officer())
    assert refused() is None
