"""Keeps how far a verification got, so that it can go on: for each log that it read, bound to its key, size and root.

# Invariant: it vouches for no other log. It holds hashes, not verdicts: they lead to the root that is signed at the
end, or the log does not hold; and the checkpoint that was being verified has to be in the log's past.
"""

from __future__ import annotations

import contextlib
import os
from hashlib import sha256
from pathlib import Path
from typing import Literal

import msgspec

from shouze.errors import InvalidError, TamperedError, UnavailableError
from shouze.language import Text
from shouze.ledger.checkpoint import Checkpoint
from shouze.ledger.joining import Standing
from shouze.ledger.note import Verifier
from shouze.ledger.stretch import Mark

_DIGEST = 32


class _Kept(msgspec.Struct):
    """How far one log was verified, and which checkpoint was being verified."""

    size: int
    root: bytes
    standing: Standing


class _Content(msgspec.Struct):
    """The content of the file, in MessagePack behind its SHA-256: the first log's key, and each log's by its own."""

    form: Literal["shouze-verification/1"]
    first: str
    logs: dict[str, _Kept] = {}


class ResumeFile:
    """How far the verification of a log, and of those that follow it, got, in a file of its own."""

    def __init__(self, path: Path, first: Verifier) -> None:
        """``first`` is the key of the log that is verified first."""
        self._path, self._first = path, first
        self._known: _Content | None = None

    def read(self, log: Verifier) -> tuple[Standing, Mark] | None:
        """Return where to go on from with a log, and what was being verified; None where that was not begun yet.

        InvalidError for the file of another log or none at all, TamperedError when it was changed.
        """
        kept = self._content.logs.get(log.vkey)
        return None if kept is None else (kept.standing, Mark(kept.size, kept.root))

    def keep(self, log: Verifier, checkpoint: Checkpoint, standing: Standing) -> None:
        """Write down, durably, how far a log was verified; UnavailableError when the disk does not take it."""
        self._content.logs[log.vkey] = _Kept(checkpoint.size, checkpoint.root, standing)
        self._write(msgspec.msgpack.encode(self._content))

    @property
    def _content(self) -> _Content:
        """What the file held when it was first looked at, and what was kept since."""
        if self._known is None:
            self._known = self._read()
        return self._known

    def _read(self) -> _Content:
        try:
            raw = self._path.read_bytes()
        except FileNotFoundError:
            return _Content("shouze-verification/1", self._first.vkey)
        except OSError:
            raise self._unfit(Text("无法读取", "It cannot be read")) from None
        try:
            content = msgspec.msgpack.decode(raw[_DIGEST:], type=_Content)
        except msgspec.MsgspecError:
            raise self._unfit(Text("不是核验进度文件", "It does not say how far a verification got")) from None
        if sha256(raw[_DIGEST:]).digest() != raw[:_DIGEST]:
            raise TamperedError(Text("核验进度文件被改动", "The file was changed"), field=str(self._path))
        if content.first != self._first.vkey:
            raise self._unfit(Text("是另一日志的核验进度", "It belongs to another log"))
        return content

    def _write(self, raw: bytes) -> None:
        fresh = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        try:
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
                stream.write(sha256(raw).digest() + raw)
                stream.flush()
                os.fsync(stream.fileno())
            fresh.replace(self._path)
        except OSError as problem:
            with contextlib.suppress(OSError):
                fresh.unlink(missing_ok=True)
            words = Text("无法写入核验进度", "It cannot be written down how far it got")
            remedy = Text("检查磁盘空间与目录权限", "Check the disk's space and the folder's permissions")
            raise UnavailableError(words, field=str(self._path), remedy=remedy) from problem

    def _unfit(self, words: Text) -> InvalidError:
        remedy = Text("另取文件名，从头核验", "Name another file, and verify from the beginning")
        return InvalidError(words, field=str(self._path), remedy=remedy)
