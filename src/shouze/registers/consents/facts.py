"""What flows and their reviews tell of the duties (Arts. 9(1)-(4))."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q
from msgspec.structs import replace

from shouze.registers.consents.faults import DUTIES, IN_USE
from shouze.registers.consents.models import Flow, Shortcoming
from shouze.registers.declarations.models import DeclarationRow
from shouze.registers.describing import Speaks
from shouze.registers.speaking import at_fault, of_clocks, of_own_clocks, of_rows
from shouze.rules.duty import Fact


def _without(duty: str) -> Callable[[], Fact]:
    """Return the fact of flows without the faults of a duty: reviewed in their time, and what was found is mended."""
    faults = [fault for fault, each in DUTIES.items() if each == duty]

    def fact() -> Fact:
        flows = Flow.objects.filter(state__in=IN_USE)
        reviewed = of_rows(flows.exclude(reviewed_at=None), "reviewed_at")
        # a flow that nobody looked at, or not lately, shows nothing: it deceives nobody for that
        unseen = flows.filter(Q(state="unreviewed") | Q(reviewed_at=None)).count() + _flowless()
        owed = replace(of_own_clocks("consents", "review"), shown=reviewed.shown, last=reviewed.last, unshown=unseen)
        found = Shortcoming.objects.filter(kind__in=faults, mended_at=None, flow__state__in=IN_USE)
        return at_fault(owed, found, "found_at", "flow__number")

    return fact


def _current() -> Fact:
    used = of_rows(Flow.objects.filter(state__in=IN_USE))
    return replace(of_clocks("consents", "renew"), shown=used.shown, last=used.last, unshown=_flowless())


def _flowless() -> int:
    """Count services with rules in force of which no flow is known: nothing shows how users are told."""
    known = Flow.objects.filter(state__in=IN_USE).values("service")
    rules = DeclarationRow.objects.filter(state="published").exclude(published_version=None)
    return rules.exclude(service__in=known).count()


_HEEDS = ("declarations",)
SPEAKS = (
    Speaks(matter="consents.consent", fact=_without("A09-1-consent"), heeds=_HEEDS),
    Speaks(matter="consents.found", fact=_without("A09-2-etc"), heeds=_HEEDS),
    Speaks(matter="consents.deceit", fact=_without("A09-3-no-deceit"), heeds=_HEEDS),
    Speaks(matter="consents.mislead", fact=_without("A09-3-no-mislead"), heeds=_HEEDS),
    Speaks(matter="consents.coerce", fact=_without("A09-3-no-coerce"), heeds=_HEEDS),
    Speaks(matter="consents.cancelling", fact=_without("A09-4-cancel"), heeds=_HEEDS),
    Speaks(matter="consents.current", fact=_current, heeds=_HEEDS),
)
