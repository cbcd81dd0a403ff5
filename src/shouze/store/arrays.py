"""Lists as PostgreSQL's arrays, and rows as its COPY takes them, in their binary form.

psycopg writes a list element by element, and a row cell by cell, through the adapter of each; the store's hold
thousands of cells of one of three types. Imported only where psycopg is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain, repeat
from struct import Struct
from typing import Any, NamedTuple

from psycopg.adapt import AdaptersMap, Dumper, PyFormat
from psycopg.pq import Format

_HEAD = Struct(">iiiii").pack
_LENGTH = Struct(">i").pack
_NUMBER = Struct(">iq").pack
_NULL = _LENGTH(-1)
_WIDTH = Struct(">h").pack
_SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = _WIDTH(-1)


class _Kind(NamedTuple):
    """One type of element: its object id and its array's, and how one is written behind its length."""

    element: int
    array: int
    write: Callable[[Any], bytes]


def _bytes(value: bytes) -> bytes:
    return _LENGTH(len(value)) + value


def _text(value: str) -> bytes:
    encoded = value.encode()
    return _LENGTH(len(encoded)) + encoded


def _number(value: int) -> bytes:
    return _NUMBER(8, value)


_KINDS: dict[type, _Kind] = {bytes: _Kind(17, 1001, _bytes), str: _Kind(25, 1009, _text), int: _Kind(20, 1016, _number)}


class ArrayDumper(Dumper):
    """Writes a list of numbers, texts or bytes, some of which may be None."""

    format = Format.BINARY

    def __init__(self, cls: type, context: Any = None, kind: _Kind = _KINDS[str]) -> None:
        """Write elements of one kind; texts where a list has none that tells."""
        super().__init__(cls, context)
        self._kind, self.oid = kind, kind.array

    def get_key(self, obj: Sequence[Any], format: PyFormat) -> tuple[type, ...]:  # noqa: A002, ARG002 - psycopg's words
        """Return what tells this list's dumper from those of other lists."""
        return (self.cls, _type_of(obj))

    def upgrade(self, obj: Sequence[Any], format: PyFormat) -> ArrayDumper:  # noqa: A002, ARG002 - psycopg's words
        """Return the dumper for the kind of this list's elements."""
        return ArrayDumper(self.cls, self.connection, kind_of(obj))

    def dump(self, obj: Sequence[Any]) -> bytes:
        """Return the array: dimensions, whether there are nulls, the elements' type, their number, then each."""
        return write_array(obj, self._kind)


def copied(rows: Sequence[Sequence[Any]]) -> bytes:
    """Return rows in the binary form of COPY, each column of one type (numbers of 64 bits); a cell may be None."""
    columns = [_cells(column) for column in zip(*rows, strict=True)]
    head = repeat(_WIDTH(len(columns)), len(rows))
    return b"".join((_SIGNATURE, *map(b"".join, zip(head, *columns, strict=True)), _END))


def _cells(column: Sequence[Any]) -> list[bytes]:
    write = _KINDS[_type_of(column)].write
    distinct = set(column)
    if len(distinct) * 2 > len(column):
        return [_NULL if each is None else write(each) for each in column]
    written = {each: _NULL if each is None else write(each) for each in distinct}
    return [written[each] for each in column]


def with_arrays(adapters: AdaptersMap) -> AdaptersMap:
    """Return the adapters, and these for lists."""
    extended = AdaptersMap(adapters)
    extended.register_dumper(list, ArrayDumper)
    return extended


def write_array(values: Sequence[Any], kind: _Kind) -> bytes:
    """Return a list of one kind: dimensions, whether there are nulls, the elements' type, their number, then each."""
    write, nulls = kind.write, None in values
    cells = [_NULL if each is None else write(each) for each in values] if nulls else map(write, values)
    return b"".join(chain((_HEAD(1, nulls, kind.element, len(values), 1),), cells))


def kind_of(values: Sequence[Any]) -> _Kind:
    """Return the kind of a list's elements."""
    return _KINDS[_type_of(values)]


def _type_of(values: Sequence[Any]) -> type:
    first = next((each for each in values if each is not None), "")
    return next(kind for kind in _KINDS if isinstance(first, kind))
