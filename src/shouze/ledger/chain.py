"""Follow one node's records: numbered without a gap, each naming the one before.

A leaf that was deleted before it reached the tree leaves a gap here. The first leaf of a boot has number 1 and an
empty ``prev``.
"""

from __future__ import annotations

from dataclasses import dataclass

from shouze.errors import TamperedError
from shouze.language import Text
from shouze.ledger.entry import Leaf
from shouze.ledger.strict import base64_of


@dataclass(frozen=True, slots=True)
class Chain:
    """Where the chain of one boot of one node stands: the last number and the last leaf's hash (none before 1)."""

    node: int
    boot: str
    last_nseq: int = 0
    last_hash: bytes = b""

    @property
    def prev(self) -> str:
        """What the next leaf has to carry as ``prev``: the last leaf hash in base64, or nothing."""
        return base64_of(self.last_hash)

    def advance(self, leaf: Leaf, hashed: bytes) -> Chain:
        """Return the chain after this leaf (``hashed`` is its leaf hash); TamperedError when it is not the next one."""
        if (leaf.node, leaf.boot) != (self.node, self.boot):
            raise TamperedError(Text("记录属于另一节点", "The record is another node's"), field="leaf.boot")
        if leaf.nseq != self.last_nseq + 1:
            raise TamperedError(Text("节点记录编号不连续", "The node's numbers have a gap"), field="leaf.nseq")
        if leaf.prev != self.prev:
            raise TamperedError(Text("与上一条记录不衔接", "It does not follow the one before"), field="leaf.prev")
        return self.rejoin(leaf, hashed)

    def rejoin(self, leaf: Leaf, hashed: bytes) -> Chain:
        """Return the chain as it stands at this leaf, unchecked: how a verifier carries on after a fault."""
        return Chain(leaf.node, leaf.boot, leaf.nseq, hashed)
