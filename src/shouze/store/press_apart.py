"""Prints policies from a process of its own: by a function of the tables' owner, the one way of the desk's role.

# Invariant: that role writes policy, declarations and entries all together and of the next epoch, or not at all; it
# can change nothing that was published, and skip no epoch.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from shouze.ledger.moments import micros
from shouze.publication.ports import Written
from shouze.rules.declaration import Operator
from shouze.rules.policy import Policy, Published
from shouze.store.driver import DuplicateError, Parameters
from shouze.store.press import StoredPress

FUNCTION = "custody.publish"
MAKE = f"""
CREATE OR REPLACE FUNCTION {FUNCTION} (
    of_epoch bigint, of_digest text, policy_body bytea, published_at bigint, published_by text,
    services text[], versions bigint[], digests text[], declarations bytea[], declared_at bigint[],
    kinds text[], ids text[], entries bytea[], operator_body bytea
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF published_by = '' OR length(of_digest) <> 64 THEN RAISE EXCEPTION 'nobody publishes nothing'; END IF;
    INSERT INTO custody.policy (epoch, digest, body, at, by)
    SELECT of_epoch,
        coalesce((SELECT CAST(writes AS text) || ':' FROM custody.stored_format WHERE writes > 1), '') || of_digest,
        policy_body, published_at, published_by
    WHERE of_epoch = (SELECT coalesce(max(epoch), 0) + 1 FROM custody.policy);
    IF NOT FOUND THEN RETURN false; END IF;
    FOR n IN 1 .. cardinality(services) LOOP
        INSERT INTO custody.declaration (service, version, digest, body, at, by)
        VALUES (services[n], versions[n], digests[n], declarations[n], declared_at[n], published_by);
    END LOOP;
    FOR n IN 1 .. cardinality(kinds) LOOP
        INSERT INTO custody.entry (kind, id, revision, body, at, by)
        SELECT kinds[n], ids[n], coalesce(max(revision), 0) + 1, entries[n], published_at, published_by
        FROM custody.entry WHERE kind = kinds[n] AND id = ids[n];
    END LOOP;
    IF operator_body IS NOT NULL THEN
        INSERT INTO custody.operator (revision, body, at, by)
        SELECT coalesce(max(revision), 0) + 1, operator_body, published_at, published_by FROM custody.operator;
    END IF;
    RETURN true;
END $$
"""  # noqa: S608 - a constant
SIGNATURE = (
    f"{FUNCTION} (bigint, text, bytea, bigint, text, text[], bigint[], text[], bytea[], bigint[], text[], text[], "
    "bytea[], bytea)"
)
_CALL = f"""
SELECT {FUNCTION} (CAST(:epoch AS bigint), :digest, :body, CAST(:at AS bigint), :by,
    CAST(:services AS text[]), CAST(:versions AS bigint[]), CAST(:digests AS text[]), CAST(:declarations AS bytea[]),
    CAST(:declared_at AS bigint[]), CAST(:kinds AS text[]), CAST(:ids AS text[]), CAST(:entries AS bytea[]), :operator)
"""


class PressApart(StoredPress):
    """``Press`` on PostgreSQL for a role that may read the registers and call the function."""

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
        row: Parameters = {
            "epoch": policy.epoch, "digest": policy.digest, "body": msgspec.json.encode(policy), "at": micros(now),
            "by": by, "operator": None if operator is None else msgspec.json.encode(operator),
            "services": [each.declaration.service for each in declarations],
            "versions": [each.version for each in declarations],
            "digests": [each.digest for each in declarations],
            "declarations": [msgspec.json.encode(each.declaration) for each in declarations],
            "declared_at": [micros(each.at) for each in declarations],
            "kinds": [each.kind for each in entries],
            "ids": [each.id for each in entries],
            "entries": [each.body for each in entries],
        }  # fmt: skip
        try:
            async with self._database.transaction() as transaction:
                ((done,),) = await transaction.fetch(_CALL, row)
        except DuplicateError:
            return False
        return bool(done)
