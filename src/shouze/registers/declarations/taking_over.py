"""Takes over what was published without the desk: every published version becomes a row, the operator too."""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.db import transaction

from shouze.client import DeclarationShown
from shouze.registers import acting
from shouze.registers.declarations.models import DeclarationRow
from shouze.registers.declarations.register import IN_FORCE, REGISTER, SUPERSEDE
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
    present = reached.declarations()
    if present.operator is not None and not OperatorRow.objects.exists():
        acting.found(OPERATOR, row_of(msgspec.convert(present.operator, Operator)), Person())
    taken = 0
    for newest in present.declarations:
        known = set(_known(newest.service))
        if newest.version not in known:
            versions = reached.versions(newest.service).declarations
            taken += _take([each for each in versions if each.version not in known], newest.version)
    return taken


def _known(service: str) -> list[int | None]:
    return list(DeclarationRow.objects.filter(service=service).values_list("published_version", flat=True))


@transaction.atomic
def _take(versions: list[DeclarationShown], newest: int) -> int:
    for each in versions:
        for other in DeclarationRow.objects.filter(service=each.service, state__in=IN_FORCE):
            acting.follow(REGISTER, SUPERSEDE, other.pk, None)
        acting.found(REGISTER, _row(each, newest, _ended(each.service)), Person())
    return len(versions)


def _row(each: DeclarationShown, newest: int, ended: datetime | None) -> DeclarationRow:
    told = each.declaration["name"]
    state = "superseded" if each.version < newest else "ended" if ended else "published"
    return DeclarationRow(
        service=each.service, title=told["zh"][:200], title_en=told["en"][:200], content=each.declaration,
        digest=each.digest, published_version=each.version, published_at=each.at, state=state,
        ended_at=ended if state == "ended" else None,
    )  # fmt: skip


def _ended(service: str) -> datetime | None:
    reached = door()
    at = reached.policy().get("services", {}).get(service, {}).get("ended_at") if reached else None
    return msgspec.convert(at, datetime, strict=False) if at else None
