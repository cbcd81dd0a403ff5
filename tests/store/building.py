"""Subjects, policies and declarations for the store's tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from shouze.gateway.ports import Answer, Change, Claim, Found, Query
from shouze.rules.declaration import Declaration
from shouze.rules.entries import Freeze
from shouze.rules.policy import Policy, Published, digest_of
from shouze.rules.standing import Held, Standing
from shouze.store.opening import Stores

NOW = datetime(2026, 3, 1, 8, 30, 0, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)
GROUND = "mail/contact"


def tag(name: str) -> bytes:
    """Return a tag of the real length."""
    return name.encode().ljust(32, b"\0")


def exclusive(name: str, item: str = "phone") -> Claim:
    return Claim(tag(name), item, exclusive=True)


def shared(name: str, item: str = "home-phone") -> Claim:
    return Claim(tag(name), item, exclusive=False)


def due_at(moment: datetime | None) -> Standing:
    """Return the standing of a user of mail with one item held until that moment."""
    return Standing().joined("mail").holding(GROUND, {"name": Held(1, NOW, moment)})


async def create(stores: Stores, *subjects: str, standing: Standing | None = None) -> None:
    for subject in subjects:
        assert await stores.custody.change(Change(subject, 0, standing or Standing().joined("mail")))


async def look_up(stores: Stores, *queries: Query) -> list[Answer]:
    return await stores.custody.look_up(queries)


async def found(stores: Stores, subject: str) -> Found:
    [answer] = await look_up(stores, Query(subject=subject, grounds=None))
    return answer.found[0]


def policy_of(epoch: int, *frozen: str) -> Policy:
    """Return a policy that freezes these services."""
    freezes = tuple(Freeze(id=name, incident="i", target="service", name=name, since=NOW) for name in frozen)
    policy = Policy(freezes=freezes, administrators=frozenset(frozen))
    return replace(policy, epoch=epoch, digest=digest_of(policy))


def published(declaration: Declaration, version: int) -> Published:
    return Published(version, NOW, digest_of(declaration), declaration)
