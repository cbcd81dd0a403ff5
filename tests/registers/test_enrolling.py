"""Many rows at once: numbered, and with the same clocks as one by one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shouze.registers import acting
from shouze.registers.absences.models import Absence
from shouze.registers.enrolling import enrol_many
from shouze.registers.finding import registers
from shouze.registers.findings.models import Finding
from shouze.registers.ports import GIVEN
from shouze.registers.readings.models import Reading
from shouze.registers.roles import Role
from shouze.registers.rows import Clock
from tests.registers.house import person

pytestmark = pytest.mark.django_db
CLOCK = ("kind", "title_zh", "title_en", "due", "met", "roles", "person", "duty")


def row(mark: str, **more: Any) -> Finding:
    return Finding(mark=mark, source="crm", place="a.b", where="b", item="phone", kind="mobile", title="a.b", **more)


def test_rows_made_together_have_the_clocks_of_rows_made_alone() -> None:
    register = registers()["findings"]
    alone = acting.enrol(register, row("1", verdict="plain-text", state="new"), None)
    (one, other) = enrol_many(register, [row("2", verdict="plain-text", state="new"), row("3", state="true")])
    clocks = Clock.objects.filter(register="findings")
    assert clocks.filter(entry=one.pk).values(*CLOCK).get() == clocks.filter(entry=alone.pk).values(*CLOCK).get()
    assert not clocks.filter(entry=other.pk).exists()


def test_what_somebody_away_owes_of_them_is_with_whoever_stands_in() -> None:
    who, cover, now = person("S-0031", Role.SERVICE), person("S-0032", Role.SERVICE), GIVEN.now()
    week = timedelta(days=7)
    Absence.objects.create(
        number="AB-2026-0001", person=who, substitute=cover, state="away", since=now - week, until=now + week,
        created_at=now, changed_at=now,
    )  # fmt: skip
    enrol_many(registers()["readings"], [Reading(procedure="HR-2026-0001", person=who, due=now + week, state="open")])
    assert Clock.objects.get(register="readings").person == cover


def test_numbers_are_one_block_after_those_given_before() -> None:
    register = registers()["findings"]
    first = acting.enrol(register, row("1", state="new"), None)
    made = enrol_many(register, [row("2", state="new"), row("3", state="new")])
    numbers = [int(each.number.rpartition("-")[2]) for each in (first, *made)]
    assert numbers == [numbers[0], numbers[0] + 1, numbers[0] + 2]
    assert enrol_many(register, []) == []
