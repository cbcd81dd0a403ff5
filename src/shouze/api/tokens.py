"""Make and read tokens: ``szt_<id>_<secret>``, of which only a hash is kept.

The secret is 32 random bytes in base64url; the id is that of the policy's ``callers`` entry. An id may contain
underscores: the secret's length is fixed, so a token is split in one way only.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from typing import NamedTuple

from shouze.rules.entries import Caller

Entropy = Callable[[int], bytes]

SECRET_BYTES = 32
_TOKEN = re.compile(r"szt_([A-Za-z0-9][\w.:@()\[\]#/-]{0,127})_([A-Za-z0-9_-]{43})", re.ASCII)
_NOBODY = "0" * 64


class Presented(NamedTuple):
    """A token as it was presented: the id in clear, the secret only as its SHA-256 in hex."""

    id: str
    secret_sha256: str


def make_token(caller: str, entropy: Entropy) -> tuple[str, str]:
    """Return a new token for the caller of this id, and the hash of its secret that the policy keeps."""
    secret = base64.urlsafe_b64encode(entropy(SECRET_BYTES)).decode().rstrip("=")
    return f"szt_{caller}_{secret}", _hashed(secret)


def parse_token(text: str) -> Presented | None:
    """Return what a token says, or None when it is no token."""
    found = _TOKEN.fullmatch(text)
    return Presented(found[1], _hashed(found[2])) if found else None


def stands(caller: Caller | None, presented: Presented, now: datetime) -> bool:
    """Tell whether the presented token is this caller's and in force; a caller that is not there takes as long."""
    right = compare_digest(caller.secret_sha256 if caller else _NOBODY, presented.secret_sha256)
    return right and caller is not None and not caller.revoked and now < caller.until


def _hashed(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
