"""What the gateway needs from outside: custody, keys, policy, clock.

# Invariant: no transaction spans two subjects, two identifiers' tags, or custody and keys.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from shouze.gateway.arriving import Mark
from shouze.rules.policy import Policy
from shouze.rules.standing import Standing
from shouze.vault.keys import WrappedKey


class Query(NamedTuple):
    """Whom to find, by id or by the tags of identifiers (all must point to the same subject), and what of it.

    ``grounds`` and ``items`` are those whose sealed values are wanted; None means all.
    """

    subject: str | None = None
    tags: tuple[bytes, ...] = ()
    grounds: tuple[str, ...] | None = ()
    items: tuple[str, ...] | None = None


class SealedValue(NamedTuple):
    """One item sealed under one ground."""

    ground: str
    item: str
    version: int
    sealed: bytes


class Found(NamedTuple):
    """A subject as it stood in one snapshot; ``revision`` counts its changes."""

    subject: str
    revision: int
    standing: Standing
    values: tuple[SealedValue, ...] = ()


class Answer(NamedTuple):
    """The subjects found for one query (several only for a shared identifier), and the policy epoch then in force."""

    epoch: int
    found: tuple[Found, ...]


class EndedKey(NamedTuple):
    """A key that is to be destroyed."""

    ground: str
    version: int


class Change(NamedTuple):
    """One subject's next state; ``revision`` is the one it follows (0: the subject is new)."""

    subject: str
    revision: int
    standing: Standing
    puts: tuple[SealedValue, ...] = ()
    removals: tuple[tuple[str, str], ...] = ()
    """(ground, item) of values that go."""
    endings: tuple[EndedKey, ...] = ()
    """Keys whose destruction is owed from this change on."""
    at: datetime | None = None
    """When it became owed."""
    former: Standing | None = None
    """The standing that it follows, where whoever makes the change knows it: what stays the same is not written."""


class Claim(NamedTuple):
    """That a subject holds an identifier; an exclusive one has one holder at a time.

    ``version`` is that of the index key which the tag is made with; while that key is replaced, an identifier has a
    claim under each.
    """

    tag: bytes
    item: str
    exclusive: bool
    version: int = 1


class Newcomer(NamedTuple):
    """A subject taken over: its first state with all values, and the identifiers that it holds from ``now`` on."""

    change: Change
    claims: tuple[Claim, ...]
    now: datetime


class Custody(Protocol):
    """Subjects, their sealed values and the identifiers bound to them."""

    async def look_up(self, queries: Sequence[Query]) -> list[Answer]:
        """Answer all queries with one statement in one snapshot, each with the policy epoch of that snapshot."""
        ...

    async def change(self, change: Change) -> bool:
        """Write the next state in one transaction; False, and nothing written, when the revision has moved on."""
        ...

    async def change_many(self, changes: Sequence[Change]) -> list[bool]:
        """Write the next states of several subjects as ``change`` writes one, in one transaction.

        Of two changes to one subject the second has been overtaken.
        """
        ...

    async def claim(self, subject: str, claims: Sequence[Claim], now: datetime) -> list[str]:
        """Bind identifiers to the subject from now on, each in its own transaction; claiming again changes nothing.

        IndexEndedError when tags of a demanded version are missing (``gateway.rotation_ports``): try again shortly.
        Returns the items whose exclusive identifier another living subject holds. A holder that is erased gives way,
        and so does one that does not exist and claimed it over a minute ago (its creation was cut off).
        """
        ...

    async def unbind(
        self,
        subject: str,
        items: Sequence[str] | None,
        now: datetime,
        *,
        keep: Sequence[bytes] = (),
        forget: bool = False,
    ) -> None:
        """End the subject's bindings of these items (None: all) but for the tags in ``keep``.

        ``forget`` removes them with all their history.
        """
        ...

    async def bound(self, subject: str) -> dict[str, tuple[bytes, ...]]:
        """Return the tags now bound to the subject, by item."""
        ...

    async def ever_bound(self, subjects: Sequence[str]) -> set[str]:
        """Return those of the subjects that have a binding, present or past."""
        ...

    async def holders(self, tags: Sequence[bytes]) -> list[str]:
        """Return the subjects that any of the tags is bound to now, each once."""
        ...

    async def holders_by_tag(self, tags: Sequence[bytes]) -> dict[bytes, set[str]]:
        """Return the subjects that each of the tags is bound to now; tags of nobody are left out."""
        ...

    async def take_in(self, newcomers: Sequence[Newcomer], mark: Mark) -> None:
        """Write subjects that do not exist yet, all that they hold and claim, and the mark, in one transaction.

        ConflictError, and nothing written, when an exclusive identifier is somebody's by now, a subject exists, or
        the mark's run has ended.
        """
        ...

    async def due(self, now: datetime, limit: int) -> list[str]:
        """Return subjects with something whose retention has ended, or a key whose destruction is owed."""
        ...

    async def using(self, service: str, after: str, limit: int) -> list[str]:
        """Return subjects that still use a service, in order of id from ``after`` on (not included)."""
        ...

    async def standings(self, after: str, limit: int) -> list[tuple[str, Standing]]:
        """Return subjects with their standing, in order of id from ``after`` on (not included)."""
        ...

    async def endings(self, subject: str) -> list[EndedKey]:
        """Return the keys of the subject whose destruction is owed."""
        ...

    async def ended(self, subject: str, keys: Sequence[EndedKey]) -> None:
        """Note that the keys are destroyed."""
        ...

    async def settled(self, changes: Sequence[Change]) -> None:
        """Note that the keys which these changes ended are destroyed."""
        ...

    async def first_seen(self, issuer: str, number: str, until: datetime) -> bool:
        """Note a single-use number until it expires; False when it was seen before."""
        ...


class KeyQuery(NamedTuple):
    """Whose keys of which grounds are wanted."""

    subject: str
    grounds: tuple[str, ...]


LivingKeys = Mapping[str, Mapping[int, WrappedKey]]
"""A subject's keys by ground and version."""


class NewKey(NamedTuple):
    """A key that a subject has for a ground from now on."""

    subject: str
    ground: str
    version: int
    key: WrappedKey


class Keys(Protocol):
    """Wrapped subject keys, stored apart from what they seal."""

    async def fetch(self, subject: str, grounds: Sequence[str]) -> LivingKeys:
        """Return the living keys of the subject."""
        ...

    async def fetch_many(self, queries: Sequence[KeyQuery]) -> list[LivingKeys]:
        """Answer all queries with one statement in one snapshot."""
        ...

    async def add(self, subject: str, ground: str, version: int, key: WrappedKey) -> None:
        """Store a key durably; ConflictError when that version exists.

        EpochEndedError when the epoch that wraps it takes no more keys (``gateway.rotation_ports``).
        """
        ...

    async def add_many(self, keys: Sequence[NewKey]) -> bool:
        """Store keys durably in one transaction; one whose version exists stays as it is.

        True when all of them are new; else read back what counts. EpochEndedError, and nothing stored, as in ``add``.
        """
        ...

    async def destroy(self, subject: str, keys: Sequence[EndedKey]) -> None:
        """Destroy keys: on return they are in no table, no page and no log of the key store that this process writes.

        Destroying what is not there changes nothing.
        """
        ...

    async def destroy_many(self, ended: Sequence[tuple[str, Sequence[EndedKey]]]) -> None:
        """Destroy keys of several subjects, as ``destroy`` does, in one transaction."""
        ...


class Policies(Protocol):
    """Published policies."""

    @property
    def writes(self) -> int:
        """The stored format that is written under the policy read last: 1 as 0.1.0 did, 2 packs and brief standings."""
        ...

    async def latest(self) -> Policy:
        """Return the policy of the highest epoch; an empty one of epoch 0 before the first publication."""
        ...


class Reply(NamedTuple):
    """An answer kept for a repeated request: HTTP status and JSON body, without any value of personal information."""

    status: int
    body: bytes


class Replies(Protocol):
    """Answers kept by caller and idempotency key, for a day."""

    async def begin(self, caller: str, key: str, fingerprint: bytes, now: datetime) -> Reply | None:
        """Take the key for a request with this keyed fingerprint; return the answer given to the same one before.

        ConflictError when the key was used for another request, or the same request is still under way (for at most
        a minute after it was begun; then it may be begun again).
        """
        ...

    async def finish(self, caller: str, key: str, reply: Reply) -> None:
        """Keep the answer."""
        ...

    async def abandon(self, caller: str, key: str) -> None:
        """Give the key back: the request ended without an answer worth keeping."""
        ...


class Clock(Protocol):
    """The one clock."""

    def now(self) -> datetime:
        """Return the time in UTC; never earlier than the answer before; UnavailableError when it stepped back."""
        ...
