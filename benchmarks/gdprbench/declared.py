"""How the records stand at the door: which service, item and agreements say what the metadata say.

| field | at the door |
|---|---|
| USR | the subject |
| PUR, TTL | a service, one for each pair: its only purpose is kept for that many days from collection |
| CAT | the item; a user's second, third … record of a service is another item |
| SRC | the channel through which the user consented |
| OBJ, DEC, ACL, SHR | limits agreed with the user, one for each field and item (Art. 9(3)) |
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import msgspec

from shouze.gateway.asking import ConsentGiven, Request, SubjectRef, Visitor
from shouze.rules.declaration import DeclarationFile
from shouze.rules.entries import PolicyFile
from shouze.rules.standing import Agreement, Standing
from shouze.rules.use import Actor, ground_of

from .records import METADATA, Row, key_of, row_of

PURPOSE = "processing"
CONTROLLER = Visitor(Actor("service", "controller"))
AGREED = ("obj", "dec", "acl", "shr")
CYCLE = 50
"""Purpose and expiry repeat together after so many records (25 and 10 have 5 in common)."""

_BOTH = {"zh": "量度", "en": "For measuring"}
_PERIODS = {"1000000": "P999Y"}
"""Lives longer than days can say."""


class Place(NamedTuple):
    """Where a record stands at the door; ``slot`` counts a user's records."""

    number: int
    user: int
    slot: int
    service: str
    item: str
    row: Row

    @property
    def ground(self) -> str:
        """The retention ground that the value is sealed under."""
        return ground_of(self.service, PURPOSE)

    @property
    def key(self) -> str:
        """The record's key."""
        return key_of(self.number)


@cache
def place_of(number: int, users: int) -> Place:
    """Return where a record stands."""
    row, slot = row_of(number, users), number // users
    return Place(number, number % users, slot, service_of(row), f"{row.cat}-{slot}", row)


def service_of(row: Row) -> str:
    """Return the service of a record's purpose and expiry."""
    return f"{row.pur}-{row.ttl}"


def services_for(pur: str) -> list[str]:
    """Return the services that stand for one purpose."""
    return sorted({service_of(row) for number in range(CYCLE) if (row := row_of(number)).pur == pur})


def all_services() -> list[str]:
    """Return every service."""
    return sorted({service_of(row_of(number)) for number in range(CYCLE)})


def declaration(slots: int) -> DeclarationFile:
    """Return the declaration of every service, with items for so many records of a user."""
    rows = {service_of(row): row for row in map(row_of, range(CYCLE))}
    services = [_service(name, row, slots) for name, row in sorted(rows.items())]
    operator = {"name": _BOTH, "authority": _BOTH, "contact": _BOTH, "licence": "B1-20260000"}
    document = {"format": "shouze-declaration/1", "operator": operator, "services": services}
    return msgspec.convert(document, DeclarationFile)


def policy() -> PolicyFile:
    """Return what the controller's program may do."""
    actions = ["collect", "read", "use", "correct", "consent", "withdraw", "agree", "terminate"]
    grants = [{"services": all_services(), "actions": actions}]
    account = {"id": CONTROLLER.actor.id, "name": _BOTH, "grants": grants}
    return msgspec.convert({"format": "shouze-policy/1", "accounts": [account]}, PolicyFile)


def consent_of(places: Sequence[Place]) -> ConsentGiven:
    """Return the user's consent to a service for the items of these records of it."""
    items, source = frozenset(each.item for each in places), places[-1].row.src
    return ConsentGiven(purpose=PURPOSE, version=1, items=items, act="ticked", channel=source)


def agreement_of(place: Place, field: str, value: str) -> Agreement:
    """Return the limit that says what one field of a record says."""
    return Agreement(f"{place.item}.{field}", place.service, frozenset({value}), frozenset({place.item}))


def request_for(place: Place, subject: str | None, *items: str) -> Request:
    """Return a request about a record's subject, in the record's service."""
    ref = None if subject is None else SubjectRef(subject)
    return Request(service=place.service, subject=ref, purposes=(PURPOSE,), items=items)


def metadata_of(place: Place, standing: Standing) -> tuple[str, ...]:
    """Return a record's metadata as the subject's standing says them; KeyError when nothing is held of it."""
    standing.held[place.ground][place.item]
    pur, _, ttl = place.service.partition("-")
    agreed = {each.id: next(iter(each.purposes)) for each in standing.agreements}
    fields = {
        "pur": pur,
        "ttl": ttl,
        "usr": f"user{place.user}",
        "src": standing.consents[place.ground].channel,
        "cat": place.item.partition("-")[0],
        **{field: agreed[f"{place.item}.{field}"] for field in AGREED},
    }
    return tuple(fields[name] for name in METADATA)


def _service(name: str, row: Row, slots: int) -> dict[str, Any]:
    own = [
        {"id": f"{row.cat}-{slot}", "name": _BOTH, "category": "identity", "kind": "identity", "grade": 3}
        for slot in range(slots)
    ]
    items = [{"item": each["id"], "need": "necessary", "because": _BOTH, "refusal": _BOTH} for each in own]
    period = _PERIODS.get(row.ttl, f"P{row.ttl}D")
    purpose = {
        "id": PURPOSE, "name": _BOTH, "means": ["collect", "read", "use"], "how": _BOTH, "ground": "consent",
        "necessary": True, "retention": {"counted_from": "collection", "period": period}, "items": items,
    }  # fmt: skip
    channels = {"enquiry": _BOTH, "correction": _BOTH}
    return {"service": name, "name": _BOTH, "channels": channels, "purposes": [purpose], "own_items": own}
