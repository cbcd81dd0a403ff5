"""Detectors are rows of TOML: what a value looks like, how it is checked, what is said of it, and examples.

* Patterns are of RE2's syntax: no look-around, no back references, so that they run in linear time on any input.
* ``pattern`` finds in text; its first group, where it has one, is the value. ``trigger`` is a cheaper pattern: where
  it is given, only lines that hold it are searched.
* Lines in which a value of a kind in ``near`` follows a Chinese character and a mark are searched, too.
* ``cell`` is what a whole cell of a column looks like; ``columns`` what such columns are called.
* The examples are tests: ``right`` marks the values ⟦so⟧, in ``wrong`` nothing may be found.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Literal

import msgspec

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.rules.document import explain
from shouze.rules.forms import FORMS

Score = Annotated[float, msgspec.Meta(ge=0, le=0.99)]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=8000)]
Name = Annotated[str, msgspec.Meta(pattern=r"\A[a-z0-9]+(-[a-z0-9]+)*\Z", max_length=64)]
About = Literal["person", "organisation"]
MOST = 500
"""Detectors of one's own that are read."""


class Spoken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text in both languages as TOML writes it."""

    zh: Words
    en: Words

    @property
    def text(self) -> Text:
        """Return it as a text."""
        return Text(self.zh, self.en)


class Detector(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One kind of personal information.

    ``alone`` is how sure a valid value in text is by itself; ``named`` how sure a column is whose name says it, too;
    ``values_alone`` a column whose name says nothing (``alone`` when absent, for kinds with a check or fixed form);
    ``chance`` the share of arbitrary values of this shape that pass the check; what ``holds`` other values beside its
    own (a record of a call holds two numbers) does not compete with them for its characters.
    """

    id: Name
    item: Name
    title: Spoken
    why: Spoken
    pattern: Words | None = None
    trigger: Words | None = None
    cell: Words | None = None
    unicode: bool = False
    near: tuple[Name, ...] = ()
    check: Name | None = None
    form: Name = "secret"
    about: About = "person"
    alone: Score
    named: Score = 0.95
    values_alone: Score | None = None
    values_tell: bool = False
    holds: bool = False
    chance: Score = 0.0
    columns: str = ""
    beside: tuple[Name, ...] = ()
    context: tuple[Words, ...] = ()
    against: tuple[Words, ...] = ()
    except_: tuple[Words, ...] = msgspec.field(default=(), name="except")
    right: tuple[Words, ...] = ()
    wrong: tuple[Words, ...] = ()

    @property
    def by_line(self) -> bool:
        """Tell whether the value's extents are found by searching a line, not by the first pass itself."""
        return self.trigger is not None or "((?" in (self.pattern or "") or _captures(self.pattern or "")

    @property
    def unnamed(self) -> float:
        """Return how sure a column is whose name says nothing: only a check or a fixed form tells by itself."""
        if self.values_alone is not None:
            return self.values_alone
        return self.alone if self.values_tell or (not self.by_line and self.pattern) else 0.0


class Family(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of detectors that belong together."""

    family: Spoken
    detector: tuple[Detector, ...]


def read_family(file: str, content: bytes, checks: Collection[str], items: Collection[str] | None) -> Family:
    """Read one file; InvalidError names the file, the detector, the field and the remedy. ``items`` None: any id."""
    try:
        family = msgspec.convert(tomllib.loads(content.decode("utf-8")), Family)
    except msgspec.ValidationError as problem:
        field, detail, remedy = explain(problem, Family)
        raise InvalidError(detail, field=f"{file}: {field}", remedy=remedy) from None
    except (ValueError, RecursionError):
        remedy = Text("核对语法", "Check its syntax")
        raise InvalidError(Text("不是有效的 TOML 文件", "It is not valid TOML"), field=file, remedy=remedy) from None
    if len(family.detector) > MOST:
        raise InvalidError(Text("检测规则过多", "There are too many detectors"), field=file)
    for each in family.detector:
        _check(file, each, checks, items)
    return family


def _check(file: str, detector: Detector, checks: Collection[str], items: Collection[str] | None) -> None:
    known: dict[str, tuple[str | None, Collection[str] | None]] = {
        "check": (detector.check, checks),
        "form": (detector.form, FORMS),
        "item": (detector.item, items),
    }
    for field, (value, among) in known.items():
        if value is not None and among is not None and value not in among:
            listed = ", ".join(sorted(among)[:60])
            remedy = Text(f"可用：{listed}", f"Use one of: {listed}")
            words = Text("没有这个名称", "There is no such name")
            raise InvalidError(words, field=f"{file}: {detector.id}.{field}", remedy=remedy)
    if detector.pattern is None and detector.cell is None:
        remedy = Text("写 pattern 或 cell", "Give pattern or cell")
        raise InvalidError(Text("没有可查找的内容", "There is nothing to look for"), field=f"{file}: {detector.id}",
                           remedy=remedy)  # fmt: skip


def alternatives(pattern: str) -> list[str]:
    """Return the parts of a pattern between its outermost bars: as single literals they are found much faster."""
    parts, begun, depth = [], 0, 0
    for place, character in _outside_classes(pattern):
        depth += (character == "(") - (character == ")")
        if character == "|" and depth == 0:
            parts.append(pattern[begun:place])
            begun = place + 1
    return [*parts, pattern[begun:]]


def _captures(pattern: str) -> bool:
    """Tell whether a pattern has a capturing group."""
    return any(
        character == "(" and pattern[place + 1 : place + 2] != "?" for place, character in _outside_classes(pattern)
    )


def _outside_classes(pattern: str) -> Iterator[tuple[int, str]]:
    """Yield the characters that are neither escaped nor in a class, with their places."""
    escaped = in_class = False
    for place, character in enumerate(pattern):
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif in_class:
            in_class = character != "]"
        elif character == "[":
            in_class = True
        else:
            yield place, character


def filled(pattern: str, lexicon: Mapping[str, str]) -> str:
    """Return a pattern in one line, with the names of lexicons (``<name>``) replaced."""
    for name, words in lexicon.items():
        pattern = pattern.replace(f"<{name}>", words)
    return pattern.replace("\n", "")
