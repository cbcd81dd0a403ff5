"""The log's signing key in a file, and beside it its public side and what it signed last.

``<name>`` holds one line, ``PRIVATE+KEY+<origin>+<key id>+<base64 of 0x01 and the 32-byte seed>``, the form in which
Go's note package keeps its keys (mode 0600). ``<name>.vkey`` holds the verifier key (0644), ``<name>.signed`` the
checkpoint signed last (0600): it is no secret, but who could change it could hide that a log was put back.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shouze.errors import InvalidError, NotFoundError
from shouze.language import Text
from shouze.ledger.note import ED25519, Signer
from shouze.ledger.strict import base64_of, read_base64
from shouze.sequencer.private_file import FOR_ALL_TO_READ, create, read, replace

_HEADER = "PRIVATE+KEY"
_SEED_SIZE = 32


def create_signing_key(
    path: Path, origin: str, entropy: Callable[[int], bytes] = os.urandom, *, kind: int = ED25519
) -> Signer:
    """Make a key for the log of that origin, or for the witness of that name where ``kind`` is COSIGNATURE.

    ConflictError when the file is there, InvalidError for a bad name.
    """
    seed = entropy(_SEED_SIZE)
    signer = Signer(origin, Ed25519PrivateKey.from_private_bytes(seed))
    key_id = signer.verifier().key_id.hex()
    create(path, f"{_HEADER}+{origin}+{key_id}+{base64_of(bytes((ED25519,)) + seed)}\n".encode())
    _write_public(path, signer, kind)
    return signer


def open_signing_key(path: Path, kind: int = ED25519) -> Signer:
    """Return the signer in the file and write its public side anew where that is missing.

    NotFoundError when there is no file; InvalidError when others can read it, or it is not a key.
    """
    signer = _read_key(read(path))
    if not vkey_path(path).exists():
        _write_public(path, signer, kind)
    return signer


def vkey_path(path: Path) -> Path:
    """Return where the verifier key of the signing key at ``path`` stands."""
    return path.with_name(f"{path.name}.vkey")


class LastSigned:
    """The memory beside a signing key (``ports.Memory``); its calls wait for the disk."""

    def __init__(self, key: Path) -> None:
        self._path = key.with_name(f"{key.name}.signed")

    def recall(self) -> bytes | None:
        """Return the checkpoint signed last, None when there is none; InvalidError when others could change it."""
        try:
            return read(self._path)
        except NotFoundError:
            return None

    def remember(self, note: bytes) -> None:
        """Keep a signed checkpoint; UnavailableError when the disk does not take it."""
        replace(self._path, note)


def _write_public(path: Path, signer: Signer, kind: int) -> None:
    replace(vkey_path(path), f"{signer.verifier(kind).vkey}\n".encode(), mode=FOR_ALL_TO_READ)


def _read_key(content: bytes) -> Signer:
    try:
        private, key, name, key_id, encoded = content.decode().removesuffix("\n").split("+", 4)
        raw = read_base64(encoded, "signing-key", length=1 + _SEED_SIZE)
        if f"{private}+{key}" == _HEADER and raw[0] == ED25519:
            signer = Signer(name, Ed25519PrivateKey.from_private_bytes(raw[1:]))
            if signer.verifier().key_id.hex() == key_id:
                return signer
    except (ValueError, InvalidError):
        pass
    # Raised outside the clause: the failure must not travel along, it comes from a file with a key.
    raise InvalidError(
        Text("不是有效的签名私钥", "It is not a signing key"),
        field="signing-key",
        remedy=Text("从备份恢复该文件；切勿新建", "Restore the file from its backup; never make a new one"),
    )
