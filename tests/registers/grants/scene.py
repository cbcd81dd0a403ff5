"""Grants at every stage, over the story's posts and accounts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from shouze.gateway.asking import Request, SubjectRef, Visitor
from shouze.registers.grants.models import Grant
from shouze.registers.holders.models import Holder
from shouze.registers.people.models import Person
from shouze.registers.roles import Role
from shouze.rules.refusal import RefusedError
from tests.registers.house import Opened, approver, do, make, officer, person


def post(name: str = "shop") -> Holder:
    """Register a post; an installation need not be there."""
    found = Holder.objects.filter(key=f"post:{name}").first()
    values = {"kind": "post", "name": name, "title": "门店", "title_en": "Shop", "owner": None}
    made: Holder = found or make("holders", officer(), values)
    return made


def requested(holder: str = "post:shop", **changed: Any) -> Grant:
    values = {
        "holder": holder, "services": ["mobile"], "actions": ["read"], "purposes": ["open-account"],
        "items": ["address"], "sites": "", "since": None, "until": timezone.now() + timedelta(days=90),
        "why": "核对装机地址",
    }  # fmt: skip
    if holder == "post:shop":
        post()
    grant: Grant = make("grants", officer(), values | changed)
    return grant


def granted(holder: str = "post:shop", **changed: Any) -> Grant:
    grant: Grant = do(requested(holder, **changed), "approve", approver())
    return grant


def clerk(number: str = "S-0300", **more: Any) -> Person:
    return person(number, Role.SERVICE, **more)


def looks(
    opened: Opened, subject: str, visitor: Visitor, item: str = "address", purpose: str = "open-account"
) -> str | None:
    """Look at an item; return why the door refused, or None."""
    request = Request(
        service="mobile", purposes=(purpose,), items=(item,), subject=SubjectRef(id=subject), action="read"
    )
    try:
        released = opened.run(opened.installation.door.release(visitor, request))
    except RefusedError as refusal:
        return str(refusal.kind.code)
    withheld = released.withheld.get(item)
    return withheld.code if withheld else None
