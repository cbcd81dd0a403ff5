"""Reads what ``shouze scan`` wrote: an inventory, or findings one a line; both hold places and counts, no values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec

from shouze.errors import InvalidError
from shouze.language import Text

INVENTORY = "shouze-inventory/1"
MOST = 20_000
Words = str | tuple[str, str]


class Known(msgspec.Struct, frozen=True):
    """How many users are about among the values that were compared."""

    compared: int
    subjects: int
    margin: int


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One kind in one place; other members of the files are passed over."""

    mark: str
    source: str
    place: str
    item: str
    kind: str
    count: int
    confidence: float
    reason: Words = ""
    sample: str = ""
    about: str = "person"
    verdict: str | None = None
    known: Known | None = None
    spans: tuple[msgspec.Raw, ...] = ()

    @property
    def location(self) -> str:
        """Return the place without the number of a line."""
        return self.place.rpartition(":")[0] if self.spans else self.place

    @property
    def words(self) -> Text:
        """Return the reason in both languages; findings one a line have it in one."""
        return Text(self.reason, self.reason) if isinstance(self.reason, str) else Text(*self.reason)


class Read(NamedTuple):
    """What a file holds: whether it tells all that lies in its sources, when it was made, and what was found."""

    whole: bool
    at: datetime | None
    found: tuple[Found, ...]


class _Inventory(msgspec.Struct, frozen=True):
    format: str
    at: datetime
    entries: tuple[Found, ...] = ()


def read(content: bytes) -> Read:
    """Read either file; InvalidError says which line is none."""
    try:
        inventory = msgspec.json.decode(content, type=_Inventory)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Read(False, None, tuple(_together(_lines(content))))
    if inventory.format != INVENTORY:
        raise _none(1)
    if len(inventory.entries) > MOST:
        raise _many()
    return Read(True, inventory.at, inventory.entries)


def _lines(content: bytes) -> Iterable[Found]:
    lines = [(number, line) for number, line in enumerate(content.splitlines(), 1) if line.strip()]
    if not lines:
        raise _none(1)
    for number, line in lines:
        try:
            yield msgspec.json.decode(line, type=Found)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise _none(number) from None


def _together(lines: Iterable[Found]) -> Iterable[Found]:
    """Return one for each mark: counts added, the surest reason kept."""
    found: dict[str, Found] = {}
    for each in lines:
        before = found.get(each.mark)
        if before is None:
            found[each.mark] = each
            if len(found) > MOST:
                raise _many()
            continue
        surest = max(before, each, key=lambda one: one.confidence)
        found[each.mark] = msgspec.structs.replace(surest, count=before.count + each.count)
    return found.values()


def _many() -> InvalidError:
    remedy = Text("分别扫描和导入各来源", "Scan and take in each source by itself")
    return InvalidError(Text(f"超过 {MOST} 处", f"It names more than {MOST} places"), field="file", remedy=remedy)


def _none(line: int) -> InvalidError:
    remedy = Text(
        "使用 shouze scan --inventory 或 --jsonl 写出的文件", "Use a file that shouze scan --inventory or --jsonl wrote"
    )
    return InvalidError(Text("不是扫描结果", "It is no result of a scan"), field="file", line=line, remedy=remedy)
