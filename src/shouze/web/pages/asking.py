"""What every page asks first: a person who is signed in, a register that they may see, the row that they saw."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from shouze.registers.describing import Register
from shouze.registers.entitling import may_see, seen_rows
from shouze.registers.finding import registers
from shouze.registers.people.models import Person
from shouze.registers.rows import Kept


def person_of(request: HttpRequest) -> Person:
    """Return who is signed in; PermissionDenied for nobody, whom ``login_required`` keeps away before."""
    if not isinstance(request.user, Person):
        raise PermissionDenied
    return request.user


def register_of(request: HttpRequest, name: str) -> Register[Any]:
    """Return the register; 404 where there is none, 403 where the person may not see it."""
    register = registers().get(name)
    if register is None:
        raise Http404
    # A13-3-permissions: what a role does not need, it does not see
    if not may_see(register, person_of(request)):
        raise PermissionDenied
    return register


def version_of(request: HttpRequest) -> int | None:
    """Return the version of the row that the person saw when they filled the form in; None where the form says none."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() else None


def entry_of(register: Register[Any], number: str, person: Person) -> Kept:
    """Return a row by its number, or 404 where there is none that the person sees."""
    found: Kept | None = seen_rows(register, person).filter(number=number).first()
    if found is None:
        raise Http404
    return found
