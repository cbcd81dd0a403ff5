"""Rounds: each once in its period, and a failing one alone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from shouze.registers.describing import Round
from shouze.registers.rows import Turn
from shouze.worker.delivering import Ways
from shouze.worker.rounds import rounds, run_due

pytestmark = pytest.mark.django_db


def test_a_round_runs_once_in_its_period() -> None:
    ran: list[datetime] = []
    hourly = Round(name="test.hourly", every=timedelta(hours=1), run=ran.append)
    now = timezone.now()
    for minutes in (0, 10, 59, 61, 90, 130):
        run_due([hourly], now + timedelta(minutes=minutes))
    assert [int((at - now).total_seconds() // 60) for at in ran] == [0, 61, 130]


def test_a_round_that_fails_is_noted_and_holds_up_no_other() -> None:
    ran: list[datetime] = []

    def failing(_now: datetime) -> None:
        raise ValueError("with something personal in it")

    both = [
        Round(name="test.fails", every=timedelta(hours=1), run=failing),
        Round(name="test.runs", every=timedelta(hours=1), run=ran.append),
    ]
    now = timezone.now()
    assert run_due(both, now) == ["test.fails", "test.runs"]
    assert (Turn.objects.get(name="test.fails").problem, len(ran)) == ("ValueError", 1)
    assert run_due(both, now + timedelta(minutes=6)) == ["test.fails"]


def test_a_process_that_stops_begins_no_round_and_blames_none_that_stops_with_it() -> None:
    going = [True]

    def cut_off(_now: datetime) -> None:
        going.clear()
        raise ConnectionError

    each = [Round(name=f"test.{name}", every=timedelta(hours=1), run=cut_off) for name in ("first", "second")]
    now = timezone.now()
    assert run_due(each, now, lambda: bool(going)) == ["test.first"]
    assert Turn.objects.get(name="test.first").problem == ""
    going.append(True)
    assert run_due(each[:1], now + timedelta(seconds=1), lambda: bool(going)) == ["test.first"], "due at the next start"


def test_every_round_of_the_house_has_a_name_of_its_own() -> None:
    names = [each.name for each in rounds(Ways("", "", "", ""))]
    assert len(set(names)) == len(names)
