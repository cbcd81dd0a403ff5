"""One function raises shortcomings from anywhere: once, with where they came from."""

from __future__ import annotations

import pytest

from shouze.registers.finding import registers
from shouze.registers.rows import Event
from shouze.registers.shortcomings.models import Shortcoming
from shouze.registers.shortcomings.part import SOURCE
from shouze.registers.shortcomings.raising import Wrong, raise_shortcoming
from tests.registers.agents.scene import engaged
from tests.registers.house import approver, do, officer, signed_in
from tests.registers.shortcomings.scene import owner

pytestmark = pytest.mark.django_db
WRONG = Wrong(rule="A11-supervise", title="没有上锁的柜子", story="两个柜子")


def test_what_a_row_found_twice_is_one_shortcoming_while_it_is_there() -> None:
    agent = engaged()
    first = raise_shortcoming("agents", agent, WRONG, officer())
    assert raise_shortcoming("agents", agent, WRONG, officer()) == first
    do(do(first, "mend", officer(), {"remedy": "已上锁"}), "close", approver())
    assert raise_shortcoming("agents", agent, WRONG, officer()) != first


def test_what_a_machine_found_is_in_the_history_as_nobodys() -> None:
    found = raise_shortcoming("watching", engaged(), WRONG, None)
    event = Event.objects.get(register="shortcomings", entry=found.pk)
    assert (event.act, event.by) == ("find", None)


@pytest.mark.duty("A11-supervise")
def test_what_a_supervision_finds_wrong_is_a_shortcoming_of_that_agent() -> None:
    agent = engaged()
    do(agent, "supervise", officer(), {"wrong": "客户资料放在柜台上"})
    do(agent, "supervise", officer(), {"wrong": ""})
    found = Shortcoming.objects.get()
    assert (found.source, found.source_number, found.rule) == ("agents", agent.number, "A11-supervise")
    page = signed_in(owner()).get(f"/r/agents/{agent.number}/").content.decode()
    assert f"/r/shortcomings/{found.number}/" in page


def test_every_source_that_is_a_register_here_has_its_words() -> None:
    made_here = raise_shortcoming.__module__.replace("raising", "part")
    found = {name for name, each in registers().items() for part in each.parts if part.rows.__module__ == made_here}
    assert found
    assert found - set(SOURCE) == set()
