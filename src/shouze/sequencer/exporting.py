"""Writes an export of the log for an inspector: records with their proofs, the published log, the means to verify.

Everything is written beside the folder and renamed into its place at the end; a run that was cut off is gone on with,
under the same checkpoint. What it holds is examined by ``verifier.export``.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from shouze.errors import ConflictError, UnavailableError
from shouze.language import Text
from shouze.ledger.checkpoint import Checkpoint, open_checkpoint
from shouze.ledger.entry import Leaf, parse_leaf
from shouze.ledger.moments import micros
from shouze.ledger.note import Verifier
from shouze.ledger.portable import PortableProof, check
from shouze.ledger.proof import prove_inclusion
from shouze.ledger.tile import Bundle, bundle_path, tile_path, touched
from shouze.ledger.tree import leaf_hash
from shouze.sequencer import verifier_wheel
from shouze.sequencer.export_readme import OFFLINE, ONLINE, README
from shouze.sequencer.finding import PAGE, PlaceIndex, Sought, entry_at, unlike_the_log
from shouze.sequencer.published import PublishedLog
from shouze.verifier.export import LOG, MANIFEST, RECORDS, Asked, Line, Manifest, proof_path
from shouze.verifier.folder import CHECKPOINT

PART = ".part"
BEGUN, _REACHED = "begun.json", "reached.json"
Open = Callable[[Leaf, bytes], Awaitable[tuple[tuple[str, ...], Any]]]
"""Returns, for a leaf and its hash, the disclosures to hand over and what became of the record's openings."""


@dataclass(frozen=True)
class Order:
    """What is exported: which records, the user's tag if it is one user's, fields to open, entries or hashes alone.

    ``recorded`` is the record of the export itself; ``wheels`` are those that the verifier needs.
    """

    asked: Asked
    made: datetime
    recorded: str
    tag: bytes | None = None
    fields: tuple[str, ...] = ()
    entries: bool = False
    wheels: dict[str, bytes] | None = None
    tags: tuple[bytes, ...] = ()
    """Further tags of the same user."""

    @property
    def sought(self) -> Sought:
        """What the index is asked."""
        asked = self.asked
        since, until = (micros(moment) if moment else None for moment in (asked.since, asked.until))
        return Sought(asked.actor, asked.item, since, self.tag, until, tags=self.tags)


class _Begun(msgspec.Struct, frozen=True):
    """What a run that was cut off was at."""

    asked: Asked
    tag: bytes | None
    fields: tuple[str, ...]
    entries: bool
    note: str


class _Reached(msgspec.Struct, frozen=True):
    """How far it got: the place of the last record, how many there are, the bytes of the file of records."""

    place: int = -1
    records: int = 0
    length: int = 0


async def export(
    log: PublishedLog,
    index: PlaceIndex,
    verifier: Verifier,
    folder: Path,
    order: Order,
    opening: Open,
    told: Callable[[int, int], None] = lambda _done, _size: None,
) -> Manifest:
    """Write the export into a folder that is not there yet, and return its manifest; the index has to have followed.

    ``told`` hears the place reached, of the log's size. ConflictError where the folder is there, or what lies beside it
    was begun for something else; UnavailableError where the disk does not take it.
    """
    await refuse_existing(folder)
    part = folder.with_name(folder.name + PART)
    with written(folder):
        part.mkdir(mode=0o700, exist_ok=True)
        note = begin(part, order, (await log.cosigned(1)).note)
        work = _Export(log, verifier, part, order, opening, note, open_checkpoint(note.encode(), [verifier])[0])
        await work.write_log()
        reached = await work.write_records(index, told)
        manifest = work.conclude(reached)
        os.sync()
        part.rename(folder)
        os.sync()
    return manifest


@dataclass(frozen=True)
class _Export:
    log: PublishedLog
    verifier: Verifier
    part: Path
    order: Order
    opening: Open
    note: str
    checkpoint: Checkpoint

    async def write_log(self) -> None:
        for place in touched(0, self.checkpoint.size):
            await self._write(f"{LOG}/{tile_path(*place)}", await self.log.read(place))
            if place.level == 0 and self.order.entries:
                body = await self.log.read(Bundle(place.n, place.width))
                await self._write(f"{LOG}/{bundle_path(place.n, place.width)}", body)
        await self._write(f"{LOG}/{CHECKPOINT}", self.note.encode())

    async def write_records(self, index: PlaceIndex, told: Callable[[int, int], None]) -> _Reached:
        """Go through what is sought from where an earlier run got to; a page at a time is durable."""
        reached, sought = _reached(self.part), self.order.sought
        with _at(self.part / RECORDS, reached.length) as stream:
            while places := await index.places(sought, reached.place, PAGE):
                covered = [place for place in places if place < self.checkpoint.size]
                for place in covered:
                    stream.write(await self._record(place))
                stream.flush()
                os.fsync(stream.fileno())
                if covered:
                    reached = _Reached(covered[-1], reached.records + len(covered), stream.tell())
                    _put(self.part / _REACHED, msgspec.json.encode(reached))
                    told(reached.place + 1, self.checkpoint.size)
                if len(covered) < len(places):
                    break
        return reached

    async def _record(self, place: int) -> bytes:
        """Write the proof of a record, and return its line."""
        entry = await entry_at(self.log, place)
        leaf = parse_leaf(entry)
        if not self.order.asked.fits(leaf):
            raise unlike_the_log()
        size = self.checkpoint.size
        hashes = await self.log.hashes(size, partial(prove_inclusion, place, size))
        proof = PortableProof(place, tuple(hashes), self.note, entry)
        # Invariant: no proof is handed out that its own check refuses.
        check(proof, entry, [self.verifier])
        await self._write(proof_path(place), proof.text().encode())
        line = Line(place, msgspec.Raw(entry))
        if self.order.fields:
            texts, state = await self.opening(leaf, leaf_hash(entry))
            line = Line(place, msgspec.Raw(entry), texts, state)
        return msgspec.json.encode(line) + b"\n"

    def conclude(self, reached: _Reached) -> Manifest:
        """Write what the export claims and the means to verify it; what tells how far it got goes."""
        order, checkpoint = self.order, self.checkpoint
        manifest = Manifest(
            "shouze-export/1", self.verifier.vkey, checkpoint.size, checkpoint.root.hex(), order.asked, order.fields,
            reached.records, order.entries, order.made, order.recorded,
        )  # fmt: skip
        name, wheel = verifier_wheel.build()
        files = {f"verify/{name}": wheel, "verify/requirements.txt": verifier_wheel.requirements().encode()}
        files |= {f"verify/wheels/{each}": body for each, body in (order.wheels or {}).items()}
        entries = ("、全部条目", ", all entries") if order.entries else ("", "")
        files["README.md"] = README.format(
            origin=checkpoint.origin, size=checkpoint.size, records=reached.records, wheel=name,
            install=OFFLINE if order.wheels else ONLINE, entries_zh=entries[0], entries_en=entries[1],
        ).encode()  # fmt: skip
        files[MANIFEST] = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
        for path, body in files.items():
            _put(self.part / path, body)
        for path in (BEGUN, _REACHED):
            (self.part / path).unlink(missing_ok=True)
        return manifest

    async def _write(self, path: str, body: bytes) -> None:
        await asyncio.to_thread(_put, self.part / path, body)


async def refuse_existing(folder: Path) -> None:
    """Refuse a folder that is there already; ConflictError."""
    if await asyncio.to_thread(folder.exists):
        remedy = Text("另取目录名", "Name another folder")
        raise ConflictError(Text("目录已存在", "The folder is there already"), field=str(folder), remedy=remedy)


def begin(part: Path, order: Order, note: str) -> str:
    """Return the checkpoint that the export is made under: that of the run that was cut off, if there was one."""
    begun = _Begun(order.asked, order.tag, order.fields, order.entries, note)
    with contextlib.suppress(FileNotFoundError, msgspec.MsgspecError):
        before = msgspec.json.decode((part / BEGUN).read_bytes(), type=_Begun)
        if msgspec.structs.replace(before, note=note) != begun:
            remedy = Text(f"删除 {part}，或另取目录名", f"Delete {part}, or name another folder")
            words = Text("已开始另一导出", "Another export was begun there")
            raise ConflictError(words, field=str(part), remedy=remedy)
        return before.note
    _put(part / BEGUN, msgspec.json.encode(begun))
    return note


def _reached(part: Path) -> _Reached:
    with contextlib.suppress(FileNotFoundError, msgspec.MsgspecError):
        return msgspec.json.decode((part / _REACHED).read_bytes(), type=_Reached)
    return _Reached()


def _at(path: Path, length: int) -> BinaryIO:
    """Open the file of records where the last durable page ends; what was written after it is cut off."""
    stream = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
    stream.truncate(length)
    stream.seek(length)
    return stream


def _put(path: Path, body: bytes) -> None:
    """Give a file its content under its name at once; all of them are made durable together, before the end."""
    with contextlib.suppress(FileNotFoundError):
        if path.read_bytes() == body:
            return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(body)
    fresh.replace(path)


@contextlib.contextmanager
def written(folder: Path) -> Iterator[None]:
    """Turn what the disk says while an export is written into UnavailableError."""
    try:
        yield
    except OSError as problem:
        words = Text("无法写入导出", "The export cannot be written")
        remedy = Text("检查目录、权限和磁盘空间；再次运行即继续", "Check folder, permissions and space; run again")
        raise UnavailableError(words, field=str(folder), remedy=remedy) from problem
