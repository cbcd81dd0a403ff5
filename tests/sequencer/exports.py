"""A log of 300 records, its index, and exports of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from shouze.ledger.disclosure import commit
from shouze.ledger.entry import Leaf
from shouze.sequencer.exporting import Order, export
from shouze.sequencer.finding import follow
from shouze.sequencer.published import PublishedLog
from shouze.store.log_index import StoredPlaces
from shouze.store.log_reading import LogRows
from shouze.verifier.export import Asked, Manifest
from tests.ledger.building import SIGNER, START, draft, entropy_from
from tests.sequencer.places import KeptNote, batches, sqlite_log
from tests.sequencer.turns import checkpoint_after

SOME = Asked(actor="S-004711", item="phone", since=START + timedelta(milliseconds=40),
             until=START + timedelta(milliseconds=290))  # fmt: skip
"""Asks for the 250 records from place 40 on."""
TEXTS = {each.field: each.text for each in commit(draft().private, entropy_from(1))}


@dataclass
class Exporter:
    """Exports of one log; ``opened`` counts the records whose openings were asked for, ``failing`` ends a run."""

    log: PublishedLog
    index: StoredPlaces
    opened: int = 0
    failing: int | None = None

    async def __call__(self, folder: Path, asked: Asked = SOME, **more: Any) -> Manifest:
        order = Order(asked, START, "1/boot/7", **more)

        async def opening(_leaf: Leaf, _hashed: bytes) -> tuple[tuple[str, ...], str]:
            self.opened += 1
            if self.opened == self.failing:
                raise KeyboardInterrupt
            return tuple(TEXTS[name] for name in order.fields), "opened"

        return await export(self.log, self.index, SIGNER.verifier(), folder, order, opening)


@asynccontextmanager
async def exporter(folder: Path) -> AsyncIterator[Exporter]:
    """Yield what exports a log in a folder."""
    async with sqlite_log(folder) as place:
        await checkpoint_after(place, batches(100, 200), KeptNote())
        log, index = PublishedLog(LogRows(place.database)), StoredPlaces(place.database)
        await follow(log, index)
        yield Exporter(log, index)
