"""Compact JWS (RFC 7515) with Ed25519 alone (RFC 8037): its keys as JOSE has them, and the registry that reads it."""

from __future__ import annotations

import base64
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.errors import UnsupportedAlgorithmError
from joserfc.jwk import OKPKey
from joserfc.jws import JWSRegistry

ALGORITHM = "Ed25519"
"""Its name since RFC 9864; RFC 8037 calls it EdDSA."""
LARGEST = 4096
"""Bytes of the longest payload that is read."""


class Ed25519Alone(JWSRegistry):
    """Knows one algorithm, under both of its names, whatever a header asks for."""

    max_payload_length = LARGEST

    def get_alg(self, name: str) -> Any:
        """Return the one algorithm; UnsupportedAlgorithmError for any other name."""
        if name not in ("EdDSA", ALGORITHM):
            raise UnsupportedAlgorithmError
        return self.algorithms[ALGORITHM]


ED25519_ALONE = Ed25519Alone()


def base64url(raw: bytes) -> str:
    """Return base64url without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def verifying_key(public: bytes) -> OKPKey:
    """Return a public key of 32 bytes as JOSE has it."""
    return OKPKey.import_key({"kty": "OKP", "crv": ALGORITHM, "x": base64url(public)})


def signing_key(key: Ed25519PrivateKey) -> OKPKey:
    """Return a private key as JOSE has it."""
    public, private = base64url(key.public_key().public_bytes_raw()), base64url(key.private_bytes_raw())
    return OKPKey.import_key({"kty": "OKP", "crv": ALGORITHM, "x": public, "d": private})
