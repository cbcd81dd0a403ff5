"""Asks the door in a person's name; what it refuses can become the error of a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from shouze.client import Client, ClientError
from shouze.client.bulk import BulkRequest
from shouze.errors import InvalidError, UnavailableError
from shouze.language import Text
from shouze.registers.dooring import door, in_name_of
from shouze.registers.languages import current
from shouze.registers.people.models import Person
from shouze.registers.saying import remedy_of, wrong

A = TypeVar("A")


def asked_of_door(person: Person, ask: Callable[[Client], A]) -> A:
    """Return what the door answers the person; ClientError where it refuses, UnavailableError where there is none."""
    return ask(in_name_of(person))


def approved_bulk(person: Person, request: str) -> BulkRequest:
    """Return a bulk request as it stands once the person has approved it; errors as above."""
    reached = door()
    if reached is None:
        raise UnavailableError(Text("信息闸门没有回应", "The door does not answer"))
    return reached.approve_bulk(person.asserted(), current(), request)


def blamed(problem: ClientError, field: str | None = None) -> InvalidError:
    """Return the error of a form whose question the door refused."""
    return InvalidError(wrong(problem), field=field, remedy=remedy_of(problem))
