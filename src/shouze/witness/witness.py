"""A witness of logs (C2SP tlog-witness): cosigns a checkpoint that extends the one it cosigned last, and no other.

A log that was handed over to another grows no more, and the other is followed from then on: the old key has signed the
hand-over (``ledger.shard``), so nobody has to compare keys again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.ledger.checkpoint import Checkpoint
from shouze.ledger.moments import micros
from shouze.ledger.note import ED25519, Signer, Verifier, attach
from shouze.ledger.portable import PortableProof
from shouze.ledger.witnessing import Submission, judge
from shouze.witness.ports import Evidence, Followed, WitnessStore
from shouze.witness.succeeding import judge_hand_over

PLAIN, SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"
_STATUS = {"unsigned": 403, "malformed": 400, "behind": 409, "inconsistent": 422}
_WORDS = {
    "unsigned": "no valid signature of the log's key",
    "malformed": "the old size is larger than the checkpoint's",
    "inconsistent": "the consistency proof does not lead from what was cosigned last to this checkpoint",
}


class Reply(NamedTuple):
    """The answer to a submission: HTTP's status, body and media type; a courier's file holds the body."""

    status: int
    body: str
    media: str = PLAIN


class Witness:
    """One witness with one key, which signs nothing else, and for a while with the former one."""

    def __init__(
        self, store: WitnessStore, signer: Signer, now: Callable[[], datetime], former: Signer | None = None
    ) -> None:
        """``former`` cosigns too, until every operator knows the new key."""
        self._store, self._now = store, now
        self._signers = [signer, *([former] if former else [])]

    async def follow(self, vkey: str) -> str:
        """Begin to follow the log of that key, whose fingerprint two people have compared; return its origin.

        InvalidError unless it is the key of a log; ConflictError when another key is kept for its origin.
        """
        verifier = Verifier.from_vkey(vkey)
        if verifier.kind != ED25519:
            raise InvalidError(Text("不是日志的公钥", "It is not the key of a log"), field="vkey")
        await self._store.follow(verifier.name, verifier.vkey, self._micros())
        return verifier.name

    async def add_checkpoint(self, raw: bytes) -> Reply:
        """Judge a submission; cosign it where it is consistent.

        # Invariant: a cosignature leaves only after what it covers is durably the newest that was cosigned.
        """
        try:
            submission = Submission.parse(raw)
        except InvalidError as problem:
            return Reply(400, f"{problem.detail.en}\n")
        before = await self._store.followed(submission.origin)
        if before is None:
            return Reply(404, "unknown log\n")
        held = Checkpoint(before.origin, before.size, before.root)
        ruling, checkpoint = judge(submission, Verifier.from_vkey(before.vkey), held)
        if before.successor is not None and checkpoint is not None and checkpoint.size > before.size:
            ruling = "inconsistent"
        if ruling == "consistent" and checkpoint is not None:
            return await self._cosign(submission, before, checkpoint)
        if ruling == "inconsistent":
            await self._keep(before, raw)
        return _behind(before) if ruling == "behind" else Reply(_STATUS[ruling], f"{_WORDS[ruling]}\n")

    async def add_successor(self, raw: bytes) -> Reply:
        """Follow the log that a followed one was handed over to: ``raw`` is the proof of the latter's last leaf.

        What was cosigned last has to be that end. A contradiction is kept as evidence.
        """
        try:
            proof = PortableProof.parse(raw)
        except InvalidError as problem:
            return Reply(400, f"{problem.detail.en}\n")
        before = await self._store.followed(proof.checkpoint.partition("\n")[0])
        if before is None:
            return Reply(404, "unknown log\n")
        ruling, key = judge_hand_over(proof, before)
        if key is None:
            return Reply(403, "the log's key has not signed that it was handed over\n")
        if ruling == "contradicted":
            await self._keep(before, raw)
            return Reply(422, "the log did not end so\n")
        if ruling == "known" or (ruling == "accepted" and await self._hand_on(before, key)):
            return Reply(200, f"{key.vkey}\n")
        return _behind(await self._store.followed(before.origin) or before)

    async def latest(self, name: str) -> str | None:
        """Return the newest cosigned checkpoint of the log whose origin's SHA-256 is ``name`` in hex, None without."""
        for each in await self._store.all_followed():
            if sha256(each.origin.encode()).hexdigest() == name:
                return each.note
        return None

    async def _cosign(self, submission: Submission, before: Followed, checkpoint: Checkpoint) -> Reply:
        at = self._micros()
        seconds = max(at, before.at) // 1_000_000
        cosignatures = [signer.cosign(checkpoint.text(), seconds) for signer in self._signers]
        note = attach(submission.note, cosignatures)
        after = before._replace(size=checkpoint.size, root=checkpoint.root, note=note, at=max(at, before.at))
        if await self._store.advance(before, after):
            return Reply(200, "".join(each.line() for each in cosignatures))
        # Another submission came between; what it left is the answer.
        return _behind(await self._store.followed(before.origin) or before)

    async def _hand_on(self, before: Followed, key: Verifier) -> bool:
        return await self._store.hand_on(before, key.name, key.vkey, self._micros())

    async def _keep(self, before: Followed, raw: bytes) -> None:
        evidence = Evidence(before.origin, sha256(raw).digest(), "inconsistent", before.note, raw, self._micros())
        await self._store.keep(evidence)

    def _micros(self) -> int:
        return micros(self._now())


def _behind(held: Followed) -> Reply:
    return Reply(409, f"{held.size}\n", SIZE)
