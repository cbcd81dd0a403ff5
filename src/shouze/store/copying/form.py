"""The form ``shouze-backup/1``: a stream of messages that says the same of both databases.

A message is four bytes of length (most significant first) and so many bytes of MessagePack. First comes a Head, then
files and tables (Begin, Rows, End), last the Tail. Numbers, texts, bytes and nulls stand as MessagePack has them.

A table's digest is the sum, modulo 2^256, of the SHA-256 of its rows (each a MessagePack array): it does not depend on
their order, so that what a database of the other kind then holds is compared with the same number. It finds damage;
against whoever writes backups himself stands the Tail's MAC, under a key of the installation's ring.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from typing import Literal, NamedTuple, Protocol

import msgspec

from shouze.errors import TamperedError
from shouze.vault.framing import frame

Kind = Literal["custody", "keys", "erasures"]
Cell = str | int | float | bytes | None
Copied = Literal["custody", "keys", "log", "desk"]
COPIED: tuple[Copied, ...] = ("custody", "keys", "log", "desk")
"""What is copied: the store's schemas, and the desk's tables, which are Django's."""

PAGE_BYTES, PAGE_ROWS = 1 << 18, 1000
LARGEST = 1 << 27
"""Bytes that one message may have: a row is as large as the largest value."""
_LABEL = b"shouze/backup/1"
_MODULUS = 1 << 256


class Table(NamedTuple):
    """A table by its full name (``custody.subject``), and its columns in order."""

    name: str
    columns: tuple[str, ...]


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="head"):
    """What stands in a file. Its ``run`` joins the files of one run: values and the keys that open them."""

    kind: Kind
    run: str
    made_at: datetime
    expires_at: datetime
    revisions: dict[str, str]
    """Schema to the revision of its tables."""
    checkpoint: str | None = None
    """The newest signed checkpoint that the copied log has."""
    epochs: tuple[int, ...] = ()
    """The epochs of the key ring in it."""
    policy: int | None = None
    """The epoch of the policy in it, on which door and desk agree."""
    format: Literal["shouze-backup/1"] = "shouze-backup/1"


class File(msgspec.Struct, frozen=True, tag="file"):
    """A small file of the installation's folder."""

    name: str
    content: bytes

    def __repr__(self) -> str:
        return f"File({self.name})"


class Begin(msgspec.Struct, frozen=True, tag="begin"):
    """A table begins."""

    table: str
    columns: tuple[str, ...]


class Rows(msgspec.Struct, frozen=True, tag="rows"):
    """Some rows of the table that has begun."""

    rows: list[msgspec.Raw]

    def __repr__(self) -> str:
        return f"Rows({len(self.rows)})"


class Sum(msgspec.Struct, frozen=True):
    """How many rows, and their digest."""

    rows: int
    digest: bytes


class End(msgspec.Struct, frozen=True, tag="end"):
    """The table that has begun ends."""

    sum: Sum


class Tail(msgspec.Struct, frozen=True, tag="tail"):
    """The end: every table's sum again, and the MAC of the SHA-256 of all bytes before."""

    tables: dict[str, Sum]
    mac: bytes


Message = Head | File | Begin | Rows | End | Tail
Mac = Callable[[bytes], bytes]
"""Returns the 32-byte MAC of a message under a key of the installation's ring."""

encode_row = msgspec.msgpack.Encoder().encode
decode_row: Callable[[msgspec.Raw], list[Cell]] = msgspec.msgpack.Decoder(list).decode
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Message).decode


class Adder:
    """Sums rows up."""

    def __init__(self) -> None:
        self._rows, self._total = 0, 0

    def add_all(self, rows: Iterable[bytes | msgspec.Raw]) -> None:
        """Add rows as they are encoded."""
        for row in rows:
            self._rows += 1
            self._total += int.from_bytes(sha256(row).digest())

    def sum(self) -> Sum:
        """Return the sum so far."""
        return Sum(self._rows, (self._total % _MODULUS).to_bytes(32))


class Readable(Protocol):
    """Where tables are copied from."""

    def rows(self, table: Table) -> Iterator[Sequence[Cell]]:
        """Yield the rows of a table, its columns in order."""
        ...


class Writer:
    """Writes one stream, message by message."""

    def __init__(self, mac: Mac, step: Callable[[int], object]) -> None:
        """``step`` is told how many rows were written."""
        self._mac, self._step = mac, step
        self._hash = sha256()
        self.tables: dict[str, Sum] = {}

    def write(self, head: Head, files: Iterable[File], source: Readable, tables: Iterable[Table]) -> Iterator[bytes]:
        """Yield the stream's bytes."""
        yield self._message(head)
        for file in files:
            yield self._message(file)
        for table in tables:
            yield from self._table(source, table)
        yield self._message(Tail(self.tables, self._mac(frame(_LABEL, self._hash.digest()))))

    def _table(self, source: Readable, table: Table) -> Iterator[bytes]:
        yield self._message(Begin(table.name, table.columns))
        adder = Adder()
        for page in pages(source.rows(table)):
            adder.add_all(page)
            yield self._message(Rows([msgspec.Raw(row) for row in page]))
            self._step(len(page))
        self.tables[table.name] = adder.sum()
        yield self._message(End(adder.sum()))

    def _message(self, message: Message) -> bytes:
        encoded = _encode(message)
        whole = len(encoded).to_bytes(4) + encoded
        self._hash.update(whole)
        return whole


class Reader:
    """Takes a stream's bytes as they come, checks them, and passes its messages on; the Tail ends it.

    TamperedError for whatever is not a stream of this form. ``end`` has to be called when all bytes are there.
    """

    def __init__(self, take: Callable[[Message], object]) -> None:
        self._take = take
        self._bytes = bytearray()
        self._hash = sha256()
        self._adder: Adder | None = None
        self._name = ""
        self._tables: dict[str, Sum] = {}
        self._mac: bytes | None = None
        self._first = True

    def feed(self, piece: bytes) -> None:
        """Take the next bytes."""
        self._bytes += piece
        while len(self._bytes) >= 4:
            size = int.from_bytes(self._bytes[:4])
            if size > LARGEST or self._mac is not None:
                raise TamperedError
            if len(self._bytes) < 4 + size:
                return
            whole = bytes(self._bytes[: 4 + size])
            del self._bytes[: 4 + size]
            self._see(whole)

    def end(self, mac: Mac | None) -> dict[str, Sum]:
        """Return the sums of all tables; TamperedError when something is missing or the MAC is not this ring's.

        Without ``mac`` the stream is compared with itself only.
        """
        if self._mac is None or self._bytes:
            raise TamperedError
        if mac is not None and not compare_digest(mac(frame(_LABEL, self._hash.digest())), self._mac):
            raise TamperedError
        return self._tables

    def _see(self, whole: bytes) -> None:
        try:
            message = _decode(memoryview(whole)[4:])
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise TamperedError from None
        if self._first is not isinstance(message, Head):
            raise TamperedError
        self._first = False
        self._compare(message)
        if not isinstance(message, Tail):
            self._hash.update(whole)
        self._take(message)

    def _compare(self, message: Message) -> None:
        """Follow the order of messages, and sum up again what they sum up."""
        if isinstance(message, Rows | End) is (self._adder is None):
            raise TamperedError
        match message:
            case Begin(table):
                self._adder, self._name = Adder(), table
            case Rows(rows) if self._adder is not None:
                self._adder.add_all(rows)
            case End(stated) if self._adder is not None:
                self._end_table(self._adder.sum(), stated)
            case Tail(tables, mac):
                if tables != self._tables:
                    raise TamperedError
                self._mac = mac

    def _end_table(self, found: Sum, stated: Sum) -> None:
        if found != stated or self._name in self._tables:
            raise TamperedError
        self._tables[self._name], self._adder = found, None


def pages(rows: Iterable[Sequence[Cell]]) -> Iterator[list[bytes]]:
    """Yield encoded rows in pages of bounded size."""
    page: list[bytes] = []
    size = 0
    for row in rows:
        encoded = encode_row(row)
        page.append(encoded)
        size += len(encoded)
        if size >= PAGE_BYTES or len(page) >= PAGE_ROWS:
            yield page
            page, size = [], 0
    if page:
        yield page
