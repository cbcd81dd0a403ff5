"""Writes the published log as files that any web server can serve (C2SP tlog-tiles).

Each file is written aside, synced and renamed into its place, tiles and bundles before the checkpoint that covers
them: whoever reads the folder at any moment, or after a crash at any moment, finds everything that its checkpoint
speaks of. What is there already is not written again; partial ones go when the whole one is covered.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from shouze.errors import NotFoundError, ShouzeError, TamperedError, UnavailableError
from shouze.language import Text
from shouze.ledger.checkpoint import Checkpoint, open_checkpoint
from shouze.ledger.note import Verifier
from shouze.ledger.tile import FULL, Bundle, bundle_path, tile_path, touched
from shouze.ledger.tree import EMPTY_ROOT
from shouze.sequencer.private_file import FOR_ALL_TO_READ, create_all, replace
from shouze.sequencer.published import PublishedLog
from shouze.verifier.folder import CHECKPOINT

PACE = 1.0
"""Seconds from one look for a new checkpoint to the next (C2SP asks that partial tiles change no faster)."""


class Published(NamedTuple):
    """Up to which size the folder now goes, and how many files were written for it."""

    size: int
    files: int


async def publish(
    log: PublishedLog,
    verifier: Verifier,
    folder: Path,
    *,
    entries: bool = True,
    told: Callable[[int, int], None] = lambda _done, _size: None,
) -> Published:
    """Bring the folder to the newest checkpoint; a run that was cut off is gone on with.

    ``entries`` says whether the bundles are written too: they name staff. ``told`` hears the size reached and the
    size to reach. TamperedError when the folder is another log's, or newer than the log; NotFoundError before the
    first checkpoint.
    """
    latest = await log.cosigned()
    before, target = await asyncio.to_thread(_standing, folder, verifier), _opened(latest.note.encode(), verifier)
    if before.size > target.size or (before.size == target.size and before.root != target.root):
        raise _contradiction(folder)
    written = 0
    for place in touched(before.size, target.size):
        content = {tile_path(*place): await log.read(place)}
        if place.level == 0 and entries:
            content[bundle_path(place.n, place.width)] = await log.read(Bundle(place.n, place.width))
        written += await asyncio.to_thread(_write, folder, content)
        told(min(target.size, (place.n * FULL + place.width) << 8 * place.level), target.size)
    # Invariant: the checkpoint comes last, when all that it covers is durable.
    await asyncio.to_thread(_conclude, folder, latest.note, before.size, target.size)
    return Published(target.size, written)


class Shown(NamedTuple):
    """A log, its key, its folder, and whether it was deleted at the end of its retention."""

    log: PublishedLog
    verifier: Verifier
    folder: Path
    deleted: bool = False


async def publish_all(
    logs: Sequence[Shown], *, entries: bool = True, told: Callable[[int, int], None] = lambda _done, _size: None
) -> Published:
    """Bring the folders of all logs to their newest checkpoints; return the last one's size and all files written.

    Of a log that was deleted the checkpoint stays.
    """
    files, made = 0, Published(0, 0)
    for shown in logs:
        if shown.deleted:
            made = await _leave_checkpoint(shown)
        else:
            made = await publish(shown.log, shown.verifier, shown.folder, entries=entries, told=told)
        files += made.files
    return Published(made.size, files)


async def keep_published(
    logs: Callable[[], Awaitable[Sequence[Shown]]], stop: asyncio.Event, failed: Callable[[UnavailableError], None]
) -> None:
    """Bring the folders to each new checkpoint until ``stop`` is set; ``failed`` hears what is tried again.

    Errors that do not pass, as in ``publish``, are raised.
    """
    reached: list[tuple[str, bool]] = []
    while not stop.is_set():
        try:
            shown = await logs()
            if (latest := [((await each.log.cosigned()).note, each.deleted) for each in shown]) != reached:
                await publish_all(shown)
                reached = latest
        except NotFoundError:
            pass  # nothing was signed yet
        except UnavailableError as problem:
            failed(problem)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), PACE)


async def _leave_checkpoint(shown: Shown) -> Published:
    latest = await shown.log.cosigned()
    await asyncio.to_thread(_conclude, shown.folder, latest.note, 0, 0)
    await asyncio.to_thread(shutil.rmtree, shown.folder / "tile", ignore_errors=True)
    return Published(latest.size, 0)


def _standing(folder: Path, verifier: Verifier) -> Checkpoint:
    raw = _content(folder / CHECKPOINT)
    if raw is None:
        return Checkpoint(verifier.name, 0, EMPTY_ROOT)
    try:
        return _opened(raw, verifier)
    except ShouzeError:
        raise _contradiction(folder) from None


def _opened(raw: bytes, verifier: Verifier) -> Checkpoint:
    return open_checkpoint(raw, [verifier])[0]


def _write(folder: Path, content: dict[str, bytes]) -> int:
    missing = {folder / path: body for path, body in content.items() if _content(folder / path) != body}
    for path, body in missing.items():
        create_all(path.parent)
        replace(path, body, mode=FOR_ALL_TO_READ)
    return len(missing)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as problem:
        words = Text("无法读取已发布的文件", "What is published cannot be read")
        remedy = Text("检查目录与权限", "Check the folder and its permissions")
        raise UnavailableError(words, field=path.name, remedy=remedy) from problem


def _conclude(folder: Path, note: str, before: int, size: int) -> None:
    create_all(folder)
    replace(folder / CHECKPOINT, note.encode(), mode=FOR_ALL_TO_READ)
    for place in touched(before, size):
        if place.width == FULL:
            for path in (tile_path(*place), bundle_path(place.n) if place.level == 0 else None):
                if path:
                    shutil.rmtree(folder / f"{path}.p", ignore_errors=True)


def _contradiction(folder: Path) -> TamperedError:
    return TamperedError(
        Text("该目录不是此日志较早的状态", "The folder is not an earlier state of this log"),
        field=str(folder),
        remedy=Text(
            "保留该目录作为证据，运行 shouze log verify；要重新发布则换一个空目录",
            "Keep the folder as evidence and run shouze log verify; to publish anew, name an empty folder",
        ),
    )
