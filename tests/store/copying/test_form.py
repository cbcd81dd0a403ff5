"""The stream of a backup: what is written is read, and nothing else is."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.errors import TamperedError
from shouze.store.copying.form import (
    PAGE_ROWS,
    Begin,
    Cell,
    File,
    Head,
    Message,
    Reader,
    Rows,
    Sum,
    Table,
    Writer,
    decode_row,
    pages,
)

NOW = datetime(2026, 11, 24, tzinfo=UTC)
HEAD = Head("custody", "a1", NOW, NOW, {"custody": "custody_0006"})
TABLE = Table("custody.seen", ("issuer", "number"))
cells: st.SearchStrategy[Cell] = st.one_of(
    st.none(), st.integers(-(2**63), 2**63 - 1), st.text(st.characters(codec="utf-8")), st.binary()
)
tables = st.lists(st.tuples(cells, cells), max_size=20)


class Kept:
    def __init__(self, rows: Sequence[Sequence[Cell]]) -> None:
        self._rows = rows

    def rows(self, table: Table) -> Iterator[Sequence[Cell]]:
        return iter(self._rows)


def mac(message: bytes, key: bytes = b"ring") -> bytes:
    return hmac.digest(key, message, "sha256")


def written(rows: Sequence[Sequence[Cell]]) -> bytes:
    files = [File("keyring.json", b"{}")]
    return b"".join(Writer(mac, lambda _: None).write(HEAD, files, Kept(rows), [TABLE]))


def read(stream: bytes, piece: int = 7) -> tuple[list[Message], dict[str, Sum]]:
    found: list[Message] = []
    reader = Reader(found.append)
    for at in range(0, len(stream), piece):
        reader.feed(stream[at : at + piece])
    return found, reader.end(mac)


@given(tables, st.integers(1, 4000))
def test_rows_come_back_as_they_were_however_the_bytes_arrive(rows: list[tuple[Cell, Cell]], piece: int) -> None:
    messages, sums = read(written(rows), piece)
    back = [tuple(decode_row(row)) for each in messages if isinstance(each, Rows) for row in each.rows]
    assert back == rows
    assert messages[0] == HEAD
    assert Begin(TABLE.name, TABLE.columns) in messages
    assert sums[TABLE.name].rows == len(rows)


@given(tables, st.randoms())
def test_a_table_sums_up_to_the_same_in_any_order_and_to_nothing_else(
    rows: list[tuple[Cell, Cell]], random: object
) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert read(written(shuffled))[1] == read(written(rows))[1]
    assert read(written([*rows, ("one", 1)]))[1] != read(written(rows))[1]


@given(st.data())
def test_a_stream_that_was_changed_or_cut_is_refused(data: st.DataObject) -> None:
    stream = written([("issuer", 1), (b"x", None)])
    at = data.draw(st.integers(0, len(stream) - 1))
    bit = 1 << data.draw(st.integers(0, 7))
    cut = data.draw(st.booleans())
    with pytest.raises(TamperedError):
        read(stream[:at] if cut else stream[:at] + bytes([stream[at] ^ bit]) + stream[at + 1 :])


def test_a_stream_of_another_ring_is_refused() -> None:
    reader = Reader(lambda _: None)
    reader.feed(written([]))
    with pytest.raises(TamperedError):
        reader.end(lambda message: mac(message, b"other"))


def test_nothing_may_follow_the_end_or_precede_the_head() -> None:
    stream = written([])
    with pytest.raises(TamperedError):
        read(stream + stream)
    body = msgspec.msgpack.encode(Begin(TABLE.name, TABLE.columns))
    with pytest.raises(TamperedError):
        read(len(body).to_bytes(4) + body)


def test_pages_are_bounded_in_rows_and_bytes() -> None:
    assert [len(page) for page in pages([("x", 1)] * (PAGE_ROWS + 1))] == [PAGE_ROWS, 1]
    assert [len(page) for page in pages([(bytes(300_000), 1)] * 3)] == [1, 1, 1]


def test_no_message_shows_what_it_holds() -> None:
    assert "secret" not in repr(File("keyring.json", b"secret")) + repr(Rows([msgspec.Raw(b"secret")]))
