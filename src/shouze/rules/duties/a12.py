"""Article 12: complaints have a mechanism and a contact that works, are taken in, and answered within fifteen days."""

from __future__ import annotations

from shouze.rules.duty import Case, Finding, worst


def mechanism(case: Case) -> Finding:
    """Some post answers for complaints; the register takes them in and runs their clocks."""
    return case.in_place("posts.complaints")


def contact_works(case: Case) -> Finding:
    """The contact details for complaints are published and work."""
    return worst(case.in_place("channels.complaints"), case.in_place("declarations.shown"))


def taken_in(case: Case) -> Finding:
    """Every complaint is taken in, or refused with reasons."""
    return case.as_it_arises("complaints.accepted")


def answered_in_time(case: Case) -> Finding:
    """Every complainant is answered within fifteen days of receipt, counted as the register's policy says."""
    return case.as_it_arises("complaints.answers")


CHECKS = {
    "A12-mechanism": mechanism,
    "A12-contact": contact_works,
    "A12-accept": taken_in,
    "A12-15d": answered_in_time,
}
