"""Reads the published policy: the gateway's port ``Policies``."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from shouze.rules.policy import Policy, digest_of
from shouze.store.driver import Database, malformed

_LATEST = "SELECT epoch, digest, body FROM custody.policy ORDER BY epoch DESC LIMIT 1"

_policy = msgspec.json.Decoder(Policy)


class StoredPolicies:
    """``Policies`` on a database; says what the port says."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def latest(self) -> Policy:
        """Return the policy of the highest epoch; TamperedError when it is not what was published."""
        for epoch, digest, body in await self._database.fetch(_LATEST):
            try:
                policy = _policy.decode(body)
            except msgspec.MsgspecError:
                raise malformed("custody.policy") from None
            # The digest is of the policy before its epoch and digest were written into it.
            if (policy.epoch, policy.digest) != (epoch, digest) or digest_of(
                replace(policy, epoch=0, digest="")
            ) != digest:
                raise malformed("custody.policy")
            return policy
        return Policy()
