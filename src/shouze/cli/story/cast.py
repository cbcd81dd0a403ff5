"""Who acts in the story, and how they ask."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shouze.cli.story.people import Person, person
from shouze.gateway.asking import ConsentGiven, Done, Request, SubjectRef, Visitor
from shouze.gateway.door import Door
from shouze.rules.use import Actor, Place

CRM = Visitor(Actor("service", "crm"))
CLERK = Visitor(Actor("staff", "S-0042", post="customer-service"), Place("HQ", "T-7"))
MARKETING = Visitor(Actor("staff", "S-0077", post="marketing"), Place("HQ"))
LEGAL = Visitor(Actor("staff", "S-0099", post="legal"), Place("HQ"))
SECURITY = Visitor(Actor("staff", "S-0001", post="security-officer"), Place("HQ"))
SHOP = Visitor(Actor("agent-staff", "A-0007", agent="qingshan-stores"), Place("QS-01"))

_NECESSARY = {"open-account": ("name", "phone", "id-number", "address"), "customer-service": ("name", "phone")}
_DELIVERY = {"deliver-card": ("name", "phone", "address")}
_OFFERS = {"offers": ("phone",)}


def herself(subject: str) -> Visitor:
    """Return the user acting for herself."""
    return Visitor(Actor("subject", subject))


def about(subject: str | dict[str, str], *items: str, purpose: str = "customer-service", **more: Any) -> Request:
    """Return a request about a user of the mobile service, named by id or by identifiers."""
    named = SubjectRef(id=subject) if isinstance(subject, str) else SubjectRef(identifiers=subject)
    return Request(service="mobile", subject=named, purposes=(purpose,), items=items, **more)


async def subscribe(door: Door, number: int, *, phone: str | None = None) -> str:
    """Open a mobile account for an invented user, with the consents that a form would bring; return the id.

    ``phone`` is the number issued, where it is not the user's own invented one.
    One in three wants offers, one in five has the card delivered, one in ten uses the drive as well.
    """
    one = person(number)
    one = one._replace(phone=phone or one.phone)
    agreed = {**_NECESSARY, **(_OFFERS if number % 3 == 0 else {}), **(_DELIVERY if number % 5 == 0 else {})}
    request = Request(service="mobile", purposes=tuple(agreed))
    subject = (await door.collect(CRM, request, one.mobile, tuple(_given(agreed)))).subject
    if number % 10 == 0:
        await _join_drive(door, subject, one)
    return subject


def _given(agreed: dict[str, tuple[str, ...]]) -> Iterator[ConsentGiven]:
    for purpose, items in agreed.items():
        recipients = frozenset({"courier"}) if purpose == "deliver-card" else frozenset[str]()
        yield ConsentGiven(
            purpose=purpose, version=1, items=frozenset(items), act="ticked", channel="app", recipients=recipients
        )


async def _join_drive(door: Door, subject: str, one: Person) -> Done:
    values = {"phone": one.phone, "email": one.email}
    given = ConsentGiven(purpose="provide-drive", version=1, items=frozenset(values), act="ticked", channel="app")
    request = Request(service="cloud-drive", subject=SubjectRef(id=subject), purposes=("provide-drive",))
    return await door.collect(CRM, request, values, (given,))
