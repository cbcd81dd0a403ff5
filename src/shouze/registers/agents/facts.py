"""What agents tell of the duties (Art. 11)."""

from __future__ import annotations

from shouze.registers.agents.models import Agent
from shouze.registers.describing import Speaks
from shouze.registers.speaking import at_fault, of_clocks, of_rows
from shouze.rules.duty import Fact


def _fitness() -> Fact:
    engaged = Agent.objects.filter(state="engaged")
    return at_fault(of_rows(engaged, until="fit_until"), engaged.filter(fit_until=None), "changed_at")


def _supervision() -> Fact:
    return of_clocks("agents", "supervise", "return")


SPEAKS = (
    Speaks(matter="agents.fitness", fact=_fitness),
    Speaks(matter="agents.supervision", fact=_supervision),
)
