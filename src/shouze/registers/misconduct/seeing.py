"""Who sees a report of misconduct, and who works on it: a head or the next higher authority, never whom it names.

# Invariant: nobody who is named or mentioned in a report sees that it is there, whatever their role.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from shouze.registers.misconduct.models import Misconduct
from shouze.registers.people.models import Person
from shouze.registers.roles import SUPERVISING, Role


def seen_by(person: Person, of: str = "") -> Q:
    """Return which reports a person sees; ``of`` is the relation that leads to the report."""
    if not SUPERVISING & person.roles:
        return Q(pk__in=[])
    mine = ~Q(**{f"{of}concerned__contains": f",{person.pk},"})
    return mine if Role.MINISTRY in person.roles else mine & Q(**{f"{of}above": False})


def handles(row: Misconduct, person: Person) -> bool:
    """Tell whether a person may work on a report."""
    if f",{person.pk}," in row.concerned:
        return False
    return Role.MINISTRY in person.roles or (Role.HEAD in person.roles and not row.above)


def keeper_of(row: Misconduct) -> Person | None:
    """Return who is to work on it: a head, else somebody of the next higher authority; None where there is nobody."""
    people = [each for each in Person.objects.filter(is_active=True).order_by("pk") if handles(row, each)]
    heads = [each for each in people if Role.HEAD in each.roles]
    return next(iter([] if row.above else heads), None) or next(iter(people), None)


def mentioned(text: str) -> list[Person]:
    """Return the people of the house whose name or work number stands in a text."""
    found = [each for each in Person.objects.filter(is_active=True).iterator() if _stands(each, text)]
    return sorted(found, key=lambda each: each.pk)


def _stands(person: Person, text: str) -> bool:
    return person.username in text or (len(person.name) > 1 and person.name in text)


def concern(row: Misconduct, people: Collection[Person], named: Collection[Person]) -> None:
    """Keep these people from it; where one who is named is a head, it goes to the next higher authority."""
    ids = {each for each in row.concerned.split(",") if each} | {str(each.pk) for each in people}
    row.concerned = "".join(f",{each}" for each in sorted(ids, key=int)) + ","
    row.above = row.above or any(Role.HEAD in each.roles for each in named)
    row.keeper = keeper_of(row)
