"""A witness of logs (C2SP tlog-witness): cosigns a checkpoint that extends the one it cosigned last, and no other."""

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
from shouze.ledger.witnessing import Submission, judge
from shouze.witness.ports import Evidence, Followed, WitnessStore

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
    """One witness with one key, which signs nothing else."""

    def __init__(self, store: WitnessStore, signer: Signer, now: Callable[[], datetime]) -> None:
        self._store, self._signer, self._now = store, signer, now

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
        if ruling == "consistent" and checkpoint is not None:
            return await self._cosign(submission, before, checkpoint)
        if ruling == "inconsistent":
            digest = sha256(raw).digest()
            await self._store.keep(Evidence(before.origin, digest, ruling, before.note, raw, self._micros()))
        return _behind(before) if ruling == "behind" else Reply(_STATUS[ruling], f"{_WORDS[ruling]}\n")

    async def latest(self, name: str) -> str | None:
        """Return the newest cosigned checkpoint of the log whose origin's SHA-256 is ``name`` in hex, None without."""
        for each in await self._store.all_followed():
            if sha256(each.origin.encode()).hexdigest() == name:
                return each.note
        return None

    async def _cosign(self, submission: Submission, before: Followed, checkpoint: Checkpoint) -> Reply:
        at = self._micros()
        cosignature = self._signer.cosign(checkpoint.text(), max(at, before.at) // 1_000_000)
        note = attach(submission.note, [cosignature])
        after = before._replace(size=checkpoint.size, root=checkpoint.root, note=note, at=max(at, before.at))
        if await self._store.advance(before, after):
            return Reply(200, cosignature.line())
        # Another submission came between; what it left is the answer.
        return _behind(await self._store.followed(before.origin) or before)

    def _micros(self) -> int:
        return micros(self._now())


def _behind(held: Followed) -> Reply:
    return Reply(409, f"{held.size}\n", SIZE)
