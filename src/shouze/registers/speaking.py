"""Counts rows into the facts that duties are answered from, a query or two for each; and what the house itself tells.

# Invariant: a fact is told by the desk's own tables alone, so that it can be told where no door is reached.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet
from msgspec.structs import replace

from shouze.registers.describing import Speaks
from shouze.registers.finding import registers
from shouze.registers.rows import Clock, Effect
from shouze.rules.duty import Fact

OPEN = Q(met=None)
HOUSE = "house"
_LAST = datetime.max.replace(tzinfo=UTC)
_POLICY = ("entries", "declaration", "revocation")


def of_clocks(register: str, *kinds: str, duties: tuple[str, ...] = (), entries: Iterable[int] | None = None) -> Fact:
    """Count a register's clocks of these kinds, duties, and rows."""
    wanted = Q(duty__in=duties) if duties else Q()
    named = Q(kind__in=kinds) if kinds else Q()
    clocks = Clock.objects.filter(wanted, named, register=register)
    clocks = clocks if entries is None else clocks.filter(entry__in=entries)
    counts: dict[str, Any] = clocks.aggregate(
        shown=Count("id", filter=~OPEN), last=Max("met"), open=Count("id", filter=OPEN),
        first_due=Min("due", filter=OPEN), at_once=Min("since", filter=OPEN & Q(due=None)),
        late=Count("id", filter=Q(met__gt=F("due"))),
    )  # fmt: skip
    return Fact(due=counts.pop("first_due"), **counts, row=_first(clocks) if counts["open"] else "")


def of_own_clocks(
    register: str, *kinds: str, duties: tuple[str, ...] = (), entries: Iterable[int] | None = None
) -> Fact:
    """Count clocks whose terms the house set itself: what passes them is no breach of the Order, which names none."""
    fact = of_clocks(register, *kinds, duties=duties, entries=entries)
    return replace(fact, due=None, at_once=None, own=fact.due)


def of_rows(rows: QuerySet[Any], last: str = "changed_at", until: str | None = None) -> Fact:
    """Count rows that show something: how many, the last when, and which of them runs out first."""
    counts: dict[str, Any] = rows.aggregate(
        shown=Count("pk"), last=Max(last), **({"until": Min(until)} if until else {})
    )
    first = rows.order_by(until).values_list("number", flat=True).first() if counts.get("until") and until else None
    return Fact(**counts, row=first or "")


def own_term(fact: Fact) -> Fact:
    """Return a fact of what runs out by a term that the house set itself."""
    return replace(fact, until=None, own=fact.until)


def first_due(*facts: Fact) -> Fact:
    """Return what several facts owe together: how much, and the first deadline and arising of all."""
    dated = [each for each in facts if each.due or each.at_once or each.own]
    first = min(dated, key=lambda each: each.due or each.at_once or each.own or _LAST, default=Fact())
    return Fact(
        open=sum(each.open for each in facts), late=sum(each.late for each in facts),
        row=first.row or next((each.row for each in facts if each.open), ""),
        due=min((each.due for each in facts if each.due), default=None),
        at_once=min((each.at_once for each in facts if each.at_once), default=None),
        own=min((each.own for each in facts if each.own), default=None),
    )  # fmt: skip


def at_fault(fact: Fact, rows: QuerySet[Any], since: str, number: str = "number") -> Fact:
    """Add to a fact the rows that are at fault, the first of them since when."""
    counts: dict[str, Any] = rows.aggregate(number_lacking=Count("pk"), first_since=Min(since))
    lacking, first = counts["number_lacking"], counts["first_since"]
    worst = rows.order_by(since).values_list(number, flat=True).first() if lacking else None
    return replace(fact, lacking=lacking, since=first, row=worst or fact.row)


def _first(clocks: QuerySet[Clock]) -> str:
    """Return the number of the row whose open clock is the first to pass, or was."""
    dated = clocks.filter(OPEN).exclude(due=None).order_by("due", "id").values_list("number", flat=True).first()
    return dated or clocks.filter(OPEN).order_by("since", "id").values_list("number", flat=True).first() or ""


def _obeyed() -> Fact:
    """Tell how far the door has heard of what acts changed: what it could not take yet, what it refused for good."""
    effects = Effect.objects.filter(kind__in=_POLICY)
    heard, failing = ~Q(done_at=None) & Q(problem=""), Q(done_at=None) & ~Q(problem="")
    counts: dict[str, Any] = effects.aggregate(
        shown=Count("id", filter=heard), last=Max("done_at", filter=heard), open=Count("id", filter=failing),
        at_once=Min("made_at", filter=failing),
    )  # fmt: skip
    later = effects.filter(register=OuterRef("register"), entry=OuterRef("entry"), kind=OuterRef("kind"), problem="")
    refused = effects.exclude(problem="").exclude(done_at=None)
    lasting = refused.filter(~Exists(later.filter(id__gt=OuterRef("id")).exclude(done_at=None)))
    faults: dict[str, Any] = lasting.aggregate(lacking=Count("id"), since=Min("done_at"))
    return Fact(**counts, **faults)


HOUSE_SPEAKS = (Speaks(matter="door.obeys", fact=_obeyed),)
"""What no register tells."""


def speakers() -> dict[str, tuple[frozenset[str], Speaks]]:
    """Return who speaks of each matter, and the registers whose acts change what they say."""
    told = {each.matter: (frozenset({HOUSE}), each) for each in HOUSE_SPEAKS}
    for register in registers().values():
        told |= {each.matter: (frozenset({register.name, *each.heeds}), each) for each in register.speaks}
    return told
