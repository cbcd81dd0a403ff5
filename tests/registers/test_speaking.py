"""Facts as rows and clocks yield them; which matters nobody speaks of yet."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from shouze.registers.agents.models import Agent
from shouze.registers.finding import registers
from shouze.registers.rows import Clock, Effect
from shouze.registers.speaking import HOUSE_SPEAKS, first_due, of_clocks, of_own_clocks, own_term, speakers
from shouze.rules.duties.answering import AUTHORITY, INDUSTRY, OPERATOR, matters_of, owed
from shouze.rules.duties.matters import MATTERS
from shouze.rules.duty import Case, Fact
from tests.registers.agents.scene import engaged
from tests.registers.parties import joined
from tests.rules.statute_files import statutes

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)

YET_TO_COME: set[str] = set()
"""Matters that nobody speaks of yet: until their register does, what rests on them is not evidenced.

The list only shrinks: a register that speaks of its matters takes them off.
"""


def clock(kind: str, number: str = "T-1", duty: str = "", **times: datetime) -> None:
    entry = Clock.objects.count() + 1
    Clock.objects.create(
        register="test", entry=entry, number=number, kind=kind, title_zh="某", title_en="x", duty=duty,
        since=times.get("since", timezone.now()), due=times.get("due"), met=times.get("met"),
    )  # fmt: skip


def matters(parties: frozenset[str]) -> set[str]:
    return {matter for duty in owed(statutes(), parties) for matter in matters_of(duty.id)}


def test_only_registers_to_come_leave_matters_unspoken_of() -> None:
    assert matters(OPERATOR) - speakers().keys() == YET_TO_COME
    assert speakers().keys() <= set(MATTERS)
    with joined("authority"):
        assert matters(AUTHORITY) <= speakers().keys() <= set(MATTERS)
    with joined("association"):
        assert matters(INDUSTRY) <= speakers().keys() <= set(MATTERS)


def test_a_register_speaks_of_its_own_matters_and_no_two_of_one() -> None:
    told = [(register.name, each.matter) for register in registers().values() for each in register.speaks]
    told += [("house", each.matter) for each in HOUSE_SPEAKS]
    assert len({matter for _, matter in told}) == len(told)
    assert [(name, matter) for name, matter in told if MATTERS[matter].register != name] == []


def test_a_register_heeds_registers_that_there_are() -> None:
    heeded = {name for names, _ in speakers().values() for name in names}
    assert heeded <= registers().keys() | {"house"}


def test_an_empty_house_tells_facts_of_every_matter() -> None:
    told = {matter: speaks.fact() for matter, (_, speaks) in speakers().items()}
    assert {fact.shown for fact in told.values()} == {0}
    case = Case(told, timezone.now())
    assert {case.as_it_arises(matter).state for matter in told} == {"met"}


def test_a_row_of_the_order_that_an_operator_owes_is_owed_in_every_house() -> None:
    assert len(owed(statutes())) == 53


def test_clocks_are_counted_by_kind_with_the_first_deadline_and_its_row() -> None:
    now = timezone.now()
    clock("answer", "T-1", due=now + HOUR)
    clock("answer", "T-2", due=now - HOUR)
    clock("answer", "T-3", due=now - 3 * HOUR, met=now - 2 * HOUR)
    clock("answer", "T-4", due=now + 3 * HOUR, met=now - HOUR)
    clock("other", "T-5", due=now - 9 * HOUR)
    fact = of_clocks("test", "answer")
    assert fact == Fact(shown=2, open=2, late=1, due=now - HOUR, last=now - HOUR, row="T-2")


def test_what_is_owed_at_once_is_counted_by_when_it_arose() -> None:
    now = timezone.now()
    clock("measure", "T-1", since=now - 2 * HOUR)
    clock("report", "T-2", since=now - 5 * HOUR)
    assert of_clocks("test", "measure", "report") == Fact(open=2, at_once=now - 5 * HOUR, row="T-2")


def test_terms_of_the_houses_own_are_no_deadlines_and_owe_nothing_at_once() -> None:
    now = timezone.now()
    clock("look", "T-1", since=now - 5 * HOUR)
    clock("look", "T-2", due=now + HOUR)
    assert of_own_clocks("test", "look") == Fact(open=2, own=now + HOUR, row="T-2")
    assert own_term(Fact(shown=1, until=now)) == Fact(shown=1, own=now)
    joined_up = first_due(of_own_clocks("test", "look"), Fact(open=1, own=now))
    assert (joined_up.open, joined_up.own, joined_up.due, joined_up.at_once) == (3, now, None, None)


def test_clocks_of_one_duty_are_told_from_those_of_another() -> None:
    clock("do", duty="A14-2-obey")
    clock("do", duty="A13-8-other")
    assert of_clocks("test", duties=("A14-2-obey",)).open == 1


def effect(**given: object) -> Effect:
    named = {"kind": "entries", "register": "agents", "entry": 1, "content": b"{}"}
    return Effect.objects.create(**{**named, **given})


def obeyed() -> Fact:
    return HOUSE_SPEAKS[0].fact()


def test_the_door_obeys_while_it_takes_what_it_is_sent() -> None:
    now = timezone.now()
    effect(done_at=now, epoch=3)
    effect()
    assert obeyed() == Fact(shown=1, last=now)


def test_what_the_door_cannot_take_now_is_owed_at_once() -> None:
    waiting = effect(problem="unavailable")
    assert (obeyed().open, obeyed().at_once) == (1, waiting.made_at)


def test_what_the_door_refused_is_a_fault_until_it_takes_the_same_entry() -> None:
    now = timezone.now()
    effect(problem="invalid", done_at=now)
    assert (obeyed().lacking, obeyed().since) == (1, now)
    effect(done_at=now, epoch=4)
    assert obeyed().lacking == 0


def test_acts_for_the_log_are_not_the_doors_to_obey() -> None:
    effect(kind="act", problem="unavailable")
    assert obeyed() == Fact()


def test_rows_that_run_out_are_told_by_the_first_of_them() -> None:
    agent = engaged()
    fact = speakers()["agents.fitness"][1].fact()
    assert (fact.shown, fact.own, fact.until, fact.row) == (1, agent.fit_until, None, agent.number)
    Agent.objects.update(fit_until=None)
    fact = speakers()["agents.fitness"][1].fact()
    assert (fact.lacking, fact.since, fact.row) == (1, agent.changed_at, agent.number)
