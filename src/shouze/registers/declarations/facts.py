"""What declarations tell of the duties (Arts. 8, 9(4))."""

from __future__ import annotations

from msgspec.structs import replace

from shouze.registers.declarations.models import DeclarationRow
from shouze.registers.describing import Speaks
from shouze.registers.speaking import of_clocks, of_rows
from shouze.rules.duty import Fact


def _rules() -> Fact:
    """Count the rules in force; those that are published and not yet heard of by the door are still to be."""
    published = DeclarationRow.objects.filter(state="published")
    unheard = published.filter(published_version=None)
    first = unheard.order_by("published_at").values_list("published_at", flat=True).first()
    fact = of_rows(published.exclude(published_version=None), "published_at")
    return replace(fact, open=unheard.count(), at_once=first)


def _shown() -> Fact:
    owed = of_clocks("declarations", "show")
    published = of_rows(DeclarationRow.objects.filter(state="published"), "published_at")
    return replace(owed, shown=max(0, published.shown - owed.open), last=published.last)


def _endings() -> Fact:
    return of_rows(DeclarationRow.objects.filter(state="ended"), "ended_at")


SPEAKS = (
    Speaks(matter="declarations.rules", fact=_rules),
    Speaks(matter="declarations.shown", fact=_shown, heeds=("publications",)),
    Speaks(matter="declarations.endings", fact=_endings),
)
