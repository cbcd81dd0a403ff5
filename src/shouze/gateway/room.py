"""The gateway's room: the parts that every verb of the door uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from shouze.gateway.batching import Batching
from shouze.gateway.ports import Answer, Clock, Custody, KeyQuery, Keys, LivingKeys, Policies, Query
from shouze.journal.journal import Journal
from shouze.journal.record import Concerned, RecordKey
from shouze.ledger.disclosure import Entropy
from shouze.rules.policy import Policy
from shouze.rules.refusal import Refusal, RefusedError
from shouze.vault.blind_index import subject_tag
from shouze.vault.keys import KeyRing


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
    batches: dict[str, tuple[date, int]] = field(default_factory=dict, init=False)
    """How many batches each caller has matched on which day, as far as this gateway knows."""
    _day: tuple[date, RecordKey] | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        """Let questions to the store that wait together go together."""
        self.look_up: Batching[Query, Answer] = Batching(self.custody.look_up)
        self.fetch_keys: Batching[KeyQuery, LivingKeys] = Batching(self.keys.fetch_many)

    @property
    def packs(self) -> bool:
        """Whether a ground's values are written as one pack, or as version 0.1.0 wrote them while it runs beside."""
        return self.policies.writes > 1

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

    def record_key(self, subject: str | None, hushed_by: str | None = None) -> RecordKey:
        """Return the key of the day for openings of a record, with the tag that finds those about ``subject``.

        A look ``hushed_by`` a demand has a tag of its own, which the subject's own search takes in when that is over.

        The keys of days live as long as records do; they open nothing but records, and no value's key opens a record.
        """
        key = self.day_key()
        if subject is None:
            return key
        return RecordKey(key.suite, key.version, key.key, subject_tag(self.ring, subject, hushed_by), key.day)

    def tags_of(self, subject: str, hushed_by: Sequence[str]) -> tuple[bytes, ...]:
        """Return the tags of a subject's records: the usual one, and those of looks hushed by these demands."""
        return tuple(subject_tag(self.ring, subject, each) for each in (None, *hushed_by))

    def day_key(self) -> RecordKey:
        """Return the key for openings of records written today."""
        today = self.clock.now().date()
        if self._day is None or self._day[0] != today:
            day = today.isoformat()
            self._day = today, RecordKey(self.ring.suite, 0, self.ring.derive_daily(day), None, day)
        return self._day[1]

    def concerned(self, subjects: Sequence[str], hushed_by: str | None = None) -> tuple[Concerned, ...]:
        """Return what a record about many subjects says of each; tags as in ``record_key``."""
        return tuple(Concerned(subject, subject_tag(self.ring, subject, hushed_by)) for subject in subjects)
