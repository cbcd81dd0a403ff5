"""Article 17(2): the authority's inspection finds cooperation."""

from __future__ import annotations

from shouze.rules.duty import Case, Finding


def inspection_helped(case: Case) -> Finding:
    """What an inspection demands is given in its time."""
    return case.as_it_arises("orders.cooperation")


CHECKS = {"A17-2-cooperate": inspection_helped}
