"""What letters need from outside: a sealer that holds their root key, and where mail goes and comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol


class SealerPort(Protocol):
    """Seals under keys that are themselves wrapped under a root which only this port holds.

    Implemented by ``wiring`` over ``vault``.
    """

    def fresh(self, name: str) -> bytes:
        """Return a new key, wrapped; ``name`` is bound to it."""
        ...

    def seal(self, name: str, wrapped: bytes, plain: bytes, place: str) -> bytes:
        """Return ``plain`` sealed under a wrapped key, bound to a place."""
        ...

    def open(self, name: str, wrapped: bytes, sealed: bytes, place: str) -> bytes:
        """Return what was sealed; TamperedError where anything differs."""
        ...


@dataclass(frozen=True)
class Post:
    """The mail server letters go through, the mailbox they come to, and how long what they say is kept."""

    smtp_url: str = field(default="", repr=False)
    mail_from: str = ""
    imap_url: str = field(default="", repr=False)
    imap_after: Literal["keep", "delete"] = "keep"
    retention_days: int = 1096
