"""Logs that follow one another: a log's last leaf names the next one and its key, and begins with the other's end.

- The last leaf of a log that was turned is a record of the system's own (``turn-log``): it names the next log's origin
  and key. The last checkpoint covers it: so the old key signs the hand-over.
- The first leaf of the next log is that last checkpoint, the signed note with its cosignatures, byte for byte.
- That a whole log was deleted at the end of its retention is a record too (``delete-log``), in a log that goes on.

Each log is a tree of its own and verifies alone; then it rests on the checkpoint that it begins with.
"""

from __future__ import annotations

import contextlib
from datetime import datetime

from shouze.errors import InvalidError, TamperedError
from shouze.language import Text
from shouze.ledger.chain import Chain
from shouze.ledger.checkpoint import Checkpoint, open_checkpoint
from shouze.ledger.disclosure import Entropy, digests
from shouze.ledger.entry import Draft, Leaf, Shard, Verdict, What, Where, Who, parse_leaf, seal_leaf
from shouze.ledger.note import ED25519, Verifier, read_note
from shouze.ledger.portable import PortableProof, check
from shouze.ledger.strict import base64_of

TURN, DELETE = "turn-log", "delete-log"


def own_leaf(act: str, shard: Shard, chain: Chain, time: datetime, entropy: Entropy) -> bytes:
    """Return the leaf by which the system records an act upon a log, as the next one of ``chain``."""
    draft = Draft(Who("system"), Where(), What(act, (), (), 0, shard=shard), Verdict("done"))
    return seal_leaf(
        draft, node=chain.node, boot=chain.boot, nseq=chain.last_nseq + 1, prev=chain.prev, time=time,
        sd=digests((), entropy),
    )  # fmt: skip


def shard_of(checkpoint: Checkpoint) -> Shard:
    """Return how a record names a log at its end."""
    return Shard(checkpoint.origin, size=checkpoint.size, root=base64_of(checkpoint.root))


def next_log(leaf: Leaf) -> Verifier | None:
    """Return the key of the log that a hand-over names, None for any other record; InvalidError for a broken key."""
    if leaf.who.kind != "system" or leaf.what.act != TURN or leaf.what.shard is None:
        return None
    key = Verifier.from_vkey(leaf.what.shard.vkey or "")
    if key.kind != ED25519 or key.name != leaf.what.shard.origin:
        raise InvalidError(Text("不是该日志的公钥", "It is not that log's key"), field="leaf.what.shard")
    return key


def read_beginning(entry: bytes) -> Checkpoint | None:
    """Return the checkpoint with which a log begins that follows another; None where its first leaf is a record.

    Its signatures are not verified: whoever has the key of the log before does that.
    """
    with contextlib.suppress(InvalidError):
        return Checkpoint.parse(read_note(entry)[0])
    return None


def handed_over(proof: PortableProof, log: Verifier) -> tuple[Checkpoint, Verifier]:
    """Return the end of a log and the key of the next one out of the proof of its last leaf.

    TamperedError or InvalidError unless that leaf is a hand-over and the last under a checkpoint that ``log`` signed.
    """
    entry = proof.extra or b""
    end = check(proof, entry, [log])
    key = next_log(parse_leaf(entry))
    if key is None or proof.index != end.size - 1:
        raise TamperedError(Text("不是日志的移交记录", "It is not the hand-over of a log"), field="proof.extra")
    return end, key


def check_beginning(entry: bytes, end: Checkpoint, log: Verifier) -> None:
    """Refuse a first leaf that is not the last checkpoint of the log before, signed by its key; TamperedError."""
    with contextlib.suppress(InvalidError):
        if open_checkpoint(entry, [log])[0] == end:
            return
    words = Text(
        "日志不是由前一日志的最后检查点开始", "The log does not begin with the last checkpoint of the one before"
    )
    raise TamperedError(words, field="log.bundle")
