"""Programs: issued by their person, shown once, no more than their person, never a second person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from shouze.errors import InvalidError, NotYoursError
from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.agents.register import REGISTER as AGENTS
from shouze.registers.programs.models import Answered, Program
from shouze.registers.programs.register import digest_of, in_force, open_registers
from shouze.registers.roles import Role
from shouze.registers.rows import Effect, Event
from tests.registers.agents.scene import assessed
from tests.registers.house import PROOF, approver, do, kept, officer, person, signed_in
from tests.registers.programs.scene import issued, ordered

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"until": timezone.now() + timedelta(days=400)}, "until"), ({"reads": [], "acts": []}, "reads")],
)
def test_a_program_has_a_term_and_a_scope(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidError) as caught:
        ordered(**wrong)
    assert caught.value.field == field


def test_an_agents_staff_have_no_programs() -> None:
    with pytest.raises(InvalidError) as caught:
        ordered(person("A-1", Role.AGENT, agent="qingshan-stores"))
    assert caught.value.field == "person"


def test_no_program_is_let_into_the_register_of_programs() -> None:
    assert "programs" not in open_registers()


@pytest.mark.duty("A13-3-permissions")
def test_only_the_person_in_whose_name_it_acts_issues_its_token() -> None:
    program = ordered(approver())
    with pytest.raises(NotYoursError):
        do(program, "issue", officer())
    assert do(program, "issue", approver()).secret.startswith("szp_")


def test_a_token_is_shown_once_and_kept_nowhere() -> None:
    program, browser = ordered(), signed_in(officer())
    page = browser.post(reverse("act", args=["programs", program.number, "issue"]), {"version": 1}).content.decode()
    secret = f"szp_{page.partition('szp_')[2][:43]}"
    program.refresh_from_db()
    assert program.digest == digest_of(secret)
    rows = str([*Program.objects.values(), *Event.objects.values(), *Effect.objects.values()])
    assert secret[4:] not in rows
    assert secret[4:] not in browser.get(reverse("row", args=["programs", program.number])).content.decode()


@pytest.mark.parametrize("end", ["revoke", "leave", "move", "time"])
def test_it_ends_with_its_word_its_person_or_its_time(end: str) -> None:
    whose = person("S-0007", Role.OFFICER)
    program, _ = issued(whose)
    assert in_force(program, timezone.now())
    if end == "revoke":
        do(program, "revoke", officer())
    elif end == "time":
        Program.objects.update(until=timezone.now() - timedelta(seconds=1))
        kept()
    else:
        do(whose, end, person("S-0009", Role.ADMINISTRATOR), {"post": "legal"} if end == "move" else {})
    program.refresh_from_db()
    program.person.refresh_from_db()
    assert not in_force(program, timezone.now())
    assert program.digest == ""


@pytest.mark.duty("A13-3-bulk")
def test_a_program_is_never_the_second_person_even_of_somebody_who_could_be() -> None:
    entry, engage = assessed(), AGENTS.act("engage")
    with pytest.raises(NotYoursError) as caught:
        acting.do(AGENTS, engage, entry.pk, approver(), Asked(documents=[PROOF], program="K-2026-0001"))
    assert "second person" in caught.value.detail.en
    assert acting.do(AGENTS, engage, entry.pk, approver(), Asked(documents=[PROOF])).state == "engaged"


def test_history_names_the_program_and_the_log_no_person_where_it_is_a_services() -> None:
    entry, act = assessed(), AGENTS.act("supervise")
    engaged = do(entry, "engage", approver())
    by_hand = Event.objects.filter(register="agents").latest("id")
    asked = Asked(documents=[PROOF], reason="检查", program="K-2026-0001", unnamed=True)
    acting.do(AGENTS, act, engaged.pk, officer(), asked)
    event = Event.objects.filter(register="agents").latest("id")
    assert (by_hand.program, event.program, event.by) == ("", "K-2026-0001", officer())
    assert b'"person":null' in bytes(Effect.objects.get(event=event).content)
    assert "K-2026-0001" in signed_in(officer()).get(f"/r/agents/{entry.number}/").content.decode()


def test_answers_are_kept_for_a_day() -> None:
    program, _ = issued()
    Answered.objects.create(program=program, key="a", asked="0" * 64, at=timezone.now() - timedelta(days=2))
    Answered.objects.create(program=program, key="b", asked="0" * 64)
    kept()
    assert [each.key for each in Answered.objects.all()] == ["b"]
