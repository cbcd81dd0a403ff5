"""Judges the proof that a followed log was handed over to another (``ledger.shard``)."""

from __future__ import annotations

from typing import Literal, NamedTuple

from shouze.errors import InvalidError, TamperedError
from shouze.ledger.note import Verifier
from shouze.ledger.portable import PortableProof
from shouze.ledger.shard import handed_over
from shouze.witness.ports import Followed

HandOverRuling = Literal["accepted", "known", "unsigned", "behind", "contradicted"]
"""How a hand-over is judged; only after ``accepted`` may the next log be followed."""


class HandOver(NamedTuple):
    """The ruling, and the next log's key where the old one has signed it."""

    ruling: HandOverRuling
    key: Verifier | None = None


def judge_hand_over(proof: PortableProof, before: Followed) -> HandOver:
    """Judge the proof of a log's last leaf; what was cosigned last of that log has to be its end.

    # Invariant: of one log one hand-over is accepted, and only at the checkpoint that was cosigned last.
    """
    try:
        end, key = handed_over(proof, Verifier.from_vkey(before.vkey))
    except (InvalidError, TamperedError):
        return HandOver("unsigned")
    if before.successor == key.vkey:
        return HandOver("known", key)
    if end.size > before.size:
        return HandOver("behind", key)
    if before.successor is not None or (end.size, end.root) != (before.size, before.root):
        return HandOver("contradicted", key)
    return HandOver("accepted", key)
