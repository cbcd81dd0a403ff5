"""Takes over posts, accounts and people that stand at the door without a row here, with their grants as they are.

# Invariant: nothing that is in force vanishes because the registers begin to write the door's entries.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from shouze.language import Text
from shouze.registers import acting, vocabulary
from shouze.registers.finding import registers
from shouze.registers.grants.models import GRANTED, Grant
from shouze.registers.holders.models import Holder
from shouze.registers.ports import DoorPort

_KINDS = {"posts": "post", "accounts": "account", "people": "person"}


def take_over(reached: DoorPort) -> int:
    """Return how many holders were taken over; the desk's own account is nobody's to grant anything."""
    entries = reached.entries()
    own = {each["id"] for each in entries.get("issuers", ())}
    known = set(Holder.objects.values_list("key", flat=True))
    found = 0
    for kinds, kind in _KINDS.items():
        for entry in entries.get(kinds, ()):
            if f"{kind}:{entry['id']}" not in known and not (kind == "account" and entry["id"] in own):
                _take(kind, entry)
                found += 1
    return found


@transaction.atomic
def _take(kind: str, entry: dict[str, Any]) -> None:
    key, name = f"{kind}:{entry['id']}", entry.get("name") or {}
    title, title_en = name.get("zh", entry["id"]), name.get("en", entry["id"])
    grants = registers()["grants"]
    for given in entry.get("grants", ()):
        if _permits(given):
            acting.enrol(grants, _grant(key, Text(title, title_en), given), None, GRANTED)
    holder = Holder(
        kind=kind, name=entry["id"], key=key, title=title, title_en=title_en,
        administers=entry.get("administers", False),
    )  # fmt: skip
    acting.enrol(registers()["holders"], holder, None)


def _permits(given: dict[str, Any]) -> bool:
    """Tell whether a grant permits anything: an empty part permits nothing, and here it would stand for all."""
    return all(given.get(part) for part in ("services", "actions")) and all(
        given.get(part) is None or given[part] for part in ("purposes", "items", "sites")
    )


def _grant(key: str, title: Text, given: dict[str, Any]) -> Grant:
    parts = {part: sorted(given.get(part) or []) for part in ("services", "actions", "purposes", "items")}
    ends = {part: datetime.fromisoformat(given[part]) if given.get(part) else None for part in ("since", "until")}
    words = Text("接管自信息闸门", "Taken over from the door")
    grant = Grant(
        holder=key,
        sites="，".join(sorted(given.get("sites") or [])),
        why=words.zh,
        course=given.get("course") or "",
        **parts,
        **ends,
    )
    grant.name_after(title, vocabulary.named(vocabulary.services(), grant.services))
    return grant
