"""Exports the logs that follow one another: each a folder that verifies alone, below one where there are several.

Which they are is what was asked for: those that were written in that period, and any other that holds a record of it.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from shouze.ledger.note import Verifier
from shouze.sequencer.exporting import BEGUN, Open, Order, begin, export, refuse_existing, written
from shouze.sequencer.finding import PlaceIndex
from shouze.sequencer.ports import StoredShard
from shouze.sequencer.published import PublishedLog
from shouze.verifier.export import MANIFEST, Manifest

PARTS = ".parts"
FIRST = "first"
"""What the folder of the first log is called, which has no label."""


class Kept(NamedTuple):
    """A log that can be exported: its row, what it shows, its index, which has to have followed, its key."""

    stored: StoredShard
    published: PublishedLog
    places: PlaceIndex
    verifier: Verifier


async def export_logs(
    logs: Sequence[Kept], folder: Path, order: Order, opening: Open, told: Callable[[int, int], None]
) -> list[Manifest]:
    """Write what is asked for out of all logs that have some of it, first to last; return what each export claims.

    One log's export is the folder; those of several lie in it under the logs' labels. Run again after it was cut off,
    it goes on. Errors as of ``export``.
    """
    asked = [each async for each in _asked(logs, order)] or [logs[-1]]
    if len(asked) == 1:
        return [await export(asked[0].published, asked[0].places, asked[0].verifier, folder, order, opening, told)]
    parts, made = folder.with_name(folder.name + PARTS), []
    await refuse_existing(folder)
    with written(folder):
        parts.mkdir(mode=0o700, exist_ok=True)
        begin(parts, order, "")
        for each in asked:
            place = parts / (each.stored.label or FIRST)
            if not (manifest := await asyncio.to_thread(_made, place)):
                manifest = await export(each.published, each.places, each.verifier, place, order, opening, told)
            made.append(manifest)
        (parts / BEGUN).unlink()
        os.sync()
        parts.rename(folder)
        os.sync()
    return made


async def _asked(logs: Sequence[Kept], order: Order) -> AsyncIterator[Kept]:
    sought = order.sought
    for each in logs:
        begun, ended = each.stored.begun or 0, each.stored.ended
        during = (sought.until is None or begun < sought.until) and (
            ended is None or sought.since is None or ended >= sought.since
        )
        # What waited while a log was turned is older than the log that it came to.
        if during or await each.places.places(sought, -1, 1):
            yield each


def _made(place: Path) -> Manifest | None:
    """Return what an earlier run has finished for the same order."""
    if not place.exists():
        return None
    return msgspec.json.decode((place / MANIFEST).read_bytes(), type=Manifest)
