"""How grave an incident is: grades, criteria with their sources, and which of them the numbers suggest."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from functools import cache
from importlib import resources
from typing import Literal

import msgspec

from shouze.language import Text
from shouze.registers.describing import Choices

Grade = Literal["ordinary", "serious", "particular"]
GRADES: Choices = {
    "ordinary": Text("一般", "Ordinary"),
    "serious": Text("严重（造成或者可能造成严重后果）", "Serious (consequences are or may be serious)"),
    "particular": Text("特别严重", "Particularly serious"),
}
_ORDER = tuple(GRADES)


class Both(msgspec.Struct, frozen=True):
    """Words in both languages."""

    zh: str
    en: str


class Criterion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A criterion: the grade that it asks for, its words and source; from how many users of which items it is met."""

    id: str
    grade: Grade
    text: Both
    source: Both
    most: int | None = None
    items: tuple[str, ...] = ()


@cache
def criteria() -> Mapping[str, Criterion]:
    """Return the criteria by id."""
    raw = resources.files("shouze.registers.incidents").joinpath("grading.toml").read_text("utf-8")
    rows = msgspec.convert(tomllib.loads(raw)["criterion"], list[Criterion])
    return {each.id: each for each in rows}


def choices() -> Choices:
    """Return the criteria as they are ticked: words and source."""
    return {
        each.id: Text(f"{each.text.zh}（{each.source.zh}）", f"{each.text.en} ({each.source.en})")
        for each in criteria().values()
    }


def asked_for(ticked: Collection[str]) -> Grade:
    """Return the grade that the ticked criteria ask for."""
    grades = [criteria()[each].grade for each in ticked if each in criteria()]
    return max(grades, key=_ORDER.index, default="ordinary")


def below(grade: str, other: str) -> bool:
    """Tell whether a grade is lower than another."""
    return _ORDER.index(grade) < _ORDER.index(other)


def suggested(subjects: int | None, items: Collection[str], sensitive: Collection[str]) -> list[str]:
    """Return the criteria that so many users of these items meet; those without a number are people's to judge."""
    kinds = {"any": set(items), "sensitive": set(items) & set(sensitive)}
    met = []
    for each in criteria().values():
        touched = any(kinds.get(name, {name} & set(items)) for name in each.items)
        if each.most is not None and subjects is not None and subjects >= each.most and touched:
            met.append(each.id)
    return met
