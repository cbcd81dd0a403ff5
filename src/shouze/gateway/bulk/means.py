"""What every step of a bulk operation works with, and how a request is read and changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from shouze.errors import ConflictError, NotFoundError
from shouze.gateway.bulk.ports import Kept, Publish, Requests, Results
from shouze.gateway.bulk.request import Chunk, Job, Remarks
from shouze.gateway.ports import Query
from shouze.gateway.room import Room
from shouze.language import Text
from shouze.ledger.roll import MOST
from shouze.rules.policy import Policy
from shouze.vault.framing import frame
from shouze.vault.suites import NONCE_BYTES

TRIES = 16
_REMARKS = b"shouze/bulk-remarks/1"
_remarks = msgspec.json.Decoder(Remarks)

Step = Callable[[Job], Job]


@dataclass(frozen=True)
class Means:
    """The door's room, where requests and results are kept, and publication where this gateway may publish."""

    room: Room
    requests: Requests
    results: Results
    publish: Publish | None = None
    chunk: int = MOST
    """Subjects in one chunk, at most 1,000: one record speaks of so many."""

    @property
    def now(self) -> datetime:
        """Return the time."""
        return self.room.clock.now()

    async def policy(self) -> Policy:
        """Return the policy in force."""
        answer = (await self.room.custody.look_up([Query("-")]))[0]
        return await self.room.policy_at(answer.epoch)

    async def find(self, request: str) -> Kept:
        """Return a request; NotFoundError when there is none."""
        kept = await self.requests.find(request)
        if kept is None:
            raise NotFoundError(Text("没有这个申请", "There is no such request"), field="id")
        return kept

    async def change(self, request: str, step: Step, chunk: Chunk | None = None) -> Job:
        """Take a request one step on, again on a newer state where another change came between.

        ``step`` raises where the state does not allow it.
        """
        for _ in range(TRIES):
            kept = await self.find(request)
            after = step(kept.job)
            if after == kept.job and chunk is None:
                return after
            if await self.requests.change(kept.revision, after, chunk):
                return after
        raise ConflictError(Text("申请不断被他人更改", "Others kept changing the request"), field="id")

    def seal(self, request: str, remarks: Remarks) -> tuple[str, bytes]:
        """Return the day, and the remarks sealed under its key: they live as long as the records of that day."""
        key, nonce = self.room.day_key(), self.room.entropy(NONCE_BYTES)
        plain = msgspec.json.encode(remarks)
        return key.day or "", nonce + key.suite.seal(key.key, nonce, plain, frame(_REMARKS, request))

    def remarks(self, kept: Kept) -> Remarks:
        """Return what was written freely; SealedError once the key of its day is destroyed."""
        suite, key = self.room.ring.suite, self.room.ring.derive_daily(kept.day)
        nonce, sealed = kept.remarks[:NONCE_BYTES], kept.remarks[NONCE_BYTES:]
        return _remarks.decode(suite.open(key, nonce, sealed, frame(_REMARKS, kept.job.id)))
