"""What replacing keys needs: of the key store for the epochs, of custody for the index keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from shouze.errors import ConflictError, UnavailableError
from shouze.vault.keys import WrappedKey


class EpochEndedError(ConflictError):
    """The key is wrapped under an epoch that takes no more keys: read the ring again and wrap it anew."""


class IndexEndedError(UnavailableError):
    """Tags are missing that have to be written by now, or one is that no longer may be: the ring is behind."""


class KeyPlace(NamedTuple):
    """Where a key stands; places are in order of subject, ground, version."""

    subject: str
    ground: str
    version: int


BEGINNING = KeyPlace("", "", -1)
"""Before every place."""


class Placed(NamedTuple):
    """A key at its place."""

    place: KeyPlace
    key: WrappedKey


class Page(NamedTuple):
    """Some keys that stand one after another: how many of each epoch, the last place, and those of old epochs.

    ``last`` is None where nothing comes after the place asked for.
    """

    epochs: Mapping[int, int]
    last: KeyPlace | None
    old: tuple[Placed, ...]


class Swap(NamedTuple):
    """A key to be put in the place of the same key wrapped before, if that is still there."""

    place: KeyPlace
    before: WrappedKey
    after: WrappedKey


class Floor(NamedTuple):
    """The oldest epoch that keys may be added under; ``cleared_at``: since then none below it is in the store."""

    epoch: int
    cleared_at: datetime | None


class KeyTurning(Protocol):
    """The keys as those see them who replace what wraps them.

    # Invariant: a key's epoch never becomes lower, and no key is added under an epoch below the floor.
    """

    async def page(self, after: KeyPlace, limit: int, current: int) -> Page:
        """Look at up to ``limit`` keys after a place; return those wrapped under epochs below ``current``."""
        ...

    async def swap(self, swaps: Sequence[Swap]) -> int:
        """Replace wrapped keys, in one statement; return how many.

        # Invariant: one that was destroyed or replaced meanwhile is left as it is: nothing destroyed comes back.

        One that somebody else is writing may be left too; never waits for others. ``after`` has the higher epoch.
        """
        ...

    async def floor(self) -> Floor:
        """Return the floor; epoch 0 where none was ever set."""
        ...

    async def raise_floor(self, epoch: int) -> None:
        """Refuse keys below ``epoch`` from now on; a floor that is as high already stays.

        # Invariant: on return every key below it that was or will ever be added is visible to ``page``.
        """
        ...

    async def clear(self, epoch: int, now: datetime) -> None:
        """Note, unless it is noted already, that no key below the floor ``epoch`` is left."""
        ...


class TagPlace(NamedTuple):
    """Where a present binding stands; places are in order of subject and tag."""

    subject: str
    tag: bytes


FIRST_TAG = TagPlace("", b"")
"""Before every place."""


class Bound(NamedTuple):
    """A present binding with a tag of the old version; ``again``: one of the new version stands beside it."""

    place: TagPlace
    item: str
    again: bool


class Retag(NamedTuple):
    """That the identifier bound at a place has this tag too."""

    place: TagPlace
    tag: bytes


class IndexFloor(NamedTuple):
    """The oldest version that tags may be written under, the newest that they must be; when all reads had changed."""

    oldest: int = 0
    newest: int = 0
    switched_at: datetime | None = None


class IndexTurning(Protocol):
    """The bindings of identifiers as those see them who replace the index key."""

    async def floor(self) -> IndexFloor:
        """Return the floor; zeros where none was ever set."""
        ...

    async def demand(self, *, oldest: int, newest: int) -> None:
        """Refuse claims without tags of ``newest`` or with tags older than ``oldest``; neither is ever lowered.

        # Invariant: on return every binding without a tag of ``newest`` that was or will ever be made is visible.
        """
        ...

    async def switched(self, version: int, now: datetime) -> None:
        """Note, unless it is noted already or a newer one is demanded, that this version is current."""
        ...

    async def present(self, after: TagPlace, limit: int, old: int, new: int) -> list[Bound]:
        """Return up to ``limit`` present bindings after a place with tags of version ``old``."""
        ...

    async def bind_again(self, tags: Sequence[Retag], new: int) -> int:
        """Bind each identifier by its new tag too, as it is bound; return how many still lack theirs.

        # Invariant: an identifier that was given back meanwhile stays so. Never waits for others.
        """
        ...

    async def forget_before(self, after: bytes, limit: int, oldest: int) -> bytes | None:
        """Look at up to ``limit`` tags after one, forget those of older versions; return the last one looked at."""
        ...
