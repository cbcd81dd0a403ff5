"""A contradiction that stands alone: what one log's key has signed and no one history holds, for anybody to check.

Three kinds are told apart. ``one-size``: two signed checkpoints of one size with different roots; the log's key alone
proves it. ``false-proof``: the party itself has signed a dispatch that offers a later checkpoint with a proof of growth
that leads nowhere. ``shrunk``: it has signed two dispatches, of which the later one offers a smaller checkpoint as its
newest. For the latter two the key of the party's dispatches has to be known too, by its fingerprint.
"""

from __future__ import annotations

import base64
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, Literal

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from shouze.errors import InvalidError, ShouzeError
from shouze.language import Text
from shouze.ledger.checkpoint import Checkpoint, open_checkpoint
from shouze.ledger.note import Verifier, read_note
from shouze.ledger.witnessing import Submission, judge

FINGERPRINT = 40
"""Hex digits of a key's SHA-256 that people read out to one another."""


class Ground(StrEnum):
    """What a contradiction shows."""

    ONE_SIZE = "one-size"
    FALSE_PROOF = "false-proof"
    SHRUNK = "shrunk"


WORDS: dict[Ground, Text] = {
    Ground.ONE_SIZE: Text(
        "同一日志密钥签署了两个大小相同、内容不同的检查点",
        "The log's key has signed two checkpoints of one size with different roots",
    ),
    Ground.FALSE_PROOF: Text(
        "发文方签署的增长证明不能从前一检查点通往后一检查点",
        "The proof of growth that the party signed does not lead from the one checkpoint to the other",
    ),
    Ground.SHRUNK: Text(
        "发文方先签署了较大的检查点，后又以较小的作为最新",
        "The party first showed a larger log, then a smaller one as its newest",
    ),
}


class Contradiction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Two signed checkpoints of a log (vkey), and the dispatches (compact JWS, by ``key``) that brought them."""

    format: Literal["shouze-contradiction/1"]
    log: str
    first: str
    second: str
    first_said: str = ""
    second_said: str = ""
    key: str = ""

    def encoded(self) -> bytes:
        """Return the file."""
        told = {"format": self.format, **msgspec.to_builtins(self)}
        return msgspec.json.format(msgspec.json.encode(told, order="sorted"))

    @classmethod
    def read(cls, raw: bytes) -> Contradiction:
        """Read the file; InvalidError where it is none."""
        try:
            return msgspec.json.decode(raw, type=cls)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            raise InvalidError(
                Text("不是矛盾证明文件", "It is not the file of a contradiction"), field="file"
            ) from None


class _Said(msgspec.Struct, frozen=True):
    time: datetime
    body: dict[str, Any]


def shown_by(told: Contradiction, log: Verifier, fingerprint: str = "") -> Ground:
    """Return what the file shows to whoever has the log's key, and the fingerprint of the party's where that is needed.

    TamperedError where a checkpoint is not signed by the log; InvalidError where the file shows no contradiction so.
    """
    first, second = (open_checkpoint(note.encode(), [log])[0] for note in (told.first, told.second))
    if first.size == second.size and first.root != second.root:
        return Ground.ONE_SIZE
    named = "".join(fingerprint.split()).lower()
    if len(named) == FINGERPRINT and (said := _said(told.second_said, told.key, named)) is not None:
        if _proves_nothing(said, told, first, log):
            return Ground.FALSE_PROOF
        before = _said(told.first_said, told.key, named)
        if before is not None and _shrunk(before, said, told, first, second):
            return Ground.SHRUNK
    remedy = Text(
        "若大小不同，须以 --party 给出经核对的对方指纹",
        "Where sizes differ, name the party's fingerprint that was compared (--party)",
    )
    raise InvalidError(Text("据此不能证明矛盾", "It shows no contradiction so"), field="file", remedy=remedy)


def _proves_nothing(said: _Said, told: Contradiction, first: Checkpoint, log: Verifier) -> bool:
    offered = _offered(said)
    if offered is None or not _same(offered.note, told.second) or offered.old != first.size:
        return False
    return judge(offered, log, first).ruling == "inconsistent"


def _shrunk(before: _Said, said: _Said, told: Contradiction, first: Checkpoint, second: Checkpoint) -> bool:
    one, other = _offered(before), _offered(said)
    if one is None or other is None or not (_same(one.note, told.first) and _same(other.note, told.second)):
        return False
    return said.time > before.time and second.size < first.size


def _offered(said: _Said) -> Submission | None:
    try:
        return Submission.parse(str(said.body.get("submission", "")).encode())
    except ShouzeError:
        return None


def _same(one: str, other: str) -> bool:
    """Tell whether two notes are of one text, whoever else has cosigned them."""
    try:
        return read_note(one.encode())[0] == read_note(other.encode())[0]
    except ShouzeError:
        return False


def _said(signed: str, key: str, fingerprint: str) -> _Said | None:
    """Return what a dispatch says, once the key of that fingerprint has signed it; None otherwise."""
    try:
        raw = _base64url(key)
        head, payload, signature = signed.split(".")
        if sha256(raw).hexdigest()[:FINGERPRINT] != fingerprint:
            return None
        Ed25519PublicKey.from_public_bytes(raw).verify(_base64url(signature), f"{head}.{payload}".encode())
        return msgspec.json.decode(_base64url(payload), type=_Said)
    except (ValueError, InvalidSignature, msgspec.MsgspecError, RecursionError):
        return None


def _base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
