"""The authority's side of the stage: its acts, its waiting, and what it tells, in JSON, one object on each line."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import click

from shouze.errors import UnavailableError
from shouze.registers import acting
from shouze.registers.acting import Asked, Attached
from shouze.registers.finding import registers
from shouze.registers.people.models import Person
from shouze.registers.rows import Kept

T = TypeVar("T")
HEAD, OFFICER, SECOND, PUBLISHER = "C-0001", "C-0007", "C-0008", "C-0009"
PATIENCE = 90.0
"""Seconds after which the story has gone otherwise."""


def make(register: str, by: str, values: Mapping[str, Any]) -> Kept:
    """Make a row as a person."""
    found: Kept = acting.make(registers()[register], Person.objects.get(username=by), Asked(values))
    return found


def do(
    register: str, entry: Kept, act: str, by: str, values: Mapping[str, Any] | None = None, *,
    reason: str = "", documents: Sequence[Attached] = (),
) -> Kept:  # fmt: skip
    """Do an act as a person; return the row afterwards."""
    wanted = registers()[register].act(act)
    asked = Asked(values or {}, reason, documents)
    found: Kept = acting.do(registers()[register], wanted, entry.pk, Person.objects.get(username=by), asked)
    return found


def until(look: Callable[[], T | None], over: Callable[[], bool]) -> T:
    """Return what ``look`` finds once it does; UnavailableError when the story is over or too slow."""
    begun = time.monotonic()
    while not (found := look()):
        if over() or time.monotonic() - begun > PATIENCE:
            raise UnavailableError(field="authority")
        time.sleep(0.1)
    return found


def tell(zh: str, en: str) -> None:
    """Tell a line in both languages."""
    speak(zh=zh, en=en, at=datetime.now().astimezone().isoformat())


def speak(**said: Any) -> None:
    """Say an object to whoever started this process."""
    click.echo(json.dumps(said, ensure_ascii=False))
