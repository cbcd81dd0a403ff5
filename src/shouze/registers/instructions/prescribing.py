"""Drafts a measure, finds whom it is for, and puts it before each of them, a round at a time."""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.db.models import Q, QuerySet

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.link.kinds import Instruction as Body
from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.describing import Doing
from shouze.registers.finding import registers
from shouze.registers.instructed.models import OPEN, Instructed
from shouze.registers.instructions.models import Instruction
from shouze.registers.supervised.calling import operator_called
from shouze.registers.supervised.models import Supervised

EACH_ROUND = 100
_COLUMNS = {"order": "document", "authority": "body", "authority_en": "body_en", "demand": "measure",
            "demand_en": "measure_en"}  # fmt: skip


def draft(doing: Doing[Instruction]) -> None:
    """Check a draft: its terms lie ahead, it reaches somebody, and it fits a dispatch."""
    row = doing.entry
    if Instruction.objects.filter(document=row.document).exclude(pk=row.pk).exists():
        raise InvalidError(Text("此文号已登记", "This document is entered already"), field="document")
    if row.due <= doing.now:
        raise InvalidError(Text("期限已过", "That is past"), field="due")
    if row.acknowledge_by is not None and not doing.now < row.acknowledge_by <= row.due:
        remedy = Text("签收期限在今后，且不晚于落实期限", "It lies ahead, and not after the term of the measure")
        raise InvalidError(Text("签收期限不对", "The term is not right"), field="acknowledge_by", remedy=remedy)
    narrowed = bool(row.sector or row.province or row.listed.strip())
    if narrowed != (row.reach == "some"):
        remedy = Text("选“部分”并写明范围，或选“全部”并留空", "Choose some and say which, or all and leave it empty")
        raise InvalidError(Text("范围与所选不符", "The scope does not fit"), field="reach", remedy=remedy)
    if not addressed(row).exists():
        raise InvalidError(Text("没有经营者在此范围内", "No operator is within it"), field="reach")
    said(row)


def addressed(row: Instruction) -> QuerySet[Supervised]:
    """Return whom it is for; InvalidError where a line of the list is nobody."""
    found = Supervised.objects.filter(state="supervised")
    if row.sector:
        found = found.filter(sector=row.sector)
    if row.province:
        found = found.filter(province=row.province)
    if row.listed.strip():
        named = [operator_called(each, "listed").pk for each in row.listed.splitlines() if each.strip()]
        found = found.filter(pk__in=named)
    return found if row.signed_at is None else found.filter(created_at__lte=row.signed_at)


def said(row: Instruction, again: str = "", due: datetime | None = None) -> Body:
    """Return it as a dispatch says it; InvalidError names the field that does not fit."""
    told = {name: getattr(row, _COLUMNS.get(name, name)) for name in Body.__struct_fields__ if name != "again"}
    try:
        return msgspec.convert({**told, "due": due or row.due, "again": again}, Body)
    except msgspec.ValidationError as problem:
        name = str(problem).rpartition("$.")[2].strip("`")
        words = Text("写法不对", "It is not written as it has to be")
        raise InvalidError(words, field=_COLUMNS.get(name, name)) from None


def sign(doing: Doing[Instruction]) -> None:
    """Let it be owed: another person than who drafted it has signed."""
    doing.entry.signed_at = doing.now
    if doing.entry.due <= doing.now:
        raise InvalidError(Text("期限已过，撤回后重新起草", "Its term is past: withdraw it, draft anew"), field="due")


def waiting(row: Instruction) -> QuerySet[Supervised]:
    """Return who is to have it and has not got it yet."""
    return addressed(row).exclude(number__in=Instructed.objects.filter(instruction=row).values("operator"))


def address(now: datetime) -> None:
    """Put what was signed before whoever has not got it yet."""
    register = registers()["instructed"]
    for row in Instruction.objects.filter(state="in-force", addressed_at=None).order_by("pk"):
        for operator in waiting(row).order_by("pk")[:EACH_ROUND]:
            acting.begin(register, Asked({"instruction": row, "operator": operator}))
        if not waiting(row).exists():
            Instruction.objects.filter(pk=row.pk).update(addressed_at=now)


def withdraw(doing: Doing[Instruction]) -> None:
    """Let nobody owe it any more; the rounds tell each of them."""
    doing.entry.addressed_at = doing.entry.addressed_at or doing.now


def lift(_now: datetime) -> None:
    """Lift what was withdrawn, for whoever still owed it."""
    over = Q(instruction__state="withdrawn", state__in=OPEN)
    for row in Instructed.objects.filter(over).order_by("pk")[:EACH_ROUND]:
        acting.followed("instructed", row, "lifted")
