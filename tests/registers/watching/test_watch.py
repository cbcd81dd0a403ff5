"""Watching: what exceeds the yardsticks is found once, from a real log, and never counted twice."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from shouze.registers.incidents.models import Incident
from shouze.registers.roles import Role
from shouze.registers.rows import Clock, Event
from shouze.registers.watching.models import Daily, Unusual, Watched
from shouze.registers.watching.register import REGISTER
from shouze.registers.watching.watch import watch
from shouze.registers.yardsticks.models import RULES
from shouze.registers.yardsticks.register import yardsticks
from shouze.rules.refusal import RefusedError
from tests.installation import CLERK, MARKETING, OTHER, PERSON, ask, subscribe
from tests.registers.house import Opened, do, officer, person

pytestmark = pytest.mark.django_db(transaction=True)
EVERYTHING = {"most": 0, "from_hour": 0, "to_hour": 24, "decoys": "", "watched": True}


def tuned(rule: str, **numbers: Any) -> None:
    """Set one rule and switch the others off."""
    for name, each in yardsticks().items():
        values = EVERYTHING | numbers if name == rule else EVERYTHING | {"watched": False}
        do(each, "set", officer(), values)


@pytest.fixture
def users(opened: Opened) -> list[str]:
    return [str(opened.run(subscribe(opened.installation, each)).subject) for each in (PERSON, OTHER)]


def read(opened: Opened, *subjects: str, by: Any = CLERK) -> None:
    """Have somebody read about users, and a checkpoint cover it."""
    for subject in subjects:
        try:
            opened.run(opened.installation.door.release(by, ask(subject, "name")))
        except RefusedError:
            continue
    opened.run(opened.installation.sequencer.step())


def found() -> list[tuple[str, str, int]]:
    return [(each.rule, each.actor, each.count) for each in Unusual.objects.order_by("id")]


@pytest.mark.duty("A13-6-oplog")
def test_volume_beyond_the_yardstick_is_found_once_and_grows(opened: Opened, users: list[str]) -> None:
    tuned("volume", most=2)
    read(opened, users[0], users[0])
    watch(timezone.now())
    assert found() == []
    read(opened, users[1])
    watch(timezone.now())
    assert found() == [("volume", "S-0042", 3)]
    read(opened, users[1])
    watch(timezone.now())
    watch(timezone.now())
    assert found() == [("volume", "S-0042", 4)]
    unusual = Unusual.objects.get()
    assert [each.act for each in Event.objects.filter(register="watching", entry=unusual.pk)] == ["find", "grow"]
    assert Clock.objects.get(register="watching", entry=unusual.pk, kind="explain").met is None
    assert REGISTER.notes(unusual, timezone.now())[0].en == "4 uses that day; up to 2 are usual"


def test_no_record_is_counted_twice_and_the_watchs_own_looks_are_none(opened: Opened, users: list[str]) -> None:
    tuned("volume", most=100)
    read(opened, users[0])
    for _ in range(3):
        watch(timezone.now())
        opened.run(opened.installation.sequencer.step())
    assert Daily.objects.get(actor="S-0042").uses == 1
    assert not Daily.objects.filter(actor="desk").exists()
    assert Watched.objects.get().place > 0


def test_a_streak_of_refusals_is_found(opened: Opened, users: list[str]) -> None:
    tuned("refusals", most=1)
    read(opened, users[0], users[1], by=MARKETING)
    watch(timezone.now())
    assert found() == [("refusals", "S-0077", 2)]


def test_handling_out_of_hours_is_found(opened: Opened, users: list[str]) -> None:
    hour = timezone.localtime().hour
    tuned("hours", from_hour=(hour + 2) % 23, to_hour=(hour + 2) % 23 + 1)
    read(opened, users[0])
    watch(timezone.now())
    assert found() == [("hours", "S-0042", 1)]


def test_handling_at_anothers_site_is_found(opened: Opened, users: list[str]) -> None:
    person("S-0042", Role.SERVICE, post="customer-service", site="SHOP-9")
    tuned("elsewhere")
    read(opened, users[0])
    watch(timezone.now())
    assert found() == [("elsewhere", "S-0042", 1)]


def test_users_seen_without_a_call_are_found(opened: Opened, users: list[str]) -> None:
    person("S-0042", Role.SERVICE, post="customer-service")
    tuned("uncalled", most=1)
    read(opened, *users)
    watch(timezone.now())
    assert found() == [("uncalled", "S-0042", 2)]


def test_who_looks_at_a_decoy_is_found(opened: Opened, users: list[str]) -> None:
    read(opened, users[0])
    tuned("decoy", decoys=users[1])
    watch(timezone.now())
    assert found() == []
    read(opened, users[1])
    watch(timezone.now())
    watch(timezone.now())
    assert found() == [("decoy", "S-0042", 1)]


def test_without_a_door_nothing_is_watched() -> None:
    assert watch(timezone.now()) == 0
    assert not Watched.objects.exists()


@pytest.mark.duty("A14-1-remedy")
def test_what_is_unusual_is_explained_or_made_an_incident(opened: Opened, users: list[str]) -> None:
    tuned("volume")
    read(opened, users[0])
    watch(timezone.now())
    unusual = do(Unusual.objects.get(), "incident", officer())
    incident = Incident.objects.get(number=unusual.incident)
    assert (incident.found_by, incident.detected_at) == ("watch", unusual.created_at)
    assert Clock.objects.get(register="watching", entry=unusual.pk).met is not None


def test_every_rule_has_its_words() -> None:
    assert set(yardsticks()) == set(RULES)
