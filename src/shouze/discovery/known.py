"""Matches what was found with known users: reads the places once more, and asks the gateway batch by batch.

Values go from the source to the gateway and are kept nowhere; what comes back is how many users are among them.

# Invariant: of a place at most ``MOST`` values are asked about, and no more than two batches are in memory.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from shouze.discovery.finding import Finding, Known
from shouze.discovery.places import Part
from shouze.discovery.reading.database import Manners
from shouze.discovery.reading.piece import Cells, Lines, Piece
from shouze.discovery.scanning import Scanner

LEAST, BATCH = 100, 10_000
"""Values that the gateway takes in one batch."""
MOST = 1_000_000
"""Different values of one place that are asked about."""

Ask = Callable[[str, list[str]], Known | None]
"""Asks about values of an item; None where they cannot be matched."""


class Sought(NamedTuple):
    """A finding to match: what it is known by, where it lies, which item and detector it is of."""

    mark: str
    location: str
    item: str
    kind: str

    @classmethod
    def of(cls, finding: Finding) -> Sought:
        """Return what is sought for a finding."""
        return cls(finding.mark, finding.location, finding.item, finding.kind)


class Values:
    """Asks about the different values of one place; two batches at the most wait."""

    def __init__(self, item: str, ask: Ask) -> None:
        """Start without any."""
        self._item, self._ask = item, ask
        self._seen: set[int] = set()
        self._waiting: list[str] = []
        self._answers: list[Known] = []
        self._refused = False

    def add(self, values: Iterable[str]) -> None:
        """Take values; what was seen before is passed over."""
        for value in values:
            plain = value.strip()
            if not plain or self._refused or len(self._seen) >= MOST or hash(plain) in self._seen:
                continue
            self._seen.add(hash(plain))
            self._waiting.append(plain)
            if len(self._waiting) >= 2 * BATCH:
                self._send(BATCH)

    def told(self) -> Known | None:
        """Ask about the rest; return the sum, None where nothing could be matched."""
        while self._waiting and not self._refused:
            left = len(self._waiting)
            self._send(left if left <= BATCH else math.ceil(left / 2))
        if not self._answers:
            return None
        margin = max(each.margin for each in self._answers) * math.sqrt(len(self._answers))
        compared, subjects = (sum(getattr(each, name) for each in self._answers) for name in ("compared", "subjects"))
        return Known(compared, subjects, math.ceil(margin))

    def _send(self, size: int) -> None:
        batch, self._waiting = self._waiting[:size], self._waiting[size:]
        answer = self._ask(self._item, batch) if len(batch) >= LEAST else None
        if answer is None:
            self._refused, self._waiting = True, []
        else:
            self._answers.append(answer)


@dataclass
class Matching:
    """Collects what to match while a scan runs, and matches it afterwards."""

    sought: dict[Part, set[Sought]] = field(default_factory=dict)

    def note(self, part: Part, finding: Finding) -> None:
        """Remember a person's finding; the gateway says which items it can match."""
        if finding.about == "person":
            self.sought.setdefault(part, set()).add(Sought.of(finding))

    def match(self, scanner: Scanner, manners: Manners, ask: Ask) -> Iterator[tuple[str, Known]]:
        """Yield what is known of each mark, part by part."""
        for part, sought in self.sought.items():
            asking = {each: Values(each.item, ask) for each in sorted(sought)}
            for piece in part.pieces(manners):
                for each, values in _values(scanner, piece, asking):
                    asking[each].add(values)
            for each, held in asking.items():
                known = held.told()
                if known is not None:
                    yield each.mark, known


def _values(scanner: Scanner, piece: Piece, asking: Mapping[Sought, Values]) -> Iterator[tuple[Sought, Iterable[str]]]:
    if isinstance(piece, Cells):
        for column, cells in zip(piece.columns, piece.cells, strict=True):
            mine = [each for each in asking if each.location == f"{piece.place}.{column.name}"]
            filled = [cell for cell in cells if cell] if mine else []
            content = "\n".join(filled).encode("utf-8", "replace")
            for each in mine:
                yield each, scanner.values(content, each.kind, in_text=False) or filled
    elif isinstance(piece, Lines):
        for each in asking:
            if each.location == piece.place:
                yield each, scanner.values(piece.content, each.kind, in_text=True)
