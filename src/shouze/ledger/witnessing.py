"""Read and judge what a log submits to a witness (C2SP tlog-witness, ``add-checkpoint``).

The same bytes go over HTTP and as a courier's file: the old size, a consistency proof, an empty line, the checkpoint.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from shouze.errors import InvalidError, ShouzeError
from shouze.language import Text
from shouze.ledger.checkpoint import Checkpoint, open_checkpoint
from shouze.ledger.note import MAX_NOTE, Verifier
from shouze.ledger.proof import verify_consistency
from shouze.ledger.strict import base64_of, read_base64, read_decimal
from shouze.ledger.tree import EMPTY_ROOT, HASH_SIZE

MAX_HASHES = 63

Ruling = Literal["consistent", "unsigned", "malformed", "behind", "inconsistent"]
"""How a submission is judged; only ``consistent`` may be cosigned."""


class Submission(NamedTuple):
    """The size that the witness is believed to have cosigned last, the proof from there, the signed checkpoint."""

    old: int
    proof: tuple[bytes, ...]
    note: str

    def text(self) -> str:
        """Return the body of the request."""
        return "\n".join((f"old {self.old}", *map(base64_of, self.proof), "", self.note))

    @property
    def origin(self) -> str:
        """The first line of the checkpoint: which log it claims to be of."""
        return self.note.partition("\n")[0]

    @classmethod
    def parse(cls, raw: bytes) -> Submission:
        """Read the body of a request; InvalidError for anything that ``text`` would not write."""
        head, blank, note = _decoded(raw).partition("\n\n")
        first, *lines = head.split("\n")
        if not first.startswith("old ") or not blank or len(lines) > MAX_HASHES:
            raise InvalidError(Text("不是提交给见证人的检查点", "It is not a submission to a witness"), field="body")
        proof = tuple(read_base64(line, "proof", length=HASH_SIZE) for line in lines)
        return cls(read_decimal(first[4:], "old"), proof, note)


class Judged(NamedTuple):
    """The ruling, and the checkpoint where the log itself has signed it."""

    ruling: Ruling
    checkpoint: Checkpoint | None = None


def judge(submission: Submission, log: Verifier, held: Checkpoint) -> Judged:
    """Judge a submission of a log that is followed; ``held`` is what was cosigned last, size 0 when nothing was.

    # Invariant: nothing is consistent that does not extend what was cosigned last.
    """
    try:
        checkpoint, _ = open_checkpoint(submission.note.encode(), [log])
    except ShouzeError:
        return Judged("unsigned")
    if checkpoint.size == held.size and checkpoint.root != held.root:
        return Judged("inconsistent", checkpoint)
    if submission.old > checkpoint.size:
        return Judged("malformed", checkpoint)
    if submission.old != held.size:
        return Judged("behind", checkpoint)
    return Judged("consistent" if _extends(submission, checkpoint, held) else "inconsistent", checkpoint)


def _extends(submission: Submission, checkpoint: Checkpoint, held: Checkpoint) -> bool:
    if submission.old == 0:
        # The verifying function shows nothing of an empty tree; C2SP lets a witness begin there without a proof.
        return not submission.proof and (checkpoint.size > 0 or checkpoint.root == EMPTY_ROOT)
    return verify_consistency(held.size, checkpoint.size, held.root, checkpoint.root, submission.proof)


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8") if len(raw) <= MAX_NOTE else ""
    except UnicodeDecodeError:
        return ""
