"""Keeps bulk requests, the chunks of their runs, the subjects they list, and their results: the gateway's ports."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from shouze.errors import NotFoundError
from shouze.gateway.bulk.ports import Kept
from shouze.gateway.bulk.request import Chunk, Job
from shouze.language import Text
from shouze.ledger.moments import micros
from shouze.store.driver import Database, Parameters, Row, malformed
from shouze.store.sqlite import sync_folder

_ADD = """
INSERT INTO custody.bulk_request (id, revision, at, due, body, day, remarks)
VALUES (:id, 1, :at, :due, :body, :day, :remarks)
"""
_CHANGE = """
UPDATE custody.bulk_request SET revision = revision + 1, due = :due, body = :body
WHERE id = :id AND revision = :revision
"""
_PUT_CHUNK = """
INSERT INTO custody.bulk_chunk (request, number, body) VALUES (:request, :number, :body)
ON CONFLICT (request, number) DO UPDATE SET body = excluded.body
"""
_CHUNKS = """
SELECT body FROM custody.bulk_chunk WHERE request = :request AND number > :after ORDER BY number LIMIT :limit
"""
_FIND = "SELECT revision, body, day, remarks FROM custody.bulk_request WHERE id = :id"
_RECENT = """
SELECT revision, body, day, remarks FROM custody.bulk_request
WHERE CAST(:before AS text) IS NULL
    OR (at, id) < (SELECT last.at, last.id FROM custody.bulk_request AS last WHERE last.id = :before)
ORDER BY at DESC, id DESC LIMIT :limit
"""
_DUE = "SELECT id FROM custody.bulk_request WHERE due IS NOT NULL AND due <= :now ORDER BY due LIMIT :limit"
_ENLIST = """
INSERT INTO custody.bulk_subject (request, subject) VALUES (:request, :subject)
ON CONFLICT (request, subject) DO NOTHING
"""
_FORGET = "DELETE FROM custody.bulk_subject WHERE request = :request"
_LISTED = """
SELECT subject FROM custody.bulk_subject WHERE request = :request AND subject > :after ORDER BY subject LIMIT :limit
"""
_EVERYBODY = "SELECT id FROM custody.subject WHERE id > :after ORDER BY id LIMIT :limit"

_job = msgspec.json.Decoder(Job)
_chunk = msgspec.json.Decoder(Chunk)


class StoredRequests:
    """``Requests`` on a database; says what the port says."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, kept: Kept) -> None:
        """Write a new request."""
        row = {**_row(kept.job), "at": micros(kept.job.asked_at), "day": kept.day, "remarks": kept.remarks}
        await self._database.execute(_ADD, row)

    async def enlist(self, request: str, subjects: Sequence[str]) -> None:
        """Add subjects to those that a request lists."""
        async with self._database.transaction() as transaction:
            await transaction.execute_many(_ENLIST, [{"request": request, "subject": each} for each in subjects])

    async def find(self, request: str) -> Kept | None:
        """Return a request; TamperedError when it cannot be read."""
        rows = await self._database.fetch(_FIND, {"id": request})
        return _kept(rows[0]) if rows else None

    async def recent(self, before: str | None, limit: int) -> list[Kept]:
        """Return requests, the newest first."""
        return [_kept(row) for row in await self._database.fetch(_RECENT, {"before": before, "limit": limit})]

    async def change(self, revision: int, job: Job, chunk: Chunk | None = None) -> bool:
        """Write the next state and the chunk in one transaction."""
        async with self._database.transaction() as transaction:
            if not await transaction.execute(_CHANGE, {**_row(job), "revision": revision}):
                return False
            if chunk is not None:
                body = msgspec.json.encode(chunk)
                await transaction.execute(_PUT_CHUNK, {"request": job.id, "number": chunk.number, "body": body})
        return True

    async def chunks(self, request: str, after: int, limit: int) -> list[Chunk]:
        """Return a page of chunks; TamperedError when one cannot be read."""
        rows = await self._database.fetch(_CHUNKS, {"request": request, "after": after, "limit": limit})
        try:
            return [_chunk.decode(body) for (body,) in rows]
        except msgspec.MsgspecError:
            raise malformed("custody.bulk_chunk") from None

    async def due(self, now: datetime, limit: int) -> list[str]:
        """Return requests that have come to an end, the longest due first."""
        return [each for (each,) in await self._database.fetch(_DUE, {"now": micros(now), "limit": limit})]

    async def forget(self, request: str) -> None:
        """Forget the subjects that a request lists."""
        await self._database.execute(_FORGET, {"request": request})

    async def listed(self, request: str, after: str, limit: int) -> list[str]:
        """Return a page of the subjects that a request lists."""
        parameters: Parameters = {"request": request, "after": after, "limit": limit}
        return [each for (each,) in await self._database.fetch(_LISTED, parameters)]

    async def everybody(self, after: str, limit: int) -> list[str]:
        """Return a page of all subjects."""
        return [each for (each,) in await self._database.fetch(_EVERYBODY, {"after": after, "limit": limit})]


class FolderResults:
    """``Results`` as files under one folder, one folder for each request; several gateways share the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def keep(self, request: str, part: str, content: bytes) -> None:
        """Write a part under a name of its own, then give it its name."""
        await asyncio.to_thread(self._keep, request, part, content)

    async def read(self, request: str, part: str) -> bytes:
        """Return a part."""
        try:
            return await asyncio.to_thread((self._folder / request / part).read_bytes)
        except FileNotFoundError:
            raise NotFoundError(
                Text("此网关没有保存该结果", "This gateway does not keep the result"),
                field="id",
                remedy=Text(
                    "向执行导出的网关索取，或让各网关共用 bulk 目录",
                    "Ask the gateway that ran it, or share the folder bulk",
                ),
            ) from None

    async def destroy(self, request: str) -> None:
        """Remove a request's folder."""
        await asyncio.to_thread(shutil.rmtree, self._folder / request, ignore_errors=True)

    def _keep(self, request: str, part: str, content: bytes) -> None:
        folder = self._folder / request
        self._folder.mkdir(mode=0o700, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        unnamed = folder / f"{part}.new"
        descriptor = os.open(unnamed, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unnamed.replace(folder / part)
        sync_folder(folder)


def _row(job: Job) -> dict[str, str | int | bytes | None]:
    due = job.due
    return {"id": job.id, "due": None if due is None else micros(due), "body": msgspec.json.encode(job)}


def _kept(row: Row) -> Kept:
    revision, body, day, remarks = row
    try:
        return Kept(revision, _job.decode(body), day, remarks)
    except msgspec.MsgspecError:
        raise malformed("custody.bulk_request") from None
