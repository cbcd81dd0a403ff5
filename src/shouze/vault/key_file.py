"""The key ring in one file that only its owner can read.

The file is JSON, format ``shouze-keyring/1`` (``RingFile``). It is never changed in place: a new file is written
beside it, made durable and renamed over it while the folder is locked, so that a crash leaves the old file or the new
one, and two programs that rotate at once both keep their keys.

What the file system still holds of a replaced file is out of its reach: put it on an encrypted volume, or use a
module behind PKCS#11, where that matters. A backup of it must not outlive the erasure bound.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from shouze.errors import InvalidError, SealedError, ShouzeError, UnavailableError
from shouze.language import Text
from shouze.vault.keys import Entropy
from shouze.vault.ring_file import DayChain, RingFile, StoredKey, create_file, read_file, replace_file
from shouze.vault.suites import NONCE_BYTES, Cipher, Suite, suite_named

LOOK = 1.0
"""Seconds for which the file is not looked at again, when an index key is asked for."""
BLIND = 20.0
"""Seconds for which a file that cannot be read is done without, then."""
_MAC_KEY_BYTES = 32
_NEXT_DAY = b"shouze/next-day/1"
_DAY_KEY = b"shouze/day-key/1"
_FARTHEST_DAYS = 366 * 100


class FileKeyRing:
    """A KeyRing whose keys are in memory; what other programs did to the file is seen at ``refresh``."""

    def __init__(
        self, path: Path, ring: RingFile, entropy: Entropy, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Hold what ``create`` and ``open`` read: use those."""
        self._path = path
        self._monotonic = monotonic
        self._looked, self._seen = monotonic() - LOOK, _Identity()
        self._entropy = entropy
        self._suite = suite_named(ring.suite)
        self._hold(ring)

    @classmethod
    def create(cls, path: Path, suite: Suite, now: datetime, entropy: Entropy = os.urandom) -> FileKeyRing:
        """Make a ring with fresh keys at ``path``, readable by its owner only; ConflictError when a file is there."""
        ring = RingFile(
            suite=suite.name,
            current=1,
            epochs={1: StoredKey(key=entropy(suite.key_bytes), created_at=now)},
            index_current=1,
            index={1: StoredKey(key=entropy(_MAC_KEY_BYTES), created_at=now)},
            lookup=StoredKey(key=entropy(_MAC_KEY_BYTES), created_at=now),
            daily=DayChain(key=entropy(_MAC_KEY_BYTES), day=now.astimezone(UTC).date()),
        )
        create_file(path, ring)
        return cls(path, ring, entropy)

    @classmethod
    def open(cls, path: Path, entropy: Entropy = os.urandom) -> FileKeyRing:
        """Read the ring at ``path``; ``entropy`` serves the nonces of ``wrap``.

        Behind a symbolic link, the file that it leads to is read and replaced, so that several folders have one ring.
        NotFoundError when there is no file; InvalidError when it is not ours alone, or the field it names is broken.
        """
        path = path.resolve()
        return cls(path, read_file(path), entropy)

    def __repr__(self) -> str:
        """Show where the ring is and what it is on, never a key."""
        return f"FileKeyRing({str(self._path)!r}, suite={self._suite.name!r}, epoch={self._ring.current})"

    @property
    def suite(self) -> Suite:
        """The suite that the ring was made for."""
        return self._suite

    def current_epoch(self) -> int:
        """Return the number of the newest epoch."""
        return self._ring.current

    def epochs(self) -> dict[int, datetime]:
        """Return the numbers of the living epochs, and when each was made."""
        return {number: stored.created_at for number, stored in sorted(self._ring.epochs.items())}

    def wrap(self, epoch: int, key: bytes, associated: bytes) -> bytes:
        """Return nonce, ciphertext and tag of the key under the epoch key.

        Nonces are random: one epoch key is good for 2^32 keys (NIST SP 800-38D, 8.3).
        """
        nonce = self._entropy(NONCE_BYTES)
        return nonce + self._epoch(epoch).seal(nonce, key, associated)

    def unwrap(self, epoch: int, wrapped: bytes, associated: bytes) -> bytes:
        """Return the wrapped key."""
        return self._epoch(epoch).open(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], associated)

    def index_version(self) -> int:
        """Return the version of the current index key, which is at most ``LOOK`` seconds behind the file."""
        self._look()
        return self._ring.index_current

    def index_versions(self) -> tuple[int, ...]:
        """Return the versions of all index keys, the oldest first; at most ``LOOK`` seconds behind the file."""
        self._look()
        return tuple(sorted(self._ring.index))

    def index_mac(self, version: int, message: bytes) -> bytes:
        """Return the MAC of the message under that index key."""
        mac = self._index.get(version)
        if mac is None:
            raise SealedError
        return mac(message)

    def lookup_mac(self, message: bytes) -> bytes:
        """Return the MAC of the message under the look-up key."""
        return self._lookup(message)

    def derive_daily(self, day: str) -> bytes:
        """Return the key of the day, reached from the first day still kept in about three microseconds a day."""
        chain = self._chain_from(self._ring.daily, _day(day))
        return self._suite.derive(chain.key, _DAY_KEY, self._suite.key_bytes)

    def refresh(self) -> None:
        """Read the file again: keys that another program added or destroyed come and go here.

        Every program that opens values does so once a minute, so that no memory keeps a destroyed key.
        UnavailableError, and nothing is taken up, where another ring is in the file's place.
        """
        looked, seen = self._monotonic(), _identity(self._path)
        self._hold(self._still_own(read_file(self._path)))
        self._looked, self._seen = looked, seen

    def add_epoch(self, now: datetime, entropy: Entropy = os.urandom, *, after: int | None = None) -> int:
        """Make a fresh epoch key current, with ``after`` only if that one still is; return the current number."""

        def change(ring: RingFile) -> RingFile:
            if after is not None and ring.current != after:
                return ring
            return ring.with_epoch(StoredKey(entropy(self._suite.key_bytes), now))

        return self._change(change).current

    def destroy_epochs_before(self, number: int) -> None:
        """Forget older epoch keys: what is wrapped under them, in any copy, is gone. The current one is refused."""
        self._change(lambda ring: ring.without_epochs_before(number))

    def index_keys(self) -> dict[int, datetime]:
        """Return the versions of the index keys, and when each was made."""
        return {version: stored.created_at for version, stored in sorted(self._ring.index.items())}

    def prepare_index_key(self, now: datetime, entropy: Entropy = os.urandom) -> int:
        """Make a fresh index key that is to be current next, unless there is one; return its version."""
        return max(self._change(lambda ring: ring.with_index(StoredKey(entropy(_MAC_KEY_BYTES), now))).index)

    def switch_index_key(self, version: int) -> None:
        """Make the prepared index key current; ConflictError where the ring has no such key."""
        self._change(lambda ring: ring.with_index_current(version))

    def destroy_index_keys_before(self, version: int) -> None:
        """Forget older index keys: nobody can try values against their tags any more. The current one is refused."""
        self._change(lambda ring: ring.without_index_before(version))

    def first_day(self) -> str:
        """Return the first day whose key is kept."""
        return self._ring.daily.day.isoformat()

    def destroy_days_before(self, day: str) -> None:
        """Forget the keys of every day before ``day``; where they are forgotten already, nothing changes."""
        # Invariant: reckoned from the file, not from memory: a program that is behind brings no destroyed day back.
        self._change(lambda ring: ring.with_days_from(self._chain_from(ring.daily, max(_day(day), ring.daily.day))))

    def _look(self) -> None:
        """Read the file again where it is another than it was; UnavailableError when that was not possible for long.

        # Invariant: no tag is made with an index key that was replaced longer than ``BLIND`` seconds before.
        """
        now = self._monotonic()
        if now < self._looked + LOOK:
            return
        try:
            if _identity(self._path) != self._seen:
                self.refresh()
            self._looked = now
        except (OSError, ShouzeError):
            if now > self._looked + BLIND:
                raise _blind() from None

    def _change(self, change: Callable[[RingFile], RingFile]) -> RingFile:
        self._hold(replace_file(self._path, lambda ring: change(self._still_own(ring))))
        return self._ring

    def _still_own(self, ring: RingFile) -> RingFile:
        # Invariant: who has begun under a ring works under no other: the look-up key is the one that never changes.
        if ring.lookup.key != self._ring.lookup.key:
            raise _replaced()
        return ring

    def _hold(self, ring: RingFile) -> None:
        """Take a ring's keys into memory, and with them those of the ring before out of it."""
        self._ring = ring
        self._epochs = {number: self._suite.begun(stored.key) for number, stored in ring.epochs.items()}
        self._index = {version: self._suite.keyed(stored.key) for version, stored in ring.index.items()}
        self._lookup = self._suite.keyed(ring.lookup.key)

    def _epoch(self, epoch: int) -> Cipher:
        if epoch > self._ring.current:  # another program has begun a new epoch since
            self.refresh()
        cipher = self._epochs.get(epoch)
        if cipher is None:
            raise SealedError
        return cipher

    def _chain_from(self, chain: DayChain, day: date) -> DayChain:
        # Invariant: a day's key leads to those of later days, never back, so destroying early days needs no rewriting.
        days = (day - chain.day).days
        if not 0 <= days <= _FARTHEST_DAYS:
            raise SealedError
        key = chain.key
        for _ in range(days):
            key = self._suite.derive(key, _NEXT_DAY, _MAC_KEY_BYTES)
        return DayChain(key, day)


class _Identity(NamedTuple):
    """What differs between a file and the one that replaced it."""

    inode: int = 0
    changed: int = 0
    size: int = 0


def _identity(path: Path) -> _Identity:
    try:
        status = path.stat()
    except OSError:
        return _Identity()
    return _Identity(status.st_ino, status.st_mtime_ns, status.st_size)


def _blind() -> UnavailableError:
    return UnavailableError(
        Text("密钥环文件已有一段时间无法读取", "The key ring's file could not be read for a while"),
        field="keyring",
        remedy=Text("检查该文件及其所在的卷", "Check the file and the volume that it is on"),
    )


def _replaced() -> UnavailableError:
    return UnavailableError(
        Text("密钥环文件的位置上是另一个密钥环", "In the place of the key ring's file there is another ring"),
        field="keyring",
        remedy=Text("放回该安装的 keyring.json", "Put the installation's own keyring.json back"),
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidError(Text("不是日期（YYYY-MM-DD）", "Not a day (YYYY-MM-DD)"), field="day") from None
