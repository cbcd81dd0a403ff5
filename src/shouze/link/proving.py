"""Checks what an operator's log proves about a dispatch: the receiver's own key and nothing else is needed."""

from __future__ import annotations

from datetime import datetime

from shouze.errors import InvalidError, TamperedError
from shouze.language import Text
from shouze.ledger.entry import Leaf, parse_leaf
from shouze.ledger.note import Verifier
from shouze.ledger.portable import PortableProof, check
from shouze.link.kinds import Acknowledgement

ENFORCED = "orders-enforce"
NAMED = "dispatch:"


def enforced_at(said: Acknowledgement, dispatch: str, log: str) -> datetime:
    """Return when the log of this key recorded that the order of this dispatch is in force under the policy named.

    TamperedError where a signature or the proof is wrong; InvalidError where it proves something else.
    """
    leaf = proved(said.proof, log)
    if leaf.what.act != ENFORCED or leaf.what.recipient != f"{NAMED}{dispatch}":
        raise InvalidError(Text("证明的是另一条记录", "It proves another record"), field="proof")
    if leaf.verdict.policy != said.policy:
        raise InvalidError(
            Text("记录所依据的策略与所称不符", "The record was made under another policy"), field="policy"
        )
    return leaf.at


def proved(proof: str, log: str) -> Leaf:
    """Return the record that a proof holds, once the log's key has signed a checkpoint over it; errors as above."""
    read = PortableProof.parse(proof.encode())
    if read.extra is None:
        raise InvalidError(Text("证明中没有记录", "The proof holds no record"), field="proof")
    check(read, read.extra, [Verifier.from_vkey(log)])
    try:
        return parse_leaf(read.extra)
    except TamperedError:
        raise InvalidError(Text("证明中没有操作记录", "The proof holds no handling record"), field="proof") from None
