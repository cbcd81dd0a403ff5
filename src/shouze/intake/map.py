"""The map: which column of a source is which item, under which rules, and what proves a user's consent.

Written in YAML, format ``shouze-map/1``; docs/import.md shows one. ``read_map`` checks it against itself, and
``check_map`` against the policy and the source's header; their errors name line, field and remedy.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Annotated, Literal

import msgspec

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.rules.declaration import Name
from shouze.rules.document import Lines, Plain, explain, read_plain
from shouze.rules.period import Moment, parse_period
from shouze.rules.policy import Policy, ServiceRule

FORMAT = "shouze-map/1"
Column = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
Version = Annotated[int, msgspec.Meta(ge=1)]
Some = Annotated[tuple[Column, ...], msgspec.Meta(min_length=1, max_length=20)]
Empty = Literal["leave-out", "reject"]


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A part of the map, read strictly."""


class Place(Part, frozen=True):
    """Which part of the source is read, and how; what does not concern its kind is passed over."""

    table: Words | None = None
    query: Annotated[str, msgspec.Meta(min_length=1, max_length=10_000)] | None = None
    key: tuple[Column, ...] = ()
    sheet: Words | None = None
    encoding: Literal["utf-8", "gb18030", "mixed"] | None = None
    delimiter: Annotated[str, msgspec.Meta(min_length=1, max_length=1)] | None = None


class Columns(Part, frozen=True):
    """The columns that make one item, joined by ``join``; ``empty`` overrides what the map says of empty cells."""

    columns: Some
    join: Annotated[str, msgspec.Meta(max_length=10)] = ""
    empty: Empty | None = None


class From(Part, frozen=True):
    """That something stands in a column of each row."""

    column: Column


class Evidence(Part, frozen=True):
    """What proves consent to one purpose: constants, or columns of each row.

    It applies to rows in which every column of ``only_when`` holds one of the values written there, and whose columns
    named here are not empty. ``items`` are those consented to (all mapped ones of the purpose when absent).
    """

    purpose: Name
    version: Version | From
    act: Words | From
    channel: Words | From
    at: Moment | From
    items: tuple[Name, ...] = ()
    recipients: tuple[Name, ...] = ()
    only_when: dict[Column, str | int | bool | tuple[str | int | bool, ...]] = {}


class EmptyCells(Part, frozen=True):
    """Which words mean that a cell is empty, and what becomes of a row with an empty item."""

    means: tuple[Words, ...] = ()
    then: Empty = "leave-out"


class ImportMap(Part, frozen=True):
    """The whole map."""

    format: Literal["shouze-map/1"]
    service: Name
    purposes: Annotated[tuple[Name, ...], msgspec.Meta(min_length=1, max_length=8)]
    items: Annotated[dict[Name, Column | Columns], msgspec.Meta(min_length=1, max_length=100)]
    identify: Annotated[tuple[Name, ...], msgspec.Meta(min_length=1, max_length=10)]
    source: Place = Place()
    consent: tuple[Evidence, ...] = ()
    empty: EmptyCells = EmptyCells()
    ask_within: str = "P90D"

    def columns(self, item: str) -> Columns:
        """Return the columns of an item."""
        found = self.items[item]
        return Columns(columns=(found,)) if isinstance(found, str) else found

    def named_columns(self) -> Iterator[tuple[str, str]]:
        """Yield every column that the map names, with the path where it stands."""
        for item, found in self.items.items():
            if isinstance(found, str):
                yield f"items.{item}", found
            else:
                yield from ((f"items.{item}.columns[{place}]", each) for place, each in enumerate(found.columns))
        for number, evidence in enumerate(self.consent):
            for field in ("version", "act", "channel", "at"):
                if isinstance(given := getattr(evidence, field), From):
                    yield f"consent[{number}].{field}.column", given.column
            yield from ((f"consent[{number}].only_when.{each}", each) for each in evidence.only_when)


def read_map(content: bytes) -> tuple[ImportMap, Lines]:
    """Read a map; InvalidError names line, field and remedy."""
    plain, lines = read_plain(content)
    try:
        found = msgspec.convert(plain, ImportMap)
    except msgspec.ValidationError as problem:
        raise _at_fault(plain, lines, problem) from None
    try:
        parse_period(found.ask_within)
    except InvalidError as problem:
        raise lines.invalid("ask_within", problem.detail, problem.remedy) from None
    _known("identify", found.identify, found.items, lines, Text("items 中没有它", "It is not under items"))
    for number, evidence in enumerate(found.consent):
        words = Text("purposes 中没有这个目的", "It is not under purposes")
        _known(f"consent[{number}].purpose", evidence.purpose, found.purposes, lines, words)
    for path, names in (("purposes", found.purposes), ("identify", found.identify)):
        if len(set(names)) < len(names):
            raise lines.invalid(
                path, Text("名称重复", "Something is named twice"), Text("每个只写一次", "Name each once")
            )
    return found, lines


def _at_fault(plain: Plain, lines: Lines, problem: msgspec.ValidationError) -> InvalidError:
    """Return the error, with the item's name where it lies in one: the library does not name keys."""
    field, detail, remedy = explain(problem)
    items = plain.get("items") if isinstance(plain, dict) else None
    if not (field.startswith("items[...]") and isinstance(items, dict)):
        return lines.invalid(field, detail, remedy)
    for item, written in items.items():
        try:
            msgspec.convert({item: written}, dict[Name, Column | Columns])
        except msgspec.ValidationError as inner:
            field, detail, remedy = explain(inner)
            return lines.invalid(field.replace("[...]", f"items.{item}", 1), detail, remedy)
    return lines.invalid("items", detail, remedy)


def check_map(found: ImportMap, lines: Lines, policy: Policy, header: Sequence[str]) -> ServiceRule:
    """Check the map against the published rules and the source's columns; return the service's rule."""
    rule = policy.services.get(found.service)
    if rule is None:
        raise lines.invalid("service", Text("没有公布这个业务", "No such service is declared"), _DECLARE)
    for path, column in found.named_columns():
        if header.count(column) != 1:
            words = Text("源中没有这一列", "The source has no such column")
            twice = Text("源中有多个同名的列", "The source has several columns of that name")
            raise lines.invalid(path, twice if column in header else words, _listed(header))
    words = Text("收集使用规则没有声明它", "The rules do not declare it")
    _known("purposes", found.purposes, rule.purposes, lines, words, _DECLARE)
    allowed = {item for each in _purposes(found, rule) for item in rule.purposes[each].items}
    for item in found.items:
        _known(f"items.{item}", item, allowed, lines, words, _DECLARE)
    for number, item in enumerate(found.identify):
        if rule.items[item].identifier is None:
            words = Text("不能按此信息项查找用户", "Users are not found by this item")
            identifiers = [each for each in found.items if rule.items[each].identifier]
            raise lines.invalid(f"identify[{number}]", words, _listed(identifiers))
    for number, evidence in enumerate(found.consent):
        _check_evidence(evidence, rule, f"consent[{number}]", lines)
    return rule


def _purposes(found: ImportMap, rule: ServiceRule) -> list[str]:
    """Return the named purposes and those that a law adds."""
    return [name for name, each in rule.purposes.items() if name in found.purposes or each.law is not None]


def _check_evidence(evidence: Evidence, rule: ServiceRule, path: str, lines: Lines) -> None:
    purpose = rule.purposes[evidence.purpose]
    if purpose.law is not None:
        words = Text("该目的依据法律，不以同意为基础", "The purpose rests on a named law, not on consent")
        raise lines.invalid(f"{path}.purpose", words, Text("删去这一条", "Leave this one out"))
    if isinstance(evidence.version, int) and evidence.version > rule.version:
        words = Text("该版本尚未公布", "That version is not published")
        raise lines.invalid(f"{path}.version", words, Text(f"至多 {rule.version}", f"At most {rule.version}"))
    words = Text("该目的未声明它", "The purpose does not declare it")
    _known(f"{path}.items", evidence.items, purpose.items, lines, words, _listed(purpose.items))
    _known(f"{path}.recipients", evidence.recipients, purpose.recipients, lines, words, _listed(purpose.recipients))


def _known(
    path: str, named: str | Sequence[str], known: Collection[str], lines: Lines, words: Text, remedy: Text | None = None
) -> None:
    for number, name in enumerate([named] if isinstance(named, str) else named):
        if name not in known:
            where = path if isinstance(named, str) else f"{path}[{number}]"
            raise lines.invalid(where, words, remedy or _listed(known))


_DECLARE = Text("先用 shouze declare 公布", "Publish it with shouze declare first")


def _listed(names: Collection[str]) -> Text:
    listed = [each for each in names if each][:40]
    return Text(f"可用：{'、'.join(listed)}", f"Use one of: {', '.join(listed)}")


def identity_of(found: ImportMap) -> Mapping[str, object]:
    """Return what of the map makes a run another one: all of it but the term for asking."""
    plain = msgspec.to_builtins(found)
    return {name: plain[name] for name in sorted(plain) if name != "ask_within"}
