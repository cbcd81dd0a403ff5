"""Reads one file of statutes: its heading and its rows, strictly.

A broken row is refused with the file, the row, the field and the reason, in both languages.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from shouze.errors import Kind, ShouzeError
from shouze.language import Text
from shouze.rules.catalogue_duties import Duty
from shouze.rules.catalogue_rows import AppType, Heading, Instrument, Item, Parallel, Sanction
from shouze.rules.document import explain
from shouze.rules.penalty.rows import Ground, Penalty, Term, Threshold

C = TypeVar("C")
R = TypeVar("R", Duty, Item, AppType, Instrument, Parallel, Sanction, Penalty, Ground, Term, Threshold)
Table = dict[str, object]

_ABSENT = Text("缺少该字段", "The field is missing"), Text("补上该字段", "Add the field")


class StatuteError(ShouzeError):
    """A file of statutes cannot be used; ``file`` and ``row`` (an id, or #number) say where, ``field`` the path."""

    kind = Kind(
        "statutes-broken",
        500,
        Text("法规数据有误", "The statutes cannot be read"),
        Text("改正该行，或重新安装软件", "Correct the row, or install the package again"),
    )

    def __init__(self, place: Place, detail: Text, *, field: str | None = None, remedy: Text | None = None) -> None:
        self.file = place.file
        self.row = place.row
        words = Text(f"{place.words.zh}：{detail.zh}", f"{place.words.en}: {detail.en}")
        super().__init__(words, field=field, remedy=remedy)


@dataclass(frozen=True, slots=True)
class Place:
    """A file of statutes, or one row in it."""

    file: str
    row: str | None = None

    @property
    def words(self) -> Text:
        """Return the words for the place."""
        if self.row is None:
            return Text(f"文件 {self.file}", f"file {self.file}")
        return Text(f"文件 {self.file} 的 {self.row} 行", f"file {self.file}, row {self.row}")

    def broken(self, field: str | None, detail: Text, remedy: Text | None = None) -> StatuteError:
        """Return the error for a field at this place."""
        return StatuteError(self, detail, field=field, remedy=remedy)


def read_table(file: str, content: bytes) -> Table:
    """Parse TOML 1.0; StatuteError when it is not."""
    try:
        return tomllib.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Place(file).broken(None, Text("不是有效的 TOML 文件", "it is not valid TOML")) from None


def read_heading(file: str, table: Table, key: str) -> Heading:
    """Read what stands above the rows; ``key`` is the name of the rows."""
    place = Place(file)
    if not isinstance(table.get(key), list):
        raise place.broken(key, *_ABSENT)
    return _convert(place, {name: value for name, value in table.items() if name != key}, Heading)


def read_rows(file: str, table: Table, key: str, kind: type[R], defaults: Mapping[str, object]) -> dict[str, R]:
    """Read the rows named ``key``, in their order, by id; ``defaults`` fill what a row leaves out."""
    rows: dict[str, R] = {}
    found = table.get(key)
    for number, plain in enumerate(found if isinstance(found, list) else (), start=1):
        place = Place(file, _row_name(plain, number))
        if not isinstance(plain, dict):
            raise place.broken(None, Text("应为一组字段", "it has to be a group of fields"))
        row = _convert(place, {**defaults, **plain}, kind)
        if row.id in rows:
            raise place.broken("id", Text("编号重复", "the id stands twice"), Text("只保留一行", "Keep one row"))
        rows[row.id] = row
    return rows


def _row_name(plain: object, number: int) -> str:
    name = plain.get("id") if isinstance(plain, dict) else None
    return name if isinstance(name, str) and name.isprintable() and 0 < len(name) <= 64 else f"#{number}"


def _convert(place: Place, plain: Table, kind: type[C]) -> C:
    try:
        return msgspec.convert(_with_texts(place, plain, ""), kind)
    except RecursionError:
        raise place.broken(None, Text("嵌套过深", "it is nested too deeply")) from None
    except msgspec.ValidationError as problem:
        field, detail, remedy = explain(problem, kind)
        raise place.broken(field or None, detail, remedy) from None


def _with_texts(place: Place, plain: object, path: str) -> object:
    """Turn every table of ``zh`` and ``en`` into a Text; both words must be there and not empty."""
    if isinstance(plain, list):
        return [_with_texts(place, value, f"{path}[{number}]") for number, value in enumerate(plain)]
    if not isinstance(plain, dict):
        return plain
    if plain.keys() & {"zh", "en"}:
        return _text(place, plain, path)
    return {name: _with_texts(place, value, f"{path}.{name}".removeprefix(".")) for name, value in plain.items()}


def _text(place: Place, plain: Table, path: str) -> Text:
    for name in ("zh", "en"):
        value = plain.get(name)
        if not isinstance(value, str) or not value.strip():
            raise place.broken(f"{path}.{name}".removeprefix("."), *_ABSENT)
    if len(plain) > len(Text._fields):
        raise place.broken(path or None, Text("只应有 zh 和 en", "it takes zh and en only"))
    return Text(str(plain["zh"]), str(plain["en"]))
