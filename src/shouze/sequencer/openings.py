"""Looks for the openings that records must have, while a verifier reads the log.

A leaf never tells how many of its digests are real. But whoever handles something of a service commits to something:
the subject, the request, the row; only a feed's batch that came to nothing names nobody. So the record of anybody's act
upon a service has an opening until the retention of records ends, and one without was robbed of it: erasing a subject
destroys the keys of its values and leaves openings where they are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any, Protocol

from shouze.errors import ShouzeError
from shouze.ledger.entry import always_commits, parse_leaf
from shouze.ledger.verify import FAULTS, Fault
from shouze.sequencer.ports import ChainKey, LogReader
from shouze.sequencer.source import entries_of

_BOOT, _NUMBER, _PREV = b'{"boot":"', b',"nseq":', b',"prev":"'
_CHAIN = re.compile(rb'[A-Za-z0-9-]{1,64}","node":[0-9]{1,16}')
_SAID, _TIME = b'","v":1,"verdict":', 27
"""Before these words, which no string of a record holds, stands the time, and behind them what was done."""
_REMEMBERED = 1 << 14


class OpeningRows(Protocol):
    """Which records have openings; UnavailableError when the tables do not answer."""

    async def opened(self, node: int, boot: str, first: int, last: int) -> set[int]:
        """Return the numbers, from the first to the last, of the chain's records that have an opening."""
        ...


class WithOpenings:
    """A ``LogReader`` that compares each bundle that is read through it with the openings beside the log."""

    def __init__(self, log: LogReader, rows: OpeningRows, since: datetime) -> None:
        """``since``: the moment, with its zone, from which on no record's retention has ended."""
        self.log, self._rows = log, rows
        self._since = since.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z").encode()
        self._said: dict[bytes, bool] = {}
        self._lacking: set[tuple[int, str, int]] = set()

    def __getattr__(self, name: str) -> Any:
        """Read everything else as it is."""
        return getattr(self.log, name)

    async def bundle(self, n: int) -> tuple[int, bytes] | None:
        """Return width and bytes of an entry bundle."""
        found = await self.log.bundle(n)
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
        """Return the numbers of the bundle's records that must have openings; what cannot be read, the verifier tells.

        Time and number are taken where they stand; what was said in the same words before is not parsed again.
        """
        expected: defaultdict[bytes, list[int]] = defaultdict(list)
        try:
            for entry in entries_of(found):
                said = entry.find(_SAID)
                # The first leaf of a log is no record.
                if said < 0 or not entry.startswith(_BOOT) or entry[said - _TIME : said] < self._since:
                    continue
                if self._commits(entry, entry[said:]):
                    number = entry.find(_NUMBER)
                    begun, end = number + len(_NUMBER), entry.find(_PREV, number)
                    expected[entry[len(_BOOT) : number]].append(int(entry[begun:end]))
        except (ShouzeError, ValueError):
            return {}
        return {_chain_of(chain): numbers for chain, numbers in expected.items() if _CHAIN.fullmatch(chain)}

    def _commits(self, entry: bytes, said: bytes) -> bool:
        known = self._said.get(said)
        if known is None:
            if len(self._said) >= _REMEMBERED:
                self._said.clear()
            known = self._said[said] = always_commits(parse_leaf(entry))
        return known


def _chain_of(begun: bytes) -> ChainKey:
    boot, _, node = begun.partition(b'","node":')
    return int(node), boot.decode("ascii")
