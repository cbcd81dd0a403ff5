"""Keeps wrapped subject keys apart from what they seal: the gateway's port ``Keys``."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

import msgspec

from shouze.gateway.batching import Batching
from shouze.gateway.ports import EndedKey, KeyQuery, LivingKeys, NewKey
from shouze.gateway.rotation_ports import EpochEndedError
from shouze.language import Text
from shouze.store.driver import Database, Dialect, Parameters
from shouze.store.given import given
from shouze.vault.keys import WrappedKey

_LIVING = """
SELECT asked.n, living.version, living.epoch, living.suite, living.blob
FROM {asked}
JOIN keys.subject_key AS living ON living.subject = asked.subject AND living.ground = asked.ground
"""
_FETCH: dict[Dialect, str] = {
    "sqlite": _LIVING.format(
        asked="(SELECT key AS n, value ->> 0 AS subject, value ->> 1 AS ground FROM json_each(:asked)) AS asked"
    ),
    "postgres": _LIVING.format(
        asked=given("asked", n="numbers bigint", subject="subjects text", ground="grounds text")
    ),
}
# Invariant: no key is added under an epoch below the floor; every statement that adds keys looks at it.
_OPEN = "NOT EXISTS (SELECT 1 FROM keys.epoch_floor WHERE floor > :epoch)"
_ADD = f"""
INSERT INTO keys.subject_key (subject, ground, version, epoch, suite, blob)
SELECT :subject, :ground, :version, :epoch, :suite, :blob WHERE {_OPEN}
"""
_ADD_NEW = f"{_ADD} ON CONFLICT (subject, ground, version) DO NOTHING"
_ADD_ARRAYS = f"""
INSERT INTO keys.subject_key (subject, ground, version, epoch, suite, blob)
SELECT * FROM unnest(CAST(:subjects AS text[]), CAST(:grounds AS text[]), CAST(:versions AS bigint[]),
    CAST(:epochs AS bigint[]), CAST(:suites AS bigint[]), CAST(:blobs AS bytea[]))
WHERE {_OPEN} ON CONFLICT (subject, ground, version) DO NOTHING
"""  # noqa: S608 - a constant
_DESTROY_ARRAYS = f"""
WITH ended AS MATERIALIZED (
    SELECT * FROM {given("ended", subject="subjects text", ground="grounds text", version="versions bigint")}
), locked AS MATERIALIZED (
    SELECT ended.* FROM keys.subject_key AS living JOIN ended
    ON living.subject = ended.subject AND living.ground = ended.ground AND living.version = ended.version
    ORDER BY living.subject, living.ground, living.version FOR UPDATE OF living
)
DELETE FROM keys.subject_key AS living USING locked AS ended
WHERE living.subject = ended.subject AND living.ground = ended.ground AND living.version = ended.version
"""  # noqa: S608 - made of constants
_ENDED = "SELECT 1 FROM keys.epoch_floor WHERE floor > :epoch"
_DESTROY = "DELETE FROM keys.subject_key WHERE subject = :subject AND ground = :ground AND version = :version"


class StoredKeys:
    """``Keys`` on a database; says what the port says."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._destroying: Batching[tuple[str, Sequence[EndedKey]], None] = Batching(self._destroy_many)

    async def fetch(self, subject: str, grounds: Sequence[str]) -> LivingKeys:
        """Return the living keys of the subject: each of these grounds, with its versions if it has any."""
        return (await self.fetch_many([KeyQuery(subject, tuple(grounds))]))[0]

    async def fetch_many(self, queries: Sequence[KeyQuery]) -> list[LivingKeys]:
        """Return for each query the living keys of the subject, as ``fetch`` does."""
        asked = [(each.subject, ground) for each in queries for ground in dict.fromkeys(each.grounds)]
        if not asked:
            return [{} for _ in queries]
        living: list[dict[str, dict[int, WrappedKey]]] = [{ground: {} for ground in each.grounds} for each in queries]
        places = [held for each in living for held in each.values()]
        if self._database.dialect == "postgres":
            parameters = _as_arrays(asked)
        else:
            parameters = {"asked": msgspec.json.encode(asked).decode()}
        for n, version, *key in await self._database.fetch(_FETCH[self._database.dialect], parameters):
            places[n][version] = WrappedKey(*key)
        return list[LivingKeys](living)

    async def add(self, subject: str, ground: str, version: int, key: WrappedKey) -> None:
        """Store a key durably; ConflictError when that version exists, EpochEndedError when its epoch is below."""
        place: Parameters = {"subject": subject, "ground": ground, "version": version}
        if not await self._database.execute(_ADD, {**place, **key._asdict()}):
            raise _ended()

    async def add_many(self, keys: Sequence[NewKey]) -> bool:
        """Store keys in one transaction; one whose version exists stays as it is; True when all are new.

        EpochEndedError, and nothing stored, when the epoch of one is below the floor.
        """
        if not keys:
            return True
        lowest = min(each.key.epoch for each in keys)
        if await self._add_many(keys, lowest) == len(keys):
            return True
        if await self._database.fetch(_ENDED, {"epoch": lowest}):
            raise _ended()
        return False

    async def _add_many(self, keys: Sequence[NewKey], lowest: int) -> int:
        if self._database.dialect == "postgres":
            columns: Parameters = {
                "subjects": [each.subject for each in keys],
                "grounds": [each.ground for each in keys],
                "versions": [each.version for each in keys],
                "epochs": [each.key.epoch for each in keys],
                "suites": [each.key.suite for each in keys],
                "blobs": [each.key.blob for each in keys],
                "epoch": lowest,
            }
            return await self._database.execute(_ADD_ARRAYS, columns)
        rows: list[Parameters] = [
            {"subject": each.subject, "ground": each.ground, "version": each.version, **each.key._asdict()}
            for each in keys
        ]
        async with self._database.transaction() as transaction:
            if await transaction.fetch(_ENDED, {"epoch": lowest}):
                return 0
            return sum([await transaction.execute(_ADD_NEW, row) for row in rows])

    async def destroy(self, subject: str, keys: Sequence[EndedKey]) -> None:
        """Destroy keys, and what the key store's files still hold of them.

        # Invariant: on return the keys are in no file that this process writes; UnavailableError when a reader
        # elsewhere prevents it, and then destroying them again completes it.
        """
        await self._destroying((subject, keys))

    async def destroy_many(self, ended: Sequence[tuple[str, Sequence[EndedKey]]]) -> None:
        """Destroy keys of several subjects in one transaction; what waits alone goes with others that do."""
        await (self._destroying(ended[0]) if len(ended) == 1 else self._destroy_many(ended))

    async def _destroy_many(self, ended: Sequence[tuple[str, Sequence[EndedKey]]]) -> list[None]:
        if self._database.dialect == "postgres":
            keys = [(subject, *key) for subject, each in ended for key in each]
            columns: Parameters = {
                "subjects": [subject for subject, _, _ in keys],
                "grounds": [ground for _, ground, _ in keys],
                "versions": [version for _, _, version in keys],
            }
            await self._database.execute(_DESTROY_ARRAYS, columns)
            return [None] * len(ended)
        rows = [
            {"subject": subject, **key._asdict()} for subject, keys in sorted(ended, key=itemgetter(0)) for key in keys
        ]
        async with self._database.transaction() as transaction:
            await transaction.execute_many(_DESTROY, rows)
        await self._database.settle()
        return [None] * len(ended)


def _as_arrays(asked: Sequence[tuple[str, str]]) -> Parameters:
    numbers = list(range(len(asked)))
    return {
        "numbers": numbers,
        "subjects": [subject for subject, _ in asked],
        "grounds": [ground for _, ground in asked],
    }


def _ended() -> EpochEndedError:
    return EpochEndedError(
        Text("封装密钥的这一期已不再启用", "The epoch that wraps the key takes no more keys"),
        field="keyring",
        remedy=Text("核对密钥环是否为旧副本", "Check that the key ring is not an older copy"),
    )
