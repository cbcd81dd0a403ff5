"""Forms of nested content: what is described once is read from a request, changed row by row, checked and shown.

A description is a tuple of parts: ``Leaf`` (one input), ``Group`` (parts under a name), ``Many`` (rows of parts that
people add and remove). An input is named by the path of its content, ``purposes[0].items[1].need``, so that what the
rules find wrong there is shown there. It works without scripts: adding and removing are buttons of the form.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import msgspec
from django.http import QueryDict

from shouze.chinatime import SHANGHAI
from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers.describing import Choices
from shouze.registers.naming import check_name
from shouze.rules.declaration import Name
from shouze.rules.document import explain
from shouze.web.reading import TOLD

Plain = dict[str, Any]
Problems = dict[str, list[Text]]
Look = Literal["line", "lines", "choice", "several", "yes-no", "number", "moment"]
MOST_ROWS = 200
UNFILLED = Text("请填写", "Fill this in")
_LEAST = Text("至少要有一项", "There has to be one at least")
_TYPED = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """One input: its words, how it looks, what it may hold (``type``); ``choices`` may look at the whole content."""

    name: str
    label: Text
    look: Look = "line"
    hint: Text | None = None
    choices: Callable[[Plain], Choices] | None = None
    optional: bool = False
    type: Any = str
    instead: Any = "x"
    """What stands in for it while the rest is checked."""

    @property
    def blank(self) -> Any:
        """Return what it holds before anybody has filled it in."""
        return {"several": [], "yes-no": False}.get(self.look, "")


@dataclass(frozen=True, kw_only=True)
class Group:
    """Parts under one name; without a title they stand among their neighbours."""

    name: str
    parts: tuple[Part, ...]
    title: Text | None = None
    hint: Text | None = None
    optional: bool = False
    """All of it may be left blank."""


@dataclass(frozen=True, kw_only=True)
class Many:
    """Rows of parts, which people add and remove."""

    name: str
    title: Text
    one: Text
    parts: tuple[Part, ...]
    least: int = 0
    hint: Text | None = None


Part = Leaf | Group | Many


@dataclass(frozen=True)
class Node:
    """A part with its content, as the template shows it."""

    part: Part
    kind: str
    path: str
    value: Any = None
    chosen: tuple[tuple[str, Text, bool], ...] = ()
    problems: tuple[Text, ...] = ()
    nodes: tuple[Node, ...] = ()
    rows: tuple[Row, ...] = ()

    @property
    def id(self) -> str:
        """Return the id in the page."""
        return anchor(self.path)


@dataclass(frozen=True)
class Row:
    """One row of a ``Many``."""

    path: str
    number: int
    nodes: tuple[Node, ...]
    problems: tuple[Text, ...]

    @property
    def id(self) -> str:
        """Return the id in the page."""
        return anchor(self.path)


def anchor(path: str) -> str:
    """Return a path as an id in a page."""
    return "at-" + re.sub(r"[^a-z0-9_-]+", "-", path).strip("-")


def blank(parts: Sequence[Part]) -> Plain:
    """Return the content of a form that nobody has filled in."""
    made: Plain = {}
    for part in parts:
        if isinstance(part, Leaf):
            made[part.name] = part.blank
        elif isinstance(part, Group):
            made[part.name] = blank(part.parts)
        else:
            made[part.name] = [blank(part.parts) for _ in range(part.least)]
    return made


def complete(parts: Sequence[Part], content: Mapping[str, Any]) -> Plain:
    """Return the content with everything that the form has a place for."""
    made: Plain = dict(content)
    for part in parts:
        held = content.get(part.name)
        if isinstance(part, Leaf):
            made[part.name] = part.blank if held is None else held
        elif isinstance(part, Group):
            made[part.name] = complete(part.parts, held or {})
        else:
            made[part.name] = [complete(part.parts, row) for row in held or []]
    return made


def read(parts: Sequence[Part], posted: QueryDict, prefix: str = "") -> Plain:
    """Return what a request says, nested as the description is; what is missing is blank."""
    found: Plain = {}
    for part in parts:
        path = prefix + part.name
        if isinstance(part, Leaf):
            found[part.name] = _typed(part, posted, path)
        elif isinstance(part, Group):
            found[part.name] = read(part.parts, posted, f"{path}.")
        else:
            rows = range(min(_rows(posted, path), MOST_ROWS))
            found[part.name] = [read(part.parts, posted, f"{path}[{n}].") for n in rows]
    return found


def change(parts: Sequence[Part], content: Plain, do: str) -> Plain:
    """Return the content after ``add:PATH`` or ``remove:PATH[N]``; anything else changes nothing."""
    verb, _, path = do.partition(":")
    steps: list[str | int] = [int(n) if n else name for name, n in re.findall(r"([a-z_]+)|\[(\d{1,4})\]", path)]
    changed = copy.deepcopy(content)
    last = steps.pop() if verb == "remove" and steps else None
    place: Any = changed
    described: Sequence[Part] = parts
    many: Many | None = None
    for step in steps:
        if isinstance(step, int):
            if many is None or not 0 <= step < len(place):
                return content
            place, described, many = place[step], many.parts, None
            continue
        part = next((each for each in described if each.name == step), None)
        if part is None or isinstance(part, Leaf):
            return content
        place, described, many = place[step], part.parts, part if isinstance(part, Many) else None
    if many is None:
        return content
    if verb == "add" and len(place) < MOST_ROWS:
        place.append(blank(many.parts))
    elif verb == "remove" and isinstance(last, int) and last < len(place):
        del place[last]
    return changed


def check(parts: Sequence[Part], content: Plain, prefix: str = "") -> tuple[Problems, Plain]:
    """Return what is wrong with single inputs, by path, and the content with stand-ins for those."""
    problems: Problems = {}
    filled: Plain = {}
    for part in parts:
        path, value = prefix + part.name, content.get(part.name)
        if isinstance(part, Leaf):
            words = _wrong(part, value)
            filled[part.name] = value if words is None else copy.deepcopy(part.instead)
            problems |= {path: [words]} if words else {}
        elif isinstance(part, Group):
            inner, filled[part.name] = check(part.parts, value or {}, f"{path}.")
            if part.optional and _empty(value):
                inner, filled[part.name] = {}, value
            problems |= inner
        else:
            filled[part.name] = []
            for number, row in enumerate(value or []):
                inner, each = check(part.parts, row, f"{path}[{number}].")
                problems |= inner
                filled[part.name].append(each)
            problems |= {path: [_LEAST]} if len(value or []) < part.least else {}
    return problems, filled


def shown(parts: Sequence[Part], content: Plain, problems: Mapping[str, Sequence[Text]]) -> tuple[Node, ...]:
    """Return the nodes to show; a problem whose place is no input is shown at the nearest part around it."""
    known = set(_paths(parts, content, ""))
    placed: dict[str, list[Text]] = {}
    for path, words in problems.items():
        placed.setdefault(_nearest(path, known), []).extend(words)
    return tuple(_node(part, content.get(part.name), "", content, placed) for part in parts)


def unplaced(parts: Sequence[Part], content: Plain, problems: Mapping[str, Sequence[Text]]) -> list[Text]:
    """Return the problems that belong to no part."""
    known = set(_paths(parts, content, ""))
    return [each for path, words in problems.items() if not _nearest(path, known) for each in words]


def places(nodes: Sequence[Node | Row]) -> Iterator[Node | Row]:
    """Return everything that has a place for problems, in order."""
    for node in nodes:
        yield node
        yield from places(node.nodes)
        yield from places(node.rows if isinstance(node, Node) else ())


def _node(part: Part, value: Any, prefix: str, whole: Plain, problems: Mapping[str, list[Text]]) -> Node:
    path = prefix + part.name
    wrong = tuple(problems.get(path, ()))
    if isinstance(part, Leaf):
        held = value if isinstance(value, list) else [value]
        offered = part.choices(whole).items() if part.choices else ()
        chosen = tuple((key, words, key in held) for key, words in offered)
        return Node(part, part.look, path, value, chosen, wrong)
    if isinstance(part, Group):
        inner = tuple(_node(each, (value or {}).get(each.name), f"{path}.", whole, problems) for each in part.parts)
        return Node(part, "group", path, None, (), wrong, inner)
    rows = tuple(
        _row(part, row, f"{path}[{number}]", number, whole, problems) for number, row in enumerate(value or [])
    )
    return Node(part, "many", path, None, (), wrong, (), rows)


def _row(many: Many, content: Plain, path: str, number: int, whole: Plain, problems: Mapping[str, list[Text]]) -> Row:
    nodes = tuple(_node(each, content.get(each.name), f"{path}.", whole, problems) for each in many.parts)
    return Row(path, number + 1, nodes, tuple(problems.get(path, ())))


def _paths(parts: Sequence[Part], content: Plain, prefix: str) -> Iterator[str]:
    for part in parts:
        path, value = prefix + part.name, content.get(part.name)
        yield path
        if isinstance(part, Group):
            yield from _paths(part.parts, value or {}, f"{path}.")
        elif isinstance(part, Many):
            for number, row in enumerate(value or []):
                yield f"{path}[{number}]"
                yield from _paths(part.parts, row, f"{path}[{number}].")


def _nearest(path: str, known: set[str]) -> str:
    while path and path not in known:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return path


def _rows(posted: QueryDict, path: str) -> int:
    begin = f"{path}["
    numbers = [key[len(begin) :].partition("]")[0] for key in posted if key.startswith(begin)]
    return max((int(each) + 1 for each in numbers if each.isdecimal() and len(each) < 5), default=0)


def _typed(leaf: Leaf, posted: QueryDict, path: str) -> Any:
    if leaf.look == "several":
        return list(dict.fromkeys(posted.getlist(path)))
    text = posted.get(path, "").replace("\r\n", "\n").strip()
    if leaf.look == "yes-no":
        return bool(text)
    if leaf.look == "number":
        return int(text) if text.isdecimal() and len(text) < 10 else text
    if leaf.look == "moment" and text:
        return _moment(text)
    return text


def _moment(text: str) -> str:
    try:
        return datetime.strptime(text[:16], _TYPED).replace(tzinfo=SHANGHAI).isoformat()
    except ValueError:
        return text


def _wrong(leaf: Leaf, value: Any) -> Text | None:
    if value in ("", [], None):
        return None if leaf.optional else UNFILLED
    try:
        if leaf.type is Name:
            check_name(value, leaf.name)
        msgspec.convert(value, leaf.type)
    except InvalidError as problem:
        return TOLD.fill(detail=problem.detail, remedy=problem.remedy)
    except msgspec.ValidationError as problem:
        _, detail, remedy = explain(problem)
        return TOLD.fill(detail=detail, remedy=remedy)
    return None


def _empty(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_empty(each) for each in value.values())
    return value in ("", None, [], False)
