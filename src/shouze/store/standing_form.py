"""The stored form of a subject's standing, which every use reads: as little of it as possible, said once.

Stored format 2 is MessagePack, positions instead of names: the sets of items come first, each once, and consents and
what is held refer to them by their number. Under a ground, what has one version and time is one group. Nearly always
all items of a ground were agreed to, and came, together: then its items are spelled once. Stored format 1 (version
0.1.0) is JSON, in which a consent lists its items and each item held has an entry of its own. Both are read.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Annotated, NamedTuple

import msgspec

from shouze.rules.period import Moment
from shouze.rules.standing import Agreement, Consent, Held, Standing
from shouze.store.driver import malformed

Items = tuple[str, ...]
Number = Annotated[int, msgspec.Meta(ge=0)]
"""The place of a set among the sets."""


class _Given(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A consent; ``items`` is the number of its set."""

    version: int
    items: Number
    at: datetime
    act: str
    channel: str
    recipients: frozenset[str]
    until: Moment | None
    withdrawn_at: datetime | None


class _Group(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Items held alike; ``items`` is the number of their set."""

    held: Held
    items: Number


class _Ground(msgspec.Struct, frozen=True, array_like=True, gc=False):
    consent: _Given | None
    held: list[_Group] | None
    """None where the standing says nothing of the ground, unlike an empty list."""


class _Stored(msgspec.Struct, frozen=True, array_like=True, gc=False):
    services: dict[str, datetime | None]
    sets: msgspec.Raw
    grounds: dict[str, _Ground]
    agreements: tuple[Agreement, ...]
    frozen_by: str | None
    erased_at: datetime | None


class _Set(NamedTuple):
    """Items, as what is held and as what a consent is for."""

    in_order: Items
    items: frozenset[str]


_read = msgspec.msgpack.Decoder(_Stored).decode
_read_items = msgspec.msgpack.Decoder(list[Items]).decode
_read_first = msgspec.json.Decoder(Standing).decode
_write = msgspec.msgpack.Encoder(order="deterministic").encode
_write_first = msgspec.json.Encoder().encode


def read_standing(written: bytes) -> Standing:
    """Return the standing; TamperedError when it is in neither form."""
    try:
        return _read_first(written) if written[:1] == b"{" else _spelled_out(_read(written))
    except (msgspec.MsgspecError, UnicodeDecodeError, IndexError):
        raise malformed("custody.subject.standing") from None


def write_standing(standing: Standing, writes: int) -> bytes:
    """Return the form that the stored format ``writes`` has, the same bytes for the same standing."""
    return _write(_shortened(standing)) if writes > 1 else _write_first(standing)


def _spelled_out(stored: _Stored) -> Standing:
    sets = _sets(bytes(stored.sets))
    consents: dict[str, Consent] = {}
    held: dict[str, dict[str, Held]] = {}
    for ground, each in stored.grounds.items():
        given, groups = each.consent, each.held
        if given is not None:
            items = sets[given.items].items
            consents[ground] = Consent(
                given.version, items, given.at, given.act, given.channel, given.recipients, given.until,
                given.withdrawn_at,
            )  # fmt: skip
        if groups is not None:
            held[ground] = spread = {}
            for group in groups:
                for item in sets[group.items].in_order:
                    spread[item] = group.held
    return Standing(stored.services, consents, stored.agreements, held, stored.frozen_by, stored.erased_at)


@lru_cache(maxsize=1024)
def _sets(written: bytes) -> list[_Set]:
    """Return the sets of items: the same few for all users of a service, hence read once; they name nobody."""
    return [_Set(items, frozenset(items)) for items in _read_items(written)]


def _shortened(standing: Standing) -> _Stored:
    sets: dict[Items, int] = {}
    grounds = {
        ground: _Ground(_given(standing.consents.get(ground), sets), _groups(standing.held.get(ground), sets))
        for ground in sorted({*standing.consents, *standing.held})
    }
    return _Stored(
        standing.services,
        msgspec.Raw(_write(list(sets))),
        grounds,
        standing.agreements,
        standing.frozen_by,
        standing.erased_at,
    )


def _given(consent: Consent | None, sets: dict[Items, int]) -> _Given | None:
    if consent is None:
        return None
    return _Given(
        consent.version, _number(consent.items, sets), consent.at, consent.act, consent.channel, consent.recipients,
        consent.until, consent.withdrawn_at,
    )  # fmt: skip


def _groups(items: dict[str, Held] | None, sets: dict[Items, int]) -> list[_Group] | None:
    if items is None:
        return None
    alike: dict[Held, list[str]] = {}
    for item, held in sorted(items.items()):
        alike.setdefault(held, []).append(item)
    return [_Group(held, _number(names, sets)) for held, names in alike.items()]


def _number(items: frozenset[str] | list[str], sets: dict[Items, int]) -> int:
    return sets.setdefault(tuple(sorted(items)), len(sets))
