"""The stored form of a subject's standing: a few hundred bytes for each of a hundred million subjects.

Under stored format 1 (version 0.1.0) it is the standing as JSON, with an entry for each item. Under format 2 it is a
MessagePack array ``[services, consents, agreements, held, frozen_by, erased_at]``. There ``held`` has, under each
ground, groups ``[version, at, due, items]`` of what came together; ``items`` is nil where it is what the ground's
consent names. The first byte tells the two apart, and both are read, whichever is written.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from shouze.rules.standing import Agreement, Consent, Held, Standing
from shouze.store.driver import malformed

COMPACT = 2
"""The stored format from which on standings are MessagePack."""
_JSON = b"{"


class _Group(msgspec.Struct, frozen=True, array_like=True):
    version: int
    at: datetime
    due: datetime | None
    items: list[str] | None


class _Stored(msgspec.Struct, frozen=True, array_like=True):
    services: dict[str, datetime | None]
    consents: dict[str, Consent]
    agreements: tuple[Agreement, ...]
    held: dict[str, list[_Group]]
    frozen_by: str | None
    erased_at: datetime | None


_read = msgspec.msgpack.Decoder(_Stored).decode
_write = msgspec.msgpack.Encoder().encode
_read_json = msgspec.json.Decoder(Standing).decode
_write_json = msgspec.json.Encoder().encode


def read_standing(written: bytes) -> Standing:
    """Return the standing; TamperedError when it is in neither form."""
    try:
        if written.startswith(_JSON):
            return _read_json(written)
        services, consents, agreements, held, frozen_by, erased_at = msgspec.structs.astuple(_read(written))
        spread = {ground: _spread(groups, consents.get(ground)) for ground, groups in held.items()}
    except (msgspec.MsgspecError, UnicodeDecodeError, _UnsaidError):
        raise malformed("custody.subject.standing") from None
    return Standing(services, consents, agreements, spread, frozen_by, erased_at)


def write_standing(standing: Standing, writes: int) -> bytes:
    """Return the form that belongs to the stored format ``writes``."""
    if writes < COMPACT:
        return _write_json(standing)
    consents = standing.consents
    held = {ground: _grouped(items, consents.get(ground)) for ground, items in standing.held.items()}
    return _write(
        _Stored(standing.services, consents, standing.agreements, held, standing.frozen_by, standing.erased_at)
    )


class _UnsaidError(Exception):
    """A group leaves its items to a consent that is not there."""


def _spread(groups: list[_Group], consent: Consent | None) -> dict[str, Held]:
    spread: dict[str, Held] = {}
    for group in groups:
        items = group.items
        if items is None:
            if consent is None:
                raise _UnsaidError
            items = sorted(consent.items)
        spread.update(dict.fromkeys(items, Held(group.version, group.at, group.due)))
    return spread


def _grouped(items: dict[str, Held], consent: Consent | None) -> list[_Group]:
    groups: dict[Held, list[str]] = {}
    for item, held in items.items():
        groups.setdefault(held, []).append(item)
    agreed = None if consent is None else consent.items
    return [
        _Group(held.version, held.at, held.due, None if agreed == frozenset(names) else names)
        for held, names in groups.items()
    ]
