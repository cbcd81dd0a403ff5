"""What pages share that work at the door in a person's name: one step at a time, and what each brought to the page.

# Invariant: a value of the user stands in the answer to the one request that asked for it, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.http import Http404, HttpRequest

from shouze.client import Client, ClientError
from shouze.desk.ending import Handed
from shouze.errors import InvalidError, ShouzeError, TooManyError, UnavailableError
from shouze.language import Text
from shouze.registers.asking import asked_of_door
from shouze.registers.dooring import send_waiting
from shouze.registers.people.models import Person
from shouze.registers.saying import status_of


@dataclass(kw_only=True)
class DoorWork:
    """Who works, and what this one request brought: values shown, a refusal, forms that are wrong, a link to give."""

    request: HttpRequest
    person: Person
    values: dict[str, str] = field(default_factory=dict, repr=False)
    refused: ShouzeError | None = None
    wrong: dict[str, Any] = field(default_factory=dict, repr=False)
    note: Text | None = None
    handed: Handed | None = field(default=None, repr=False)

    def ask(self, verb: Callable[[Client], Any]) -> Any:
        """Return what the door answers in the person's name."""
        return asked_of_door(self.person, verb)

    def given(self, name: str, form: Any) -> dict[str, Any] | None:
        """Return a form's values; None where it is wrong, and the page shows it under this name."""
        if form.is_valid():
            values: dict[str, Any] = form.cleaned_data
            return values
        self.wrong[name] = form
        return None

    @property
    def status(self) -> int:
        """Return the status of the page that tells what came of it."""
        return status_of(self.refused) if self.refused else 422 if self.wrong else 200


W = TypeVar("W", bound=DoorWork)


def take_step(work: W, steps: Mapping[str, Callable[[W], None]]) -> None:
    """Do the step that the posted form names; Http404 where it names none. What was refused is told on the page."""
    step = steps.get(work.request.POST.get("do", ""))
    if step is None:
        raise Http404
    try:
        step(work)
    except (ClientError, InvalidError, TooManyError, UnavailableError) as problem:
        work.refused = problem
    send_waiting()
