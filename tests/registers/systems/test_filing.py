"""A network unit is filed with the authority by dispatch, and its answer stands at the system."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone

from shouze.errors import NotYoursError
from shouze.link.dispatch import unverified
from shouze.link.kinds import FilingAnswer, NetworkFiling
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.rows import Clock
from shouze.registers.systems.models import System
from tests.registers.house import do, officer
from tests.registers.parties import Other, joined
from tests.registers.systems.scene import graded

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mine() -> Iterator[None]:
    with joined():
        yield


def sent(other: Other) -> System:
    other.trusted()
    system = do(graded(3), "file", officer(), {"filing": "备 3-001", "filed_at": timezone.now()})
    found: System = do(system, "send-filing", officer(), {"to": other.party})
    return found


def answer(other: Other, verdict: str, note: str = "") -> System:
    system = System.objects.get()
    body = FilingAnswer(number=system.number, verdict=verdict, note=note)  # type: ignore[arg-type]  # one of two words
    other.send("filing-answer", body, matter=system.number)
    return System.objects.get()


def asked() -> bool:
    return Clock.objects.filter(register="systems", kind="filing-answer", met=None).exists()


@pytest.mark.duty("A13-7-network")
def test_the_authority_hears_grade_number_and_day() -> None:
    other = Other()
    system = sent(other)
    said = unverified(DispatchRow.objects.get(kind="network-filing").signed)
    assert said is not None
    assert isinstance(said.body, NetworkFiling)
    assert (said.body.number, said.body.grade, said.body.filing) == (system.number, 3, "备 3-001")
    assert system.filing_verdict == "sent"
    assert answer(other, "confirmed").filing_verdict == "confirmed"


def test_a_question_runs_until_it_is_sent_again() -> None:
    other = Other()
    system = sent(other)
    system = answer(other, "questioned", "级别依据不足")
    assert (system.filing_answer, asked()) == ("级别依据不足", True)
    do(system, "send-filing", officer(), {"to": other.party})
    assert not asked()


def test_nobody_answers_who_was_not_asked() -> None:
    sent(Other())
    another = Other(party="shouze.localhost/another")
    another.trusted(number="L-2")
    assert answer(another, "confirmed").filing_verdict == "sent"


def test_without_an_authority_to_send_to_or_a_number_there_is_nothing_to_send() -> None:
    system = do(graded(3), "file", officer(), {"filing": "备", "filed_at": timezone.now()})
    with pytest.raises(NotYoursError):
        do(system, "send-filing", officer(), {"to": "x"})
