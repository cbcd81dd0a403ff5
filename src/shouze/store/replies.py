"""Keeps answers to repeated requests: the gateway's port ``Replies``."""

from __future__ import annotations

from datetime import datetime, timedelta
from hmac import compare_digest

from shouze.errors import ConflictError
from shouze.gateway.ports import Reply
from shouze.language import Text
from shouze.ledger.moments import micros
from shouze.store.driver import Database

KEPT = timedelta(days=1)
"""How long an answer is kept, counted from the request."""
UNDER_WAY = timedelta(minutes=1)
"""How long a request without an answer counts as still under way."""
PURGE = 8
"""How many old answers a new request takes the opportunity to remove."""

_TAKE = """
INSERT INTO custody.reply (caller, name, fingerprint, status, body, at)
VALUES (:caller, :name, :fingerprint, NULL, NULL, :now)
ON CONFLICT (caller, name) DO UPDATE
SET fingerprint = excluded.fingerprint, status = NULL, body = NULL, at = excluded.at
WHERE reply.at <= :old
OR (reply.status IS NULL AND reply.at <= :cut_off AND reply.fingerprint = excluded.fingerprint)
"""
_PRESENT = "SELECT fingerprint, status, body FROM custody.reply WHERE caller = :caller AND name = :name"
_KEEP = "UPDATE custody.reply SET status = :status, body = :body WHERE caller = :caller AND name = :name"
_ABANDON = "DELETE FROM custody.reply WHERE caller = :caller AND name = :name AND status IS NULL"
_PURGE = """
DELETE FROM custody.reply WHERE (caller, name) IN (
    SELECT caller, name FROM custody.reply WHERE at <= :old ORDER BY at LIMIT :limit
)
"""


class StoredReplies:
    """``Replies`` on a database; says what the port says."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, caller: str, key: str, fingerprint: bytes, now: datetime) -> Reply | None:
        """Take the key, or return the answer that the same request was given before."""
        place, old = {"caller": caller, "name": key}, micros(now - KEPT)
        moments = {"now": micros(now), "old": old, "cut_off": micros(now - UNDER_WAY)}
        if await self._database.execute(_TAKE, {**place, **moments, "fingerprint": fingerprint}):
            await self._database.execute(_PURGE, {"old": old, "limit": PURGE})
            return None
        for taken_for, status, body in await self._database.fetch(_PRESENT, place):
            if not compare_digest(taken_for, fingerprint):
                raise _taken()
            if status is not None:
                return Reply(status, body)
        raise _under_way()

    async def finish(self, caller: str, key: str, reply: Reply) -> None:
        """Keep the answer."""
        await self._database.execute(_KEEP, {"caller": caller, "name": key, **reply._asdict()})

    async def abandon(self, caller: str, key: str) -> None:
        """Give the key back."""
        await self._database.execute(_ABANDON, {"caller": caller, "name": key})


def _taken() -> ConflictError:
    return ConflictError(
        Text("该幂等键已用于另一请求", "The key was used for another request"),
        field="idempotency-key",
        remedy=Text("为新的请求使用新的幂等键", "Use a new key for a new request"),
    )


def _under_way() -> ConflictError:
    return ConflictError(
        Text("相同的请求仍在处理中", "The same request is still under way"),
        field="idempotency-key",
        remedy=Text("一分钟后再试", "Try again in a minute"),
    )
