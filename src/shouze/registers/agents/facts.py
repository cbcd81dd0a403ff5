"""What agents tell of the duties (Art. 11)."""

from __future__ import annotations

from shouze.registers.agents.models import Agent
from shouze.registers.describing import Speaks
from shouze.registers.speaking import at_fault, of_own_clocks, of_rows, own_term
from shouze.rules.duty import Fact


def _fitness() -> Fact:
    engaged = Agent.objects.filter(state="engaged")
    # for how long a verdict counts is the house's own: the Order says only that the agent has to be fit
    return at_fault(own_term(of_rows(engaged, until="fit_until")), engaged.filter(fit_until=None), "changed_at")


def _supervision() -> Fact:
    return of_own_clocks("agents", "supervise", "return")


SPEAKS = (
    Speaks(matter="agents.fitness", fact=_fitness),
    Speaks(matter="agents.supervision", fact=_supervision),
)
