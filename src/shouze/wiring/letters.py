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

from shouze.errors import ConflictError, NotFoundError, TamperedError
from shouze.language import Text
from shouze.registers.letters.ports import Post
from shouze.sequencer.private_file import create, replace
from shouze.settings import Settings
from shouze.vault.suites import NONCE_BYTES, Suite, suite_named, suite_numbered
from shouze.wiring.key_files import read_key_file

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


def read_sealer(home: Path, settings: Settings, *, used: bool = False) -> Sealer:
    """Return the sealer of an installation; its root key is made where there is none, or an empty file stands for it.

    NotFoundError where letters are ``used`` and the file is missing: another key would open none of them, and what is
    sealed under it would be lost once the right one is put back.
    """
    path = home / LETTERS_KEY
    if used and not path.exists():
        raise letters_key_missing(path)
    if not path.exists() or not path.stat().st_size:
        suite = suite_named(settings.suite)
        made = _File(suite.name, base64.b64encode(os.urandom(suite.key_bytes)).decode())
        with contextlib.suppress(ConflictError):  # another process was quicker
            (replace if path.exists() else create)(path, msgspec.json.encode(made))
    found = read_key_file(path, _File)
    return Sealer(suite_named(found.suite), base64.b64decode(found.key))


def letters_key_missing(path: Path) -> NotFoundError:
    """Return the error for a folder that lacks the key which the letters in the tables are sealed under."""
    return NotFoundError(
        Text("来往信件的密钥不在此目录", "The key of the letters is not in this folder"),
        field=str(path),
        remedy=Text(
            f"从桌面的目录或密钥备份中取回 letters.key（见 docs/servers.md）；确已丢失的，执行 touch {path}："
            "以前的信件不能再打开，以后的用新密钥",
            "Copy letters.key from the desk's folder, or from a restored backup of keys (docs/servers.md). "
            f"Is it lost for good, run touch {path}: earlier letters stay sealed, later ones get a new key",
        ),
    )


def post_of(settings: Settings) -> Post:
    """Return where mail goes and comes from, as the settings say."""
    return Post(
        settings.smtp_url, settings.mail_from, settings.imap_url, settings.imap_after, settings.letter_retention_days
    )
