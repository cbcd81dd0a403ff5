"""Takes over what was published without the desk: every published version becomes a row, the operator too."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction

from shouze.client import DeclarationShown
from shouze.registers import acting
from shouze.registers.declarations.models import DeclarationRow
from shouze.registers.declarations.register import IN_FORCE, REGISTER, SUPERSEDE, TAKEN_OVER
from shouze.registers.dooring import door
from shouze.registers.operators.models import OperatorRow
from shouze.registers.operators.register import REGISTER as OPERATOR
from shouze.registers.operators.register import row_of
from shouze.registers.people.models import Person
from shouze.registers.rows import Effect
from shouze.rules.declaration import Operator


def take_over() -> int:
    """Register what the door has and the desk has not; return how many versions were taken over.

    While something waits to be published nothing is taken over: the door's next answer tells which version it got.
    """
    reached = door()
    if reached is None or Effect.objects.filter(kind="declaration", done_at=None).exists():
        return 0
    known = set(DeclarationRow.objects.values_list("service", "published_version"))
    services = reached.policy().get("services", {})
    unknown = [name for name, rule in services.items() if (name, rule["version"]) not in known]
    taken = 0
    for name in unknown:
        present, ended = reached.versions(name), services[name].get("ended_at")
        fresh = [each for each in present.declarations if (name, each.version) not in known]
        taken += _take(fresh, present.operator, msgspec.convert(ended, datetime | None, strict=False))
    return taken


@transaction.atomic
def _take(versions: list[DeclarationShown], declared: dict[str, Any] | None, ended: datetime | None) -> int:
    if declared is not None and not OperatorRow.objects.exists():
        acting.enrol(OPERATOR, row_of(msgspec.convert(declared, Operator)), Person())
    for each in versions:
        for other in DeclarationRow.objects.filter(service=each.service, state__in=IN_FORCE):
            acting.follow(REGISTER, SUPERSEDE, other.pk, None)
        acting.enrol(REGISTER, _row(each, versions[-1].version, ended), Person(), act=TAKEN_OVER)
    return len(versions)


def _row(each: DeclarationShown, newest: int, ended: datetime | None) -> DeclarationRow:
    told = each.declaration["name"]
    state = "superseded" if each.version < newest else "ended" if ended else "published"
    return DeclarationRow(
        service=each.service, title=told["zh"][:200], title_en=told["en"][:200], content=each.declaration,
        digest=each.digest, published_version=each.version, published_at=each.at, state=state,
        ended_at=ended if state == "ended" else None,
    )  # fmt: skip
