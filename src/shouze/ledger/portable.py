"""Write, read and check the proof file that anybody can keep (C2SP tlog-proof)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shouze.errors import InvalidError, TamperedError
from shouze.language import Text
from shouze.ledger.checkpoint import Checkpoint, open_checkpoint
from shouze.ledger.note import MAX_NOTE, Verifier
from shouze.ledger.proof import verify_inclusion
from shouze.ledger.strict import base64_of, read_base64, read_decimal
from shouze.ledger.tree import HASH_SIZE, leaf_hash

HEADER = "c2sp.org/tlog-proof@v1"
MAX_HASHES = 63


@dataclass(frozen=True, slots=True)
class PortableProof:
    """Where a leaf stands, its inclusion proof (the sibling first), and the signed checkpoint that it leads to.

    ``extra`` is carried along but not authenticated by anything.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None

    def text(self) -> str:
        """Return the content of the file."""
        extra = [] if self.extra is None else [f"extra {base64_of(self.extra)}"]
        lines = [HEADER, *extra, f"index {self.index}", *map(base64_of, self.hashes), "", self.checkpoint]
        return "\n".join(lines)

    @classmethod
    def parse(cls, raw: bytes) -> PortableProof:
        """Read the content of a file; InvalidError for anything that ``text`` would not write."""
        head, blank, checkpoint = _decoded(raw).partition("\n\n")
        header, *lines = head.split("\n")
        if header != HEADER or not blank:
            raise InvalidError(Text("不是证明文件", "It is not a proof file"), field="proof")
        extra = read_base64(lines.pop(0)[6:], "proof.extra") if lines and lines[0].startswith("extra ") else None
        if not lines or not lines[0].startswith("index ") or len(lines) > 1 + MAX_HASHES:
            raise InvalidError(Text("不是证明文件", "It is not a proof file"), field="proof.index")
        hashes = tuple(read_base64(line, "proof.hashes", length=HASH_SIZE) for line in lines[1:])
        return cls(read_decimal(lines[0][6:], "proof.index"), hashes, checkpoint, extra)


def check(proof: PortableProof, entry: bytes, verifiers: Sequence[Verifier]) -> Checkpoint:
    """Return the checkpoint under which the entry's bytes are proved to be leaf ``index`` of the log.

    TamperedError when a signature or the proof is wrong, InvalidError when the checkpoint cannot be read.
    """
    checkpoint, _ = open_checkpoint(proof.checkpoint.encode(), verifiers)
    if not verify_inclusion(proof.index, checkpoint.size, leaf_hash(entry), proof.hashes, checkpoint.root):
        raise TamperedError(Text("记录不在此检查点之内", "The checkpoint does not include it"), field="proof.hashes")
    return checkpoint


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8") if len(raw) <= MAX_NOTE else ""
    except UnicodeDecodeError:
        return ""
