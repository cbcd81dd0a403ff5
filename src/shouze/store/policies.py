"""Reads the published policy: the gateway's port ``Policies``."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from shouze.rules.policy import Policy, digest_of
from shouze.store import formats
from shouze.store.driver import Database, malformed
from shouze.store.formats import Formats, StoredFormat, unmarked

_LATEST = "SELECT epoch, digest, body FROM custody.policy ORDER BY epoch DESC LIMIT 1"

_policy = msgspec.json.Decoder(Policy)


class StoredPolicies:
    """``Policies`` on a database; says what the port says."""

    def __init__(self, database: Database, knows: Formats | None = None) -> None:
        """``knows``: the stored formats that the program reads, where they are not this release's."""
        self._database = database
        self._knows = knows or formats.KNOWN
        self.writes = self._knows.newest

    async def latest(self) -> Policy:
        """Return the policy of the highest epoch; TamperedError when it is not what was published.

        VersionError when a format is written under it that this program does not read; ``writes`` says which it is.
        """
        for epoch, marked, body in await self._database.fetch(_LATEST):
            digest, writes = unmarked(marked)
            formats.check_format(StoredFormat(writes, self._knows.oldest), self._knows)
            try:
                policy = _policy.decode(body)
            except msgspec.MsgspecError:
                raise malformed("custody.policy") from None
            # The digest is of the policy before its epoch and digest were written into it.
            if (policy.epoch, policy.digest) != (epoch, digest) or digest_of(
                replace(policy, epoch=0, digest="")
            ) != digest:
                raise malformed("custody.policy")
            self.writes = writes
            return policy
        return Policy()
