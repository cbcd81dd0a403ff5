"""Looks for the openings that records must have, while a verifier reads the log.

A leaf never tells how many of its digests are real. But whoever handles something of a service commits to something:
the subject, the request, the row; only a feed's batch that came to nothing names nobody. So the record of anybody's act
upon a service has an opening until the retention of records ends, and one without was robbed of it: erasing a subject
destroys the keys of its values and leaves openings where they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Protocol

from shouze.errors import ShouzeError
from shouze.ledger.entry import Leaf, always_commits, parse_leaf
from shouze.ledger.moments import micros
from shouze.ledger.shard import read_beginning
from shouze.ledger.verify import FAULTS, Fault
from shouze.sequencer.ports import ChainKey, LogReader
from shouze.sequencer.source import entries_of


class OpeningRows(Protocol):
    """Which records have openings; UnavailableError when the tables do not answer."""

    async def opened(self, node: int, boot: str, first: int, last: int) -> set[int]:
        """Return the numbers, from the first to the last, of the chain's records that have an opening."""
        ...


class WithOpenings:
    """A ``LogReader`` that compares each bundle that is read through it with the openings beside the log."""

    def __init__(self, log: LogReader, rows: OpeningRows, since: int) -> None:
        """``since``: the moment (microseconds since 1970) from which on no record's retention has ended."""
        self._log, self._rows, self._since = log, rows, since
        self._lacking: set[tuple[int, str, int]] = set()

    def __getattr__(self, name: str) -> Any:
        """Read everything else as it is."""
        return getattr(self._log, name)

    async def bundle(self, n: int) -> tuple[int, bytes] | None:
        """Return width and bytes of an entry bundle."""
        found = await self._log.bundle(n)
        for (node, boot), numbers in self._expected(found).items():
            opened = await self._rows.opened(node, boot, min(numbers), max(numbers))
            self._lacking |= {(node, boot, nseq) for nseq in numbers if nseq not in opened}
        return found

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What was found to lack its opening so far."""
        return tuple(
            Fault("opening", FAULTS["opening"], "record {}/{}/{}".format(*each)) for each in sorted(self._lacking)
        )

    def _expected(self, found: tuple[int, bytes] | None) -> dict[ChainKey, list[int]]:
        expected: defaultdict[ChainKey, list[int]] = defaultdict(list)
        for leaf in _leaves(found):
            if always_commits(leaf) and micros(leaf.at) >= self._since:
                expected[leaf.node, leaf.boot].append(leaf.nseq)
        return expected


def _leaves(found: tuple[int, bytes] | None) -> Sequence[Leaf]:
    """Return a bundle's leaves; what cannot be read is the verifier's to tell."""
    try:
        return [parse_leaf(entry) for entry in entries_of(found) if read_beginning(entry) is None]
    except ShouzeError:
        return []
