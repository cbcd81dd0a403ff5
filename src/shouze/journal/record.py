"""A record on its way to the journal, and the receipt that comes back."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.ledger.entry import Draft
from shouze.vault.suites import Suite


class RecordKey(msgspec.Struct, frozen=True, gc=False):
    """The key under which a record's openings are sealed: a subject's record key, or the key of a day.

    ``tag`` is the keyed tag by which the subject's records are found; None with a day's key.
    """

    suite: Suite
    version: int
    key: bytes
    tag: bytes | None = None
    day: str | None = None

    def __repr__(self) -> str:
        """Show which key it is, never the key."""
        return f"RecordKey(version={self.version}, day={self.day!r})"


class Concerned(NamedTuple):
    """One of many subjects that a record is about: its id, and the keyed tag by which its records are found."""

    subject: str
    tag: bytes


class Record(msgspec.Struct, frozen=True, gc=False):
    """What a leaf will say, and the key for what it only commits to (needed where it commits to anything).

    A record about many subjects names them in ``concerned``: the leaf commits to the root of a tree over one
    commitment for each (``shouze.ledger.roll``), at most 1,000.
    """

    draft: Draft
    key: RecordKey | None = None
    concerned: tuple[Concerned, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is only committed to without a key: its openings would be lost."""
        if (self.draft.private or self.concerned) and self.key is None:
            raise InvalidError(Text("私密字段缺少记录密钥", "Private fields need a record key"), field="key")

    def __repr__(self) -> str:
        """Show what it says in clear, nobody whom it concerns."""
        return f"Record({self.draft!r})"


class Receipt(NamedTuple):
    """Where the record stands: node, boot, number on that node, and its leaf hash (32 bytes)."""

    node: int
    boot: str
    nseq: int
    leaf_hash: bytes
