"""The inventory: what lies where, one entry for each place and kind, and what changed since an earlier scan.

# Invariant: its size depends on the number of files, tables and columns, not on how much was found in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal, NamedTuple

import msgspec

from shouze.discovery.declared import copied
from shouze.discovery.finding import Finding, Known, Verdict
from shouze.discovery.reading.piece import Unread
from shouze.errors import InvalidError
from shouze.language import Text

FORMAT = "shouze-inventory/1"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One kind in one place; ``findings`` are the lines of a file in which it was found, 1 for a column."""

    mark: str
    source: str
    place: str
    item: str
    kind: str
    about: str
    count: int
    findings: int
    confidence: float
    reason: Text
    sample: str
    first: str = ""
    verdict: Verdict | None = None
    known: Known | None = None
    """How many users are among the values, where that was matched."""


class Gap(msgspec.Struct, frozen=True):
    """Something that was not read, and why."""

    source: str
    place: str
    reason: Text


class Inventory(msgspec.Struct, frozen=True, kw_only=True):
    """Everything one scan found."""

    format: str = FORMAT
    at: datetime
    entries: tuple[Entry, ...] = ()
    unread: tuple[Gap, ...] = ()
    parts: int = 0
    bytes: int = 0
    cells: int = 0
    lines: int = 0


class Change(NamedTuple):
    """An entry that appeared, went, or counts more or fewer values than before."""

    kind: Literal["new", "gone", "more", "fewer"]
    entry: Entry
    before: int = 0


class Collecting:
    """Collects findings into entries while a scan runs."""

    MOST_UNREAD = 5_000

    def __init__(self) -> None:
        """Start empty."""
        self._entries: dict[str, Entry] = {}
        self.unread: list[Gap] = []
        self.parts = self.bytes = self.cells = self.lines = 0

    def add(self, finding: Finding) -> None:
        """Count a finding."""
        mark = finding.mark
        found = self._entries.get(mark)
        if found is None:
            self._entries[mark] = Entry(
                mark=mark, source=finding.source, place=finding.location, item=finding.item, kind=finding.kind,
                about=finding.about, count=finding.count, findings=1, confidence=finding.confidence,
                reason=finding.reason, sample=finding.sample, first=finding.place, verdict=finding.verdict,
                known=finding.known,
            )  # fmt: skip
            return
        surer = finding.confidence > found.confidence
        self._entries[mark] = msgspec.structs.replace(
            found,
            count=found.count + finding.count,
            findings=found.findings + 1,
            confidence=max(found.confidence, finding.confidence),
            reason=finding.reason if surer else found.reason,
        )

    def miss(self, source: str, unread: Unread) -> None:
        """Note what was not read."""
        if len(self.unread) < self.MOST_UNREAD:
            self.unread.append(Gap(source, unread.place, unread.reason))

    def know(self, known: Mapping[str, Known]) -> None:
        """Note how many users are among the values of each mark."""
        for mark in known.keys() & self._entries.keys():
            entry = self._entries[mark]
            verdict = copied(entry.verdict, known[mark])
            self._entries[mark] = msgspec.structs.replace(entry, known=known[mark], verdict=verdict)

    def inventory(self, at: datetime) -> Inventory:
        """Return the inventory, in the order of sources and places."""
        entries = sorted(self._entries.values(), key=lambda each: (each.source, each.place, each.item, each.kind))
        unread = sorted(self.unread, key=lambda each: (each.source, each.place))
        return Inventory(at=at, entries=tuple(entries), unread=tuple(unread), parts=self.parts, bytes=self.bytes,
                         cells=self.cells, lines=self.lines)  # fmt: skip


def read_inventory(content: bytes, name: str) -> Inventory:
    """Read an inventory; InvalidError when it is none."""
    try:
        found = msgspec.json.decode(content, type=Inventory)
    except (msgspec.DecodeError, UnicodeDecodeError):
        found = None
    if found is None or found.format != FORMAT:
        remedy = Text("使用 shouze scan --inventory 写出的文件", "Use a file that shouze scan --inventory wrote")
        raise InvalidError(Text("不是有效的清单", "It is not an inventory"), field=name, remedy=remedy)
    return found


def write_inventory(inventory: Inventory) -> bytes:
    """Return an inventory as JSON."""
    return msgspec.json.format(msgspec.json.encode(inventory), indent=1)


def changes(before: Inventory, now: Inventory) -> list[Change]:
    """Return what changed, in the order of the entries; ones that grew by less than a tenth are left out."""
    earlier = {each.mark: each for each in before.entries}
    later = {each.mark: each for each in now.entries}
    found = [_change(earlier.get(mark), entry) for mark, entry in later.items()]
    gone = (Change("gone", entry, entry.count) for mark, entry in earlier.items() if mark not in later)
    return [each for each in found if each is not None] + list(gone)


def fresh(entries: Iterable[Entry], baseline: Inventory | None) -> list[Entry]:
    """Return the entries that a baseline does not hold."""
    known = {each.mark for each in baseline.entries} if baseline else set()
    return [each for each in entries if each.mark not in known]


def _change(before: Entry | None, now: Entry) -> Change | None:
    if before is None:
        return Change("new", now)
    if now.count > before.count * 1.1:
        return Change("more", now, before.count)
    return Change("fewer", now, before.count) if now.count * 1.1 < before.count else None
