"""The tree of departments and branches, read in one query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from shouze.language import Text
from shouze.registers.departments.models import Department
from shouze.registers.describing import Choices
from shouze.registers.ports import statutes
from shouze.rules.catalogue import Duty
from shouze.rules.citing import article_words


class Branch(NamedTuple):
    """A department at its depth below the top, with the way down to it in words."""

    depth: int
    department: Department
    way: Text


def tree() -> list[Branch]:
    """Return the departments in use, each behind the one above it."""
    below: dict[str, list[Department]] = {}
    present = list(Department.objects.filter(state="present").order_by("kind", "name"))
    known = {each.name for each in present}
    for each in present:
        below.setdefault(each.parent if each.parent in known else "", []).append(each)
    return list(_down(below, "", 0, Text("", "")))


def _down(below: Mapping[str, Iterable[Department]], parent: str, depth: int, above: Text) -> Iterator[Branch]:
    for each in below.get(parent, ()):
        way = Text(f"{above.zh}{each.title}", f"{above.en}{each.title_en}")
        yield Branch(depth, each, way)
        yield from _down(below, each.name, depth + 1, Text(f"{way.zh} / ", f"{way.en} / "))


def departments() -> Choices:
    """Return the departments in use by their ids, in the words of the whole way down."""
    return {each.department.name: each.way for each in tree()}


def ancestors(parent: str) -> Iterator[str]:
    """Yield the ids from ``parent`` up to the top; each once, whatever stands in the rows."""
    above = dict(Department.objects.values_list("name", "parent"))
    seen: set[str] = set()
    while parent and parent not in seen:
        yield parent
        seen.add(parent)
        parent = above.get(parent, "")


def owed() -> dict[str, Duty]:
    """Return the duties that an operator or its staff owe: what departments and posts answer for."""
    owing = {"operator", "staff"}
    return {each.id: each for each in statutes().duties.values() if each.kind == "duty" and owing & set(each.owed_by)}


def duties() -> Choices:
    """Return these duties in words, with their articles."""
    return {
        each.id: Text(f"{article_words(each.article).zh}　{each.text.zh}", f"Art. {each.article}: {each.text.en}")
        for each in owed().values()
    }
