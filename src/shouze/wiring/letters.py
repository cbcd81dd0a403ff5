"""Seals the desk's letters: one key for each, wrapped under a root key in a file of its own, apart from the database.

# Invariant: whoever holds the desk's tables alone opens no letter; a letter whose key is destroyed opens for nobody.
"""

from __future__ import annotations

import base64
import contextlib
import os
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from shouze.errors import ConflictError, TamperedError
from shouze.registers.letters.ports import Post
from shouze.sequencer.private_file import create
from shouze.settings import Settings
from shouze.vault.suites import NONCE_BYTES, Suite, suite_named, suite_numbered

LETTERS_KEY = "letters.key"


class _File(msgspec.Struct, frozen=True, tag_field="format", tag="shouze-letters-key/1"):
    suite: str
    key: str = field(repr=False)


@dataclass(frozen=True)
class Sealer:
    """Seals by one suite under keys that its root wraps (``registers.letters.ports.SealerPort``)."""

    suite: Suite
    root: bytes = field(repr=False)

    def fresh(self, name: str) -> bytes:
        """Return a new key, wrapped."""
        return self._seal(self.root, os.urandom(self.suite.key_bytes), f"key:{name}")

    def seal(self, name: str, wrapped: bytes, plain: bytes, place: str) -> bytes:
        """Return what is said, sealed."""
        return self._seal(self._key(name, wrapped), plain, f"letter:{name}:{place}")

    def open(self, name: str, wrapped: bytes, sealed: bytes, place: str) -> bytes:
        """Return what was sealed."""
        return _open(self._key(name, wrapped), sealed, f"letter:{name}:{place}")

    def _key(self, name: str, wrapped: bytes) -> bytes:
        return _open(self.root, wrapped, f"key:{name}")

    def _seal(self, key: bytes, plain: bytes, bound: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return bytes([self.suite.number]) + nonce + self.suite.seal(key, nonce, plain, bound.encode())


def _open(key: bytes, sealed: bytes, bound: str) -> bytes:
    if not sealed:
        raise TamperedError
    nonce, rest = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    return suite_numbered(sealed[0]).open(key, nonce, rest, bound.encode())


def read_sealer(home: Path, settings: Settings) -> Sealer:
    """Return the sealer of an installation; its root key is made where there is none."""
    path = home / LETTERS_KEY
    if not path.exists():
        suite = suite_named(settings.suite)
        made = _File(suite.name, base64.b64encode(os.urandom(suite.key_bytes)).decode())
        with contextlib.suppress(ConflictError):  # another process was quicker
            create(path, msgspec.json.encode(made))
    found = msgspec.json.decode(path.read_bytes(), type=_File)
    return Sealer(suite_named(found.suite), base64.b64decode(found.key))


def post_of(settings: Settings) -> Post:
    """Return where mail goes and comes from, as the settings say."""
    return Post(
        settings.smtp_url, settings.mail_from, settings.imap_url, settings.imap_after, settings.letter_retention_days
    )
