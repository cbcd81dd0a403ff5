"""What the witness needs from outside: where it keeps what it has cosigned, and the evidence."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class Followed(NamedTuple):
    """A log that is followed: its key, and the size, root and note (cosignature included) that were cosigned last.

    ``successor`` is the key of the log that it was handed over to: then it grows no more.
    """

    origin: str
    vkey: str
    size: int
    root: bytes
    note: str | None
    at: int
    successor: str | None = None


class Evidence(NamedTuple):
    """A submission that the log had signed and that was not consistent, beside what was held when it came.

    ``at`` is in microseconds since 1970 (UTC).
    """

    origin: str
    digest: bytes
    ruling: str
    held: str | None
    submission: bytes
    at: int


class WitnessStore(Protocol):
    """The witness's memory; UnavailableError when it does not answer."""

    async def follow(self, origin: str, vkey: str, at: int) -> None:
        """Begin to follow a log at size 0; ConflictError when another key is kept for that origin."""
        ...

    async def followed(self, origin: str) -> Followed | None:
        """Return where a log stands."""
        ...

    async def all_followed(self) -> list[Followed]:
        """Return every log that is followed, by origin."""
        ...

    async def advance(self, before: Followed, after: Followed) -> bool:
        """Put ``after`` in the place of ``before``, durably; False, and nothing changed, when that has changed.

        A log that was handed over does not grow.
        """
        ...

    async def hand_on(self, before: Followed, origin: str, vkey: str, at: int) -> bool:
        """Write down to which log ``before`` was handed over, and begin to follow that one at size 0, durably.

        False, and nothing changed, when ``before`` has changed; ConflictError when another key is kept for that log.
        """
        ...

    async def keep(self, evidence: Evidence) -> None:
        """Keep evidence, durably; the same submission is kept once."""
        ...

    async def evidence(self, after: bytes, limit: int) -> list[Evidence]:
        """Return evidence whose digest is above ``after``, by digest."""
        ...
