"""Subject keys, and the port to the key ring that wraps them.

A subject key seals what one subject gave on one ground. It is stored only wrapped under an epoch key of the ring.
Destroying the wrapped key erases at once; re-wrapping the living ones under a new epoch and destroying the old epoch
key makes every copy of the wrapped key worthless too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple, Protocol

from shouze.vault.framing import frame_one, words
from shouze.vault.suites import Suite

Entropy = Callable[[int], bytes]
"""Returns as many unpredictable bytes as asked for; ``os.urandom`` outside tests."""

_SUBJECT_KEY = b"shouze/subject-key/1"


class KeyRing(Protocol):
    """The port to whatever keeps the keys above the subject keys: a file, or a module behind PKCS#11.

    The ring holds: numbered epoch keys, one of them current; numbered index keys, one of them current; one look-up
    key; keys of days. No two of these may be the same key or be computable from one another. Every method is
    deterministic in its result except ``wrap``, is safe to call from several threads, and answers without asking a
    person. Where the ring cannot be reached, UnavailableError. No method, ``repr`` or error shows a key of the ring.
    """

    @property
    def suite(self) -> Suite:
        """The suite of every key in this ring and of the subject keys made with it; it never changes."""
        ...

    def current_epoch(self) -> int:
        """Return the number of the epoch that new keys are wrapped under: positive, never lower than before."""
        ...

    def wrap(self, epoch: int, key: bytes, associated: bytes) -> bytes:
        """Seal a key of 16 or 32 bytes under the epoch key, with authenticated encryption and a fresh nonce.

        The answer (at most 128 bytes) contains all that ``unwrap`` needs beside ``epoch`` and ``associated``.
        SealedError when that epoch key is unknown or destroyed.
        """
        ...

    def unwrap(self, epoch: int, wrapped: bytes, associated: bytes) -> bytes:
        """Return the key that ``wrap`` sealed.

        SealedError when that epoch key is unknown or destroyed; TamperedError when epoch, ``wrapped`` or
        ``associated`` are not exactly those of the wrapping.
        """
        ...

    def index_version(self) -> int:
        """Return the version of the index key by whose tags values are found.

        A key that was replaced over a minute ago is never answered; where that cannot be told, UnavailableError.
        """
        ...

    def index_versions(self) -> tuple[int, ...]:
        """Return the versions under which tags are written, the oldest first: ``index_version()`` is among them."""
        ...

    def index_mac(self, version: int, message: bytes) -> bytes:
        """Return the 32-byte HMAC of the message under that index key; SealedError when it is unknown."""
        ...

    def lookup_mac(self, message: bytes) -> bytes:
        """Return the 32-byte HMAC of the message under the look-up key, which never changes."""
        ...

    def derive_daily(self, day: str) -> bytes:
        """Return the key, of ``suite.key_bytes``, of a UTC day (``2026-01-31``) for openings of no subject's own.

        SealedError when that day's key was destroyed, or is of a day before the ring was made; InvalidError when
        ``day`` is no day.
        """
        ...

    def refresh(self) -> None:
        """Learn what other programs did to the ring: keys that they made or destroyed come and go here."""
        ...


class TurningRing(KeyRing, Protocol):
    """The port to a ring whose keys are replaced; every change is durable when its call returns.

    Several programs may change one ring at once: each change is made to what the ring then is, never to what a program
    remembers of it.
    """

    def epochs(self) -> Mapping[int, datetime]:
        """Return the numbers of the living epochs, and when each was made (UTC)."""
        ...

    def add_epoch(self, now: datetime, *, after: int | None = None) -> int:
        """Make a fresh epoch key current and return the number of the current epoch.

        With ``after`` only where that epoch still is the current one: of several programs that find it due, one acts.
        """
        ...

    def destroy_epochs_before(self, number: int) -> None:
        """Forget every older epoch key; ConflictError when the current one would go."""
        ...

    def index_keys(self) -> Mapping[int, datetime]:
        """Return the versions of the index keys, and when each was made (UTC)."""
        ...

    def prepare_index_key(self, now: datetime) -> int:
        """Make a fresh index key that is to be current next, unless there is one; return its version."""
        ...

    def switch_index_key(self, version: int) -> None:
        """Make the prepared index key current; older ones still make tags."""
        ...

    def destroy_index_keys_before(self, version: int) -> None:
        """Forget every older index key; ConflictError when the current one would go."""
        ...

    def first_day(self) -> str:
        """Return the first day (UTC) whose key is kept."""
        ...

    def destroy_days_before(self, day: str) -> None:
        """Forget the keys of every day before ``day``; what is forgotten stays so."""
        ...


class WrappedKey(NamedTuple):
    """A subject key as it is stored: the epoch that wraps it, the number of its own suite, the wrapped bytes."""

    epoch: int
    suite: int
    blob: bytes


def fresh_subject_key(ring: KeyRing, subject: str, ground: str, entropy: Entropy) -> tuple[bytes, WrappedKey]:
    """Make a key for a subject and a ground; return it with its wrapped form under the current epoch."""
    suite = ring.suite
    key = entropy(suite.key_bytes)
    return key, _wrap(ring, key, suite.number, subject, ground)


def unwrap_subject_key(ring: KeyRing, wrapped: WrappedKey, subject: str, ground: str) -> bytes:
    """Return the subject key.

    SealedError when its epoch key is destroyed, TamperedError when it was altered or moved to another subject, ground,
    epoch or suite.
    """
    return ring.unwrap(wrapped.epoch, wrapped.blob, _place(subject, ground, wrapped.epoch, wrapped.suite))


def rewrap_subject_key(ring: KeyRing, wrapped: WrappedKey, subject: str, ground: str) -> WrappedKey:
    """Return the same subject key wrapped under the current epoch; errors as in ``unwrap_subject_key``."""
    key = unwrap_subject_key(ring, wrapped, subject, ground)
    return _wrap(ring, key, wrapped.suite, subject, ground)


def _wrap(ring: KeyRing, key: bytes, suite: int, subject: str, ground: str) -> WrappedKey:
    epoch = ring.current_epoch()
    return WrappedKey(epoch, suite, ring.wrap(epoch, key, _place(subject, ground, epoch, suite)))


def _place(subject: str, ground: str, epoch: int, suite: int) -> bytes:
    return words(_SUBJECT_KEY) + frame_one(subject) + words(ground, epoch, suite)
