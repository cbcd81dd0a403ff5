"""Raises a shortcoming from anywhere: a self-inspection, a supervision, the watch, stock-taking, the scanner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shouze.registers import acting
from shouze.registers.finding import registers
from shouze.registers.people.models import Person
from shouze.registers.rows import Kept
from shouze.registers.shortcomings.models import Shortcoming

TITLE_LENGTH = 200


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """What is wrong: the duty it falls short of (an id of the catalogue), in words, where; whose it is, by when.

    ``key`` tells it apart from other things that the same row found.
    """

    rule: str
    title: str
    story: str = ""
    place: str = ""
    key: str = ""
    owner: Person | None = None
    due: datetime | None = None


def raise_shortcoming(source: str, entry: Kept, wrong: Wrong, by: Person | None) -> Shortcoming:
    """Raise what a row of a register (``source``) found, in a person's name, or (None) a machine's.

    What the same row found before under the same key, and what is not gone yet, is returned and not raised twice.
    """
    there = Shortcoming.objects.filter(source=source, source_number=entry.number, key=wrong.key or wrong.title[:120])
    present = there.filter(state__in=("open", "mended")).first()
    if present is not None:
        return present
    register = registers()["shortcomings"]
    fresh = Shortcoming(
        rule=wrong.rule, title=wrong.title[:TITLE_LENGTH], story=wrong.story, place=wrong.place[:TITLE_LENGTH],
        source=source, source_number=entry.number, key=wrong.key or wrong.title[:120], owner=wrong.owner,
        due=wrong.due,
    )  # fmt: skip
    made: Shortcoming = acting.enrol(register, fresh, by)
    if by is None:
        acting.follow(register, register.act("find"), made.pk, None)
    return made
