"""What inspections tell: made, recorded, and attested to have cost nothing and hindered nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shouze.registers.acting import followed, settle
from shouze.registers.inspections.models import Inspection
from shouze.registers.inspections.register import REGISTER
from shouze.registers.ports import GIVEN, owed_here
from shouze.registers.rows import Clock
from shouze.registers.speaking import speakers
from shouze.registers.standings.keeping import answer_now
from tests.registers.house import do
from tests.registers.reports.scene import inspector

pytestmark = pytest.mark.django_db
DUTIES = ("A17-1-inspect", "A17-3-record", "A17-3-no-fee", "A17-3-no-hinder")


def drawn(number: str) -> Inspection:
    row = Inspection(number=number, title="某公司", state="drawn", to="x", because="例行")
    row.save()
    return row


def states() -> dict[str, str]:
    answers = answer_now(GIVEN.now())
    return {duty: answers[duty].state for duty in DUTIES}


def closed(row: Inspection, **attested: Any) -> Any:
    return do(row, "close", inspector(), {"no_fee": True, "not_hindered": True} | attested)


@pytest.mark.duty("A17-1-inspect", "A17-3-record", "A17-3-no-fee", "A17-3-no-hinder")
def test_an_inspection_that_was_closed_and_attested_meets_all_four() -> None:
    assert states() == dict.fromkeys(DUTIES, "met") | {"A17-1-inspect": "not-evidenced"}
    closed(drawn("IN-1"))
    assert set(states().values()) == {"met"}


@pytest.mark.duty("A17-3-no-fee", "A17-3-no-hinder")
def test_what_is_not_attested_is_a_breach() -> None:
    closed(drawn("IN-1"), no_fee=False)
    assert (states()["A17-3-no-fee"], states()["A17-3-no-hinder"]) == ("breached", "met")
    closed(drawn("IN-2"), not_hindered=False)
    assert states()["A17-3-no-hinder"] == "breached"


def test_what_was_examined_is_to_be_closed_with_its_record() -> None:
    row = drawn("IN-1")
    followed("inspections", row, "discrepant")
    clock = Clock.objects.get(register="inspections", kind="close")
    assert clock.due is not None
    assert answer_now(GIVEN.now())["A17-3-record"].state == "due"
    assert answer_now(clock.due + timedelta(seconds=1))["A17-3-record"].state == "not-evidenced"
    row.refresh_from_db()
    closed(row)
    assert states()["A17-3-record"] == "met"


def test_an_operator_that_is_late_puts_the_authority_in_no_breach() -> None:
    row = drawn("IN-1")
    settle(REGISTER, row, GIVEN.now())
    assert Clock.objects.get(register="inspections").kind == "show"
    assert answer_now(GIVEN.now() + timedelta(days=90))["A17-3-record"].state == "met"


def test_what_was_closed_before_it_was_asked_says_nothing() -> None:
    Inspection(number="IN-0", title="某公司", state="closed", to="x", because="例行").save()
    assert states()["A17-3-no-fee"] == "met"


def test_this_house_owes_the_authoritys_duties_and_its_registers_speak_of_them() -> None:
    owed = {each.id for each in owed_here()}
    assert {*DUTIES, "A14-2-assess", "A18-auth-secrecy", "A19-annual", "A20-credit"} <= owed
    assert "A12-15d" not in owed
    assert {"reports.assessed", "inspections.made", "annualreviews.concluded", "announcements.published"} <= set(
        speakers()
    )
