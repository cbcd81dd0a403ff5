"""The log's tables as a verifier reads them: a few rows at a time, and no other than one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from shouze.errors import NotFoundError, TamperedError
from shouze.journal.staging import Batch
from shouze.ledger.reading import Reader
from shouze.ledger.stretch import Asked, verify_stretch
from shouze.ledger.tile import bundle_path, tile_path
from shouze.sequencer import source as source_of_tables
from shouze.sequencer.source import AHEAD, TableSource
from shouze.store.log_reading import LogRows
from tests.ledger.building import SIGNER
from tests.sequencer.places import KeptNote, StoredPlace, batches, sequencer

SIZES = (5, 300, 301, 600, 2_300)


async def _filled(place: StoredPlace) -> KeptNote:
    memory, before = KeptNote(), 0
    for batch in _staged(SIZES):
        await place.stage(batch)
        log = place.log()
        await sequencer(log, memory).step()
        await log.release()
        before += len(batch.leaves)
    assert before == SIZES[-1]
    return memory


def _staged(sizes: tuple[int, ...]) -> list[Batch]:
    return batches(*(size - former for former, size in zip((0, *sizes), sizes, strict=False)))


class Asking:
    """Answers in the thread that asks, and counts how often it was asked."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop, self.count = loop, 0

    def __call__(self, question: Coroutine[Any, Any, Any]) -> Any:
        self.count += 1
        return asyncio.run_coroutine_threadsafe(question, self._loop).result()


async def test_bundles_and_tiles_are_those_of_the_tables_asked_for_a_few_at_once(sqlite_place: StoredPlace) -> None:
    await _filled(sqlite_place)
    rows, ask = LogRows(sqlite_place.database), Asking(asyncio.get_running_loop())
    whole = [await rows.bundle(n) for n in range(9)], [await rows.tile(0, n) for n in range(9)]
    source = TableSource(rows, ask, SIGNER.verifier())

    def read() -> tuple[list[Any], list[Any]]:
        widths = [*[256] * 8, 252]
        both = [(source.bundle(n, width), source.tile(0, n, width)) for n, width in enumerate(widths)]
        return [(width, both[n][0]) for n, width in enumerate(widths)], [
            (width, both[n][1]) for n, width in enumerate(widths)
        ]

    assert await asyncio.to_thread(read) == whole
    assert ask.count == -(-9 // AHEAD)


async def test_what_was_read_ahead_is_cut_and_read_again_like_anything_else(sqlite_place: StoredPlace) -> None:
    await _filled(sqlite_place)
    source = TableSource(LogRows(sqlite_place.database), Asking(asyncio.get_running_loop()), SIGNER.verifier())

    def read() -> None:
        first = source.bundle(0, 256)
        assert source.bundle(1, 256) != first
        assert source.bundle(1, 3) == source.bundle(1, 256)[: len(source.bundle(1, 3))]
        assert source.tile(0, 1, 3) == source.tile(0, 1, 256)[: 3 * 32]
        assert source.bundle(0, 256) == first
        with pytest.raises(NotFoundError):
            source.bundle(8, 253)
        with pytest.raises(NotFoundError):
            source.bundle(9, 1)

    await asyncio.to_thread(read)


@pytest.mark.parametrize("page", [1, 2, 256])
async def test_checkpoints_are_told_by_spans_whatever_a_page_holds(
    sqlite_place: StoredPlace, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr(source_of_tables, "PAGE", page)
    await _filled(sqlite_place)
    source = TableSource(LogRows(sqlite_place.database), Asking(asyncio.get_running_loop()), SIGNER.verifier())

    def read() -> list[list[int]]:
        spans = [(0, 256), (256, 512), (512, 768), (768, 2_560), (256, 512), (299, 300), (0, 2_300)]
        return [[mark.size for mark in source.marks(*span)] for span in spans]

    told = await asyncio.to_thread(read)
    assert told == [[5], [300, 301], [600], [2_300], [300, 301], [300], list(SIZES)]


async def test_what_has_grown_since_it_was_read_ahead_is_read_again(sqlite_place: StoredPlace) -> None:
    memory = await _filled(sqlite_place)
    rows = LogRows(sqlite_place.database)
    source = TableSource(rows, Asking(asyncio.get_running_loop()), SIGNER.verifier())
    await asyncio.to_thread(source.bundle, 7, 256)
    await sqlite_place.stage(_staged((*SIZES, 2_304))[-1])
    log = sqlite_place.log()
    await sequencer(log, memory).step()
    await log.release()
    assert (256, await asyncio.to_thread(source.tile, 0, 8, 256)) == await rows.tile(0, 8)
    assert (256, await asyncio.to_thread(source.bundle, 8, 256)) == await rows.bundle(8)


BUNDLE, TILE, CHECKPOINT = (
    "UPDATE log.bundle SET body = :body WHERE n = :n",
    "UPDATE log.tile SET body = :body WHERE level = 0 AND n = :n",
    "UPDATE log.checkpoint SET root = :body WHERE size = :n",
)  # fmt: skip


async def test_of_what_was_read_ahead_what_was_changed_is_named_and_nothing_else(sqlite_place: StoredPlace) -> None:
    await _filled(sqlite_place)
    rows, database = LogRows(sqlite_place.database), sqlite_place.database
    for change, n, found in ((BUNDLE, 3, await rows.bundle(3)), (TILE, 5, await rows.tile(0, 5))):
        assert found
        await database.execute(change, {"n": n, "body": _flipped(found[1], 100)})
    longer = await rows.tile(0, 6)
    assert longer
    await database.execute(TILE, {"n": 6, "body": longer[1] + b"more"})
    await database.execute(CHECKPOINT, {"n": 600, "body": bytes(32)})
    source = TableSource(rows, Asking(asyncio.get_running_loop()), SIGNER.verifier())
    seen = await asyncio.to_thread(verify_stretch, source, Asked(0, SIZES[-1]), Reader())
    named = {where for _, where in seen.faults if not where.startswith("leaf")}
    leaves = [int(where.split()[1]) // 256 for _, where in seen.faults if where.startswith("leaf")]
    assert named == {tile_path(0, 3, 256), tile_path(0, 5, 256), tile_path(0, 6, 256), tile_path(1, 0, 8)}
    assert set(leaves) == {3}
    assert [mark.size for mark, _ in seen.marks if mark.root is None] == [600]


def _flipped(body: bytes, at: int) -> bytes:
    return body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]


class Torn(LogRows):
    """Tables of which one row cannot be read."""

    async def bundle(self, n: int) -> tuple[int, bytes] | None:
        """Return a bundle but for this one."""
        if n == 3:
            raise TamperedError
        return await super().bundle(n)


async def test_what_cannot_be_read_ahead_is_told_when_it_is_asked_for(sqlite_place: StoredPlace) -> None:
    await _filled(sqlite_place)
    source = TableSource(Torn(sqlite_place.database), Asking(asyncio.get_running_loop()), SIGNER.verifier())
    seen = await asyncio.to_thread(verify_stretch, source, Asked(0, SIZES[-1]), Reader())
    assert seen.faults == [("bundle", bundle_path(3, 256)), ("chain", "leaf 1024")]
