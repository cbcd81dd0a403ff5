"""Keeps the registers' rows and prints policies: publication's port ``Press``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from shouze.ledger.moments import micros, moment
from shouze.publication.ports import Present, Written
from shouze.rules.declaration import Declaration, Operator
from shouze.rules.policy import Policy, Published
from shouze.store.driver import Database, DuplicateError, Parameters, malformed

_PRESENT = """
SELECT 'epoch' AS what, '' AS name, '' AS id, coalesce(max(epoch), 0) AS version, '' AS digest, 0 AS at, NULL AS body
FROM custody.policy
UNION ALL
SELECT 'declaration', service, '', version, digest, at, body FROM custody.declaration
UNION ALL
SELECT 'entry', kind, id, revision, '', at, body FROM custody.entry AS entry
WHERE body IS NOT NULL AND revision = (
    SELECT max(newest.revision) FROM custody.entry AS newest WHERE newest.kind = entry.kind AND newest.id = entry.id
)
UNION ALL
SELECT 'operator', '', '', revision, '', at, body FROM custody.operator
WHERE revision = (SELECT max(revision) FROM custody.operator)
ORDER BY what, name, id, version
"""
# The mark before the digest is that of ``formats.marked``.
_NEXT_POLICY = """
INSERT INTO custody.policy (epoch, digest, body, at, by)
SELECT CAST(:epoch AS bigint),
    coalesce((SELECT CAST(writes AS text) || ':' FROM custody.stored_format WHERE writes > 1), '') || :digest,
    :body, CAST(:at AS bigint), :by
WHERE :epoch = (SELECT coalesce(max(epoch), 0) + 1 FROM custody.policy)
"""
_DECLARATION = """
INSERT INTO custody.declaration (service, version, digest, body, at, by)
VALUES (:service, :version, :digest, :body, :at, :by)
"""
_ENTRY = """
INSERT INTO custody.entry (kind, id, revision, body, at, by)
SELECT :kind, :id, coalesce(max(revision), 0) + 1, :body, CAST(:at AS bigint), :by
FROM custody.entry WHERE kind = :kind AND id = :id
"""
_OPERATOR = """
INSERT INTO custody.operator (revision, body, at, by)
SELECT coalesce(max(revision), 0) + 1, :body, CAST(:at AS bigint), :by FROM custody.operator
"""


class StoredPress:
    """``Press`` on a database; says what the port says. Nothing written here is changed afterwards."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def present(self) -> Present:
        """Return the present rows in one snapshot; TamperedError when one cannot be read."""
        epoch, operator = 0, None
        histories: dict[str, list[Published]] = {}
        entries: list[Written] = []
        try:
            for what, name, id_, version, digest, at, body in await self._database.fetch(_PRESENT):
                if what == "epoch":
                    epoch = version
                elif what == "declaration":
                    declaration = msgspec.json.decode(body, type=Declaration)
                    histories.setdefault(name, []).append(Published(version, moment(at), digest, declaration))
                elif what == "entry":
                    entries.append(Written(name, id_, body))
                else:
                    operator = msgspec.json.decode(body, type=Operator)
        except msgspec.MsgspecError:
            raise malformed("custody.declaration") from None
        return Present(epoch, histories, entries, operator)

    async def publish(
        self,
        policy: Policy,
        declarations: Sequence[Published],
        entries: Sequence[Written],
        operator: Operator | None,
        by: str,
        now: datetime,
    ) -> bool:
        """Write everything, or nothing when the epoch is not the next one any more."""
        written: Parameters = {"at": micros(now), "by": by}
        row: Parameters = {"epoch": policy.epoch, "digest": policy.digest, "body": msgspec.json.encode(policy)}
        rows = [{**_declaration(each), "by": by} for each in declarations]
        try:
            async with self._database.transaction() as transaction:
                if not await transaction.execute(_NEXT_POLICY, {**row, **written}):
                    return False
                await transaction.execute_many(_DECLARATION, rows)
                await transaction.execute_many(_ENTRY, [{**each._asdict(), **written} for each in entries])
                if operator is not None:
                    await transaction.execute(_OPERATOR, {"body": msgspec.json.encode(operator), **written})
        except DuplicateError:
            return False
        return True


def _declaration(published: Published) -> Parameters:
    return {
        "service": published.declaration.service,
        "version": published.version,
        "digest": published.digest,
        "body": msgspec.json.encode(published.declaration),
        "at": micros(published.at),
    }
