"""Write, sign and open checkpoints, a log's signed heads (C2SP tlog-checkpoint)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from shouze.errors import InvalidError, TamperedError
from shouze.language import Text
from shouze.ledger.note import ED25519, Note, Signer, Verifier, open_note, sign
from shouze.ledger.strict import MAX_NUMBER, base64_of, read_base64, read_decimal
from shouze.ledger.tree import HASH_SIZE

_ORIGIN = re.compile(r"[^\s+\x00-\x1f]+")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's head: its origin (also its key's name), the number of leaves, the 32-byte root.

    ``extensions`` are further lines that another log may add; ours has none.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not _ORIGIN.fullmatch(self.origin):
            words = Text(
                "不得为空，不得含空格、加号或控制字符", "It is not empty and has no spaces, plus or control signs"
            )
            raise InvalidError(words, field="checkpoint.origin")
        if not 0 <= self.size <= MAX_NUMBER:
            raise InvalidError(Text("超出范围", "It is out of range"), field="checkpoint.size")
        if len(self.root) != HASH_SIZE:
            raise InvalidError(Text("应为 32 字节", "It has to be 32 bytes long"), field="checkpoint.root")
        if any(not line or "\n" in line for line in self.extensions):
            raise InvalidError(Text("扩展行不得为空", "An extension line is empty"), field="checkpoint.extensions")

    def text(self) -> str:
        """Return the note's text: origin, size and base64 root, a line each."""
        return "\n".join((self.origin, str(self.size), base64_of(self.root), *self.extensions)) + "\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read a note's text; InvalidError for any other spelling than the one ``text`` writes."""
        if not text.endswith("\n") or text.count("\n") < 3:
            raise InvalidError(Text("不是检查点", "It is not a checkpoint"), field="checkpoint")
        origin, size, root, *extensions = text[:-1].split("\n")
        hashed = read_base64(root, "checkpoint.root", length=HASH_SIZE)
        return cls(origin, read_decimal(size, "checkpoint.size"), hashed, tuple(extensions))


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer) -> str:
    """Return the signed note; InvalidError unless the signer's name is the checkpoint's origin."""
    if signer.name != checkpoint.origin:
        words = Text("签名者名称与日志来源不符", "The signer's name is not the log's origin")
        raise InvalidError(words, field="checkpoint.origin")
    return sign(checkpoint.text(), [signer])


def open_checkpoint(raw: bytes, verifiers: Sequence[Verifier]) -> tuple[Checkpoint, Note]:
    """Return the checkpoint and its opened note (which holds the cosignatures of the witnesses known here).

    InvalidError when it is not a signed checkpoint; TamperedError when a known key's signature is wrong, or the log
    itself, the Ed25519 key named as the origin, has not signed.
    """
    note = open_note(raw, verifiers)
    checkpoint = Checkpoint.parse(note.text)
    logs = {(key.name, key.key_id) for key in verifiers if key.kind == ED25519 and key.name == checkpoint.origin}
    if not any((signature.name, signature.key_id) in logs for signature in note.verified):
        raise TamperedError(Text("日志本身没有签名", "The log itself has not signed it"), field="checkpoint.origin")
    return checkpoint, note
