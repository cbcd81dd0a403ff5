"""The latest answers take each other's place as a whole."""

from __future__ import annotations

from shouze.registers.standings.latest import latest, remember
from shouze.rules.duties.answering import Answer


def test_what_was_answered_last_takes_the_place_of_what_was_before() -> None:
    remember([Answer(duty="A12-15d", state="met"), Answer(duty="A12-contact", state="due")])
    held = latest()
    remember([Answer(duty="A12-15d", state="due")])
    assert {duty: each.state for duty, each in latest().items()} == {"A12-15d": "due"}
    assert len(held) == 2, "a reader keeps what it read"
    remember([])
