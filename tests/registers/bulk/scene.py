"""An analyst who asks for bulk operations and a reviewer who decides, at a real door with a few users."""

from __future__ import annotations

from typing import Any

from shouze.registers.bulk.mirroring import look
from shouze.registers.bulk.models import Operation
from shouze.registers.people.models import Person
from shouze.registers.roles import Role
from tests.gateway.bulk.scene import KEY, populate
from tests.registers.house import Opened, make, person


def analyst() -> Person:
    return Person.objects.filter(username="S-0500").first() or person("S-0500", Role.SERVICE, post="analyst")


def reviewer() -> Person:
    return Person.objects.filter(username="S-0002").first() or person("S-0002", Role.APPROVER, post="reviewer")


def users(opened: Opened, count: int = 5) -> list[str]:
    found: list[str] = opened.run(populate(opened.installation, count))
    opened.settle()
    return found


def requested(by: Person | None = None, **changed: Any) -> Operation:
    values = {
        "action": "export", "service": "mobile", "purpose": "customer-service", "items": ["name", "phone"],
        "reach": "users", "consented": "", "volume": 100, "provided_to": "", "recipient_key": KEY, "format": "csv",
        "decide_days": 3, "keep_days": 7, "grounds": "原因金丝雀", "ticket": "工单金丝雀", "recipient": "接收方金丝雀",
        "listed": "",
    }  # fmt: skip
    if changed.get("action") == "destroy":
        changed.setdefault("recipient_key", "")
    made: Operation = make("bulk", by or analyst(), values | changed)
    return made


def over(entry: Operation, by: Person) -> Operation:
    """Look, as the row's page does, until a run that goes on at the door is over."""
    for _ in range(5000):
        look(entry, by)
        if entry.state != "running":
            break
    return Operation.objects.get(pk=entry.pk)
