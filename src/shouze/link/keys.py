"""The keys that sign dispatches, and how two people compare them: by fingerprints read out to one another."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.jwk import OKPKey

from shouze.errors import InvalidError
from shouze.language import Text

KEY_BYTES = 32
_GROUPS, _GROUP = 10, 4


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The public half of a party's key: 32 bytes."""

    raw: bytes

    @classmethod
    def read(cls, text: str) -> PublicKey:
        """Read base64url without padding; InvalidError for anything that ``text`` would not write."""
        try:
            raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except ValueError:
            raw = b""
        if len(raw) != KEY_BYTES or base64url(raw) != text:
            raise InvalidError(Text("不是有效的公钥", "It is not a public key"), field="key")
        return cls(raw)

    @property
    def text(self) -> str:
        """Return the key as it is written in dispatches."""
        return base64url(self.raw)

    @property
    def id(self) -> str:
        """Return the key's id in a signature's header: 16 hex digits of its SHA-256."""
        return sha256(self.raw).hexdigest()[:16]

    @property
    def fingerprint(self) -> str:
        """Return what people read out to one another: 40 hex digits of its SHA-256, in groups of four."""
        digits = sha256(self.raw).hexdigest()
        return " ".join(digits[at : at + _GROUP] for at in range(0, _GROUPS * _GROUP, _GROUP))

    def jwk(self) -> OKPKey:
        """Return the key as RFC 8037 has it."""
        return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": self.text})


@dataclass(frozen=True, slots=True)
class PartyKey:
    """A party's private key, which signs dispatches and their receipts and nothing else."""

    key: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def fresh(cls) -> PartyKey:
        """Make a new key."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def read(cls, text: str) -> PartyKey:
        """Read what ``text`` wrote."""
        return cls(Ed25519PrivateKey.from_private_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))))

    @property
    def text(self) -> str:
        """Return the private key as its file keeps it."""
        return base64url(self.key.private_bytes_raw())

    @property
    def public(self) -> PublicKey:
        """Return the public half."""
        return PublicKey(self.key.public_key().public_bytes_raw())

    def jwk(self) -> OKPKey:
        """Return the key as RFC 8037 has it."""
        return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": self.public.text, "d": self.text})


def same_fingerprint(written: str, key: PublicKey) -> bool:
    """Tell whether somebody wrote the key's fingerprint, whatever the spaces and capitals."""
    return "".join(written.split()).lower() == key.fingerprint.replace(" ", "")


def base64url(raw: bytes) -> str:
    """Return base64url without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
