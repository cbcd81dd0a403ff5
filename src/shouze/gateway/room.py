"""The gateway's room: the parts that every verb of the door uses."""

from __future__ import annotations

from dataclasses import dataclass, field

from shouze.gateway.batching import Batching
from shouze.gateway.ports import Answer, Clock, Custody, KeyQuery, Keys, LivingKeys, Policies, Query
from shouze.journal.journal import Journal
from shouze.journal.record import RecordKey
from shouze.ledger.disclosure import Entropy
from shouze.rules.policy import Policy
from shouze.rules.refusal import Refusal, RefusedError
from shouze.vault.blind_index import subject_tag
from shouze.vault.keys import KeyRing, fresh_subject_key, unwrap_subject_key
from shouze.vault.suites import suite_numbered

RECORDS = "#records"
"""The name under which a subject's record key is kept beside the keys of its grounds."""


@dataclass
class Room:
    """Custody, keys, policy, journal, key ring, clock and randomness of one gateway."""

    custody: Custody
    keys: Keys
    policies: Policies
    journal: Journal
    ring: KeyRing
    clock: Clock
    entropy: Entropy
    policy: Policy = field(default_factory=Policy)

    def __post_init__(self) -> None:
        """Let questions to the store that wait together go together."""
        self.look_up: Batching[Query, Answer] = Batching(self.custody.look_up)
        self.fetch_keys: Batching[KeyQuery, LivingKeys] = Batching(self.keys.fetch_many)

    async def policy_at(self, epoch: int) -> Policy:
        """Return a policy at least as new as ``epoch``.

        # Invariant: nothing is decided under a policy older than the one the subject was read under.
        """
        if self.policy.epoch < epoch:
            latest = await self.policies.latest()
            if latest.epoch < epoch:
                raise RefusedError(Refusal("policy-unavailable"))
            if latest.epoch > self.policy.epoch:
                self.policy = latest
        return self.policy

    async def record_key(self, subject: str | None, *, create: bool = False) -> RecordKey:
        """Return the key for openings of records about ``subject``; a key of the day where it has none.

        ``create`` makes the subject's record key when there is none yet.
        """
        if subject is not None:
            versions = (await self.fetch_keys(KeyQuery(subject, (RECORDS,)))).get(RECORDS, {})
            for version, wrapped in sorted(versions.items(), reverse=True):
                key = unwrap_subject_key(self.ring, wrapped, subject, RECORDS)
                return RecordKey(suite_numbered(wrapped.suite), version, key, subject_tag(self.ring, subject))
            if create:
                key, wrapped = fresh_subject_key(self.ring, subject, RECORDS, self.entropy)
                await self.keys.add(subject, RECORDS, 1, wrapped)
                return RecordKey(suite_numbered(wrapped.suite), 1, key, subject_tag(self.ring, subject))
        day = self.clock.now().date().isoformat()
        return RecordKey(self.ring.suite, 0, self.ring.derive_daily(day), None, day)
