"""The stored form of a subject's standing: JSON in which items of one version and time share one entry.

Form 2 writes, under each ground, groups ``[version, at, due, [item, …]]``; form 1 (version 0.1.0) wrote a map from item
to ``[version, at, due]``. Both are read. Consents, services and the rest are alike in both.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from shouze.rules.standing import Agreement, Consent, Held, Standing
from shouze.store.driver import malformed


class _Group(msgspec.Struct, frozen=True, array_like=True):
    version: int
    at: datetime
    due: datetime | None
    items: list[str]


class _Stored(msgspec.Struct, frozen=True, omit_defaults=True):
    services: dict[str, datetime | None] = {}
    consents: dict[str, Consent] = {}
    agreements: tuple[Agreement, ...] = ()
    held: dict[str, list[_Group] | dict[str, Held]] = {}
    frozen_by: str | None = None
    erased_at: datetime | None = None


_reader = msgspec.json.Decoder(_Stored)
_write = msgspec.json.Encoder().encode


def read_standing(written: bytes) -> Standing:
    """Return the standing; TamperedError when it is in neither form."""
    try:
        stored = _reader.decode(written)
    except msgspec.MsgspecError:
        raise malformed("custody.subject.standing") from None
    held = {ground: _spread(each) for ground, each in stored.held.items()}
    return Standing(stored.services, stored.consents, stored.agreements, held, stored.frozen_by, stored.erased_at)


def write_standing(standing: Standing, *, grouped: bool = True) -> bytes:
    """Return the stored form: form 2, or form 1 without ``grouped``."""
    if not grouped:
        return _write(standing)
    held: dict[str, list[_Group] | dict[str, Held]] = {ground: _grouped(each) for ground, each in standing.held.items()}
    stored = _Stored(
        standing.services, standing.consents, standing.agreements, held, standing.frozen_by, standing.erased_at
    )
    return _write(stored)


def _spread(groups: list[_Group] | dict[str, Held]) -> dict[str, Held]:
    if isinstance(groups, dict):
        return groups
    spread: dict[str, Held] = {}
    for group in groups:
        spread.update(dict.fromkeys(group.items, Held(group.version, group.at, group.due)))
    return spread


def _grouped(items: dict[str, Held]) -> list[_Group]:
    groups: dict[Held, list[str]] = {}
    for item, held in items.items():
        groups.setdefault(held, []).append(item)
    return [_Group(held.version, held.at, held.due, names) for held, names in groups.items()]
