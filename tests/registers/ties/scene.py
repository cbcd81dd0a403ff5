"""Somebody who has a tie to an operator."""

from __future__ import annotations

from typing import Any

from shouze.registers.people.models import Person
from shouze.registers.ties.models import Tie
from tests.registers.house import make


def declared(by: Person, operator: str, **more: Any) -> Tie:
    values = {"person": None, "operator": operator, "kind": "kin", "since": None, "until": None, "words": "", **more}
    found: Tie = make("ties", by, values)
    return found
