"""The published folder: what any web server can serve, at every moment complete up to its checkpoint."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from shouze.errors import NotFoundError, TamperedError, UnavailableError
from shouze.ledger.note import Verifier
from shouze.ledger.tile import Bundle, Tile, parse_path
from shouze.sequencer import private_file, publishing
from shouze.sequencer.published import PublishedLog
from shouze.sequencer.publishing import Shown, keep_published, publish
from shouze.store.log_reading import LogRows
from shouze.verifier.folder import CHECKPOINT, FolderSource
from tests.ledger.building import SIGNER
from tests.ledger.whole_logs import verify_log
from tests.sequencer.places import KeptNote, StoredPlace, batches, sqlite_log
from tests.sequencer.turns import checkpoint_after

KEY = SIGNER.verifier()


async def grown(place: StoredPlace, *sizes: int) -> PublishedLog:
    """Grow a log to each of the sizes, a checkpoint at each; return what is published of it."""
    memory, staged, made = KeptNote(), 0, batches(*(b - a for a, b in zip((0, *sizes), sizes, strict=False)))
    for batch in made:
        staged += len(batch.leaves)
        assert (await checkpoint_after(place, [batch], memory)).size == staged
    return PublishedLog(LogRows(place.database))


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("size", [1, 255, 256, 257, 600])
async def test_the_folder_verifies_with_nothing_but_the_key(tmp_path: Path, size: int) -> None:
    async with sqlite_log(tmp_path / "log") as place:
        log = await grown(place, size)
        made = await publish(log, KEY, tmp_path / "pub")
    report = verify_log(FolderSource(tmp_path / "pub"), [KEY])
    assert (report.ok, report.size, made.size, made.files) == (True, size, size, len(files(tmp_path / "pub")) - 1)
    assert {parse_path(name).width for name in files(tmp_path / "pub") - {CHECKPOINT}} <= {size % 256, size // 256, 256}


async def test_a_folder_that_grows_along_writes_only_what_is_new_and_drops_partial_ones(tmp_path: Path) -> None:
    async with sqlite_log(tmp_path / "log") as place:
        memory = KeptNote()
        for batch in batches(200, 200, 112):
            signed = await checkpoint_after(place, [batch], memory)
            await publish(PublishedLog(LogRows(place.database)), KEY, tmp_path / "pub")
            assert verify_log(FolderSource(tmp_path / "pub"), [KEY]).size == signed.size
        again = await publish(PublishedLog(LogRows(place.database)), KEY, tmp_path / "pub")
    assert again == (512, 0)
    assert files(tmp_path / "pub") == {
        CHECKPOINT, "tile/0/000", "tile/0/001", "tile/1/000.p/1", "tile/1/000.p/2", "tile/entries/000",
        "tile/entries/001",
    }  # fmt: skip


@pytest.mark.parametrize("fails_at", range(1, 6))
async def test_a_run_that_is_cut_off_leaves_a_folder_that_verifies_and_is_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails_at: int
) -> None:
    written = 0

    def replace(path: Path, content: bytes, *, mode: int) -> None:
        nonlocal written
        written += 1
        if written == fails_at:
            raise UnavailableError
        whole(path, content, mode=mode)

    whole = private_file.replace
    async with sqlite_log(tmp_path / "log") as place:
        memory, (first, second) = KeptNote(), batches(100, 300)
        await checkpoint_after(place, [first], memory)
        await publish(PublishedLog(LogRows(place.database)), KEY, tmp_path / "pub")
        await checkpoint_after(place, [second], memory)
        log = PublishedLog(LogRows(place.database))
        monkeypatch.setattr(publishing, "replace", replace)
        with pytest.raises(UnavailableError):
            await publish(log, KEY, tmp_path / "pub")
        assert verify_log(FolderSource(tmp_path / "pub"), [KEY], still=False).size == 100
        await publish(log, KEY, tmp_path / "pub")
    assert verify_log(FolderSource(tmp_path / "pub"), [KEY]).size == 400


async def test_hashes_alone_hold_no_entry(tmp_path: Path) -> None:
    async with sqlite_log(tmp_path / "log") as place:
        await publish(await grown(place, 300), KEY, tmp_path / "pub", entries=False)
    assert not [name for name in files(tmp_path / "pub") if "entries" in name]
    assert b"S-004711" not in b"".join((tmp_path / "pub" / name).read_bytes() for name in files(tmp_path / "pub"))


async def test_a_folder_that_is_newer_than_the_log_or_anothers_stops_it(tmp_path: Path) -> None:
    async with sqlite_log(tmp_path / "newer") as place:
        await publish(await grown(place, 300), KEY, tmp_path / "pub")
    async with sqlite_log(tmp_path / "older") as place:
        log = await grown(place, 200)
        with pytest.raises(TamperedError) as caught:
            await publish(log, KEY, tmp_path / "pub")
        assert caught.value.field == str(tmp_path / "pub")
        (tmp_path / "other").mkdir()
        (tmp_path / "other" / CHECKPOINT).write_text("not a note")
        with pytest.raises(TamperedError):
            await publish(log, KEY, tmp_path / "other")
    assert verify_log(FolderSource(tmp_path / "pub"), [KEY]).size == 300


async def test_what_no_checkpoint_covers_is_not_shown(tmp_path: Path) -> None:
    async with sqlite_log(tmp_path / "log") as place:
        with pytest.raises(NotFoundError):
            await PublishedLog(LogRows(place.database)).checkpoint()
        log = await grown(place, 100, 300)
        await place.database.execute("DELETE FROM log.checkpoint WHERE size = 300")
        for beyond in (Bundle(0), Tile(0, 0), Bundle(1, 44), Tile(1, 0, 1), Tile(0, 0, 101)):
            with pytest.raises(NotFoundError):
                await log.read(beyond)
        assert len(await log.read(Tile(0, 0, 100))) == 3200


async def test_every_width_that_was_published_can_still_be_read(tmp_path: Path) -> None:
    async with sqlite_log(tmp_path / "log") as place:
        memory, kept = KeptNote(), []
        for batch in batches(7, 60, 200):
            signed = await checkpoint_after(place, [batch], memory)
            log = PublishedLog(LogRows(place.database))
            width = min(256, signed.size)
            kept.append((width, await log.read(Tile(0, 0, width)), await log.read(Bundle(0, width))))
        for width, tile, bundle in kept:
            assert (await log.read(Tile(0, 0, width)), await log.read(Bundle(0, width))) == (tile, bundle)


async def test_the_folder_is_kept_at_the_newest_checkpoint_and_tries_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "PACE", 0.01)
    stop, failures = asyncio.Event(), list[UnavailableError]()
    (tmp_path / "pub").write_text("a file in the folder's place")
    async with sqlite_log(tmp_path / "log") as place:
        log = await grown(place, 10)

        async def shown() -> list[Shown]:
            return [Shown(log, KEY, tmp_path / "pub")]

        keeping = asyncio.create_task(keep_published(shown, stop, failures.append))
        async with asyncio.timeout(30):
            while not failures:  # noqa: ASYNC110 - a disk tells nobody
                await asyncio.sleep(0.01)
            (tmp_path / "pub").unlink()
            while not (tmp_path / "pub" / CHECKPOINT).exists():  # noqa: ASYNC110 - a disk tells nobody
                await asyncio.sleep(0.01)
            stop.set()
            await keeping
    assert verify_log(FolderSource(tmp_path / "pub"), [Verifier.from_vkey(KEY.vkey)]).size == 10
