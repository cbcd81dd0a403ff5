"""Article 15: staff are trained in knowledge, skills and security responsibility."""

from __future__ import annotations

from shouze.rules.duty import Case, Finding, worst


def trained(case: Case) -> Finding:
    """Whoever has to be trained in each of the three topics holds a certificate in force."""
    topics = ("trainings.knowledge", "trainings.skills", "trainings.responsibility")
    return worst(*(case.in_place(each) for each in topics))


CHECKS = {"A15-train-know/skill/resp": trained}
