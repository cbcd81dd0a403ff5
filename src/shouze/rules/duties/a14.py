"""Article 14: incidents are remedied and reported at once; investigations find cooperation, suspensions obedience."""

from __future__ import annotations

from shouze.rules.duty import Case, Finding, worst


def remedied(case: Case) -> Finding:
    """Every incident, happened or possible, meets its first measure at once and is contained."""
    return case.as_it_arises("incidents.remedy")


def reported(case: Case) -> Finding:
    """Every incident is graded, and a serious one reported at once."""
    return case.as_it_arises("incidents.report")


def investigation_helped(case: Case) -> Finding:
    """What an investigation asks for is given in its time."""
    return case.as_it_arises("orders.cooperation")


def suspension_obeyed(case: Case) -> Finding:
    """What was ordered to be suspended is refused at the door."""
    return worst(case.as_it_arises("orders.suspensions"), case.as_it_arises("door.obeys"))


CHECKS = {
    "A14-1-remedy": remedied,
    "A14-1-report": reported,
    "A14-1-cooperate": investigation_helped,
    "A14-2-obey": suspension_obeyed,
}
