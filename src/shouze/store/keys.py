"""Keeps wrapped subject keys apart from what they seal: the gateway's port ``Keys``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from shouze.gateway.ports import EndedKey
from shouze.store.driver import Database, Dialect, Parameters
from shouze.vault.keys import WrappedKey

_LIVING = """
SELECT ground, version, epoch, suite, blob FROM keys.subject_key
WHERE subject = :subject AND ground IN ({grounds}) ORDER BY ground, version
"""
_FETCH: dict[Dialect, str] = {
    "sqlite": _LIVING.format(grounds="SELECT value FROM json_each(:grounds)"),
    "postgres": _LIVING.format(grounds="SELECT jsonb_array_elements_text(CAST(:grounds AS jsonb))"),
}
_ADD = """
INSERT INTO keys.subject_key (subject, ground, version, epoch, suite, blob)
VALUES (:subject, :ground, :version, :epoch, :suite, :blob)
"""
_DESTROY = "DELETE FROM keys.subject_key WHERE subject = :subject AND ground = :ground AND version = :version"


class StoredKeys:
    """``Keys`` on a database; says what the port says."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def fetch(self, subject: str, grounds: Sequence[str]) -> Mapping[str, Mapping[int, WrappedKey]]:
        """Return the living keys of the subject: each of these grounds, with its versions if it has any."""
        living: dict[str, dict[int, WrappedKey]] = {ground: {} for ground in grounds}
        parameters = {"subject": subject, "grounds": msgspec.json.encode(list(living)).decode()}
        rows = await self._database.fetch(_FETCH[self._database.dialect], parameters)
        for ground, version, epoch, suite, blob in rows:
            living[ground][version] = WrappedKey(epoch, suite, blob)
        return living

    async def add(self, subject: str, ground: str, version: int, key: WrappedKey) -> None:
        """Store a key durably; ConflictError when that version exists."""
        place: Parameters = {"subject": subject, "ground": ground, "version": version}
        await self._database.execute(_ADD, {**place, **key._asdict()})

    async def destroy(self, subject: str, keys: Sequence[EndedKey]) -> None:
        """Destroy keys, and what the key store's files still hold of them.

        # Invariant: on return the keys are in no file that this process writes; UnavailableError when a reader
        # elsewhere prevents it, and then destroying them again completes it.
        """
        async with self._database.transaction() as transaction:
            await transaction.execute_many(_DESTROY, [{"subject": subject, **key._asdict()} for key in keys])
        await self._database.settle()
