"""Article 11: agents are supervised, and none that is unfit is entrusted."""

from __future__ import annotations

from shouze.rules.duty import Case, Finding, worst


def agents_supervised(case: Case) -> Finding:
    """Every engaged agent is looked at in its time; who has left gives back."""
    return case.as_it_arises("agents.supervision")


def agents_fit(case: Case) -> Finding:
    """Every engaged agent was found fit, and the verdict is in force; the door shuts to others."""
    return worst(case.as_it_arises("agents.fitness"), case.as_it_arises("door.obeys"))


CHECKS = {"A11-supervise": agents_supervised, "A11-no-unfit": agents_fit}
