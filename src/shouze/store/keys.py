"""Keeps wrapped subject keys apart from what they seal: the gateway's port ``Keys``."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from shouze.gateway.ports import EndedKey, KeyQuery, LivingKeys
from shouze.store.driver import Database, Dialect, Parameters
from shouze.vault.keys import WrappedKey

_LIVING = """
WITH asked AS MATERIALIZED ({asked})
SELECT asked.n, living.ground, living.version, living.epoch, living.suite, living.blob
FROM asked JOIN keys.subject_key AS living ON living.subject = asked.subject AND living.ground = asked.ground
"""
_FETCH: dict[Dialect, str] = {
    "sqlite": _LIVING.format(
        asked="SELECT value ->> 0 AS n, value ->> 1 AS subject, value ->> 2 AS ground FROM json_each(:asked)"
    ),
    "postgres": _LIVING.format(
        asked="""
    SELECT CAST(value ->> 0 AS integer) AS n, value ->> 1 AS subject, value ->> 2 AS ground
    FROM jsonb_array_elements(CAST(:asked AS jsonb)) AS question (value)
"""
    ),
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

    async def fetch(self, subject: str, grounds: Sequence[str]) -> LivingKeys:
        """Return the living keys of the subject: each of these grounds, with its versions if it has any."""
        return (await self.fetch_many([KeyQuery(subject, tuple(grounds))]))[0]

    async def fetch_many(self, queries: Sequence[KeyQuery]) -> list[LivingKeys]:
        """Return for each query the living keys of the subject, as ``fetch`` does."""
        living: list[dict[str, dict[int, WrappedKey]]] = [{ground: {} for ground in each.grounds} for each in queries]
        asked = [(n, each.subject, ground) for n, each in enumerate(queries) for ground in living[n]]
        parameters = {"asked": msgspec.json.encode(asked).decode()}
        rows = await self._database.fetch(_FETCH[self._database.dialect], parameters)
        for n, ground, version, epoch, suite, blob in rows:
            living[n][ground][version] = WrappedKey(epoch, suite, blob)
        return list[LivingKeys](living)

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
