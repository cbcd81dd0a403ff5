"""Article 10: strictly confidential; nothing leaked, tampered with, destroyed, sold or supplied without a ground."""

from __future__ import annotations

from shouze.rules.duty import Case, Finding, worst


def kept_secret(case: Case) -> Finding:
    """There are rules of confidentiality, and nobody sees anything without a grant."""
    return worst(
        case.in_place("procedures.security"), case.in_place("grants.in-force"), case.as_it_arises("door.obeys")
    )


def staff_bound(case: Case) -> Finding:
    """Everybody who may see something has signed an undertaking that is in force."""
    return case.in_place("undertakings.signed")


def not_leaked(case: Case) -> Finding:
    """Nothing has leaked, or was tampered with or destroyed, that is not contained; the log is kept."""
    return worst(case.in_place("log.kept"), case.as_it_arises("incidents.leaks"))


def not_sold(case: Case) -> Finding:
    """Nothing leaves but to recipients with a ground, in reviewed operations; what is unusual is looked into."""
    return worst(
        case.as_it_arises("recipients.grounds"),
        case.as_it_arises("bulk.reviewed"),
        case.as_it_arises("watching.explained"),
    )


def not_supplied_unlawfully(case: Case) -> Finding:
    """Nobody is given anything without a ground: the door refuses recipients that are not declared."""
    return worst(case.as_it_arises("recipients.grounds"), case.as_it_arises("door.obeys"))


CHECKS = {
    "A10-op-secrecy": kept_secret,
    "A10-staff-secrecy": staff_bound,
    "A10-no-leak/tamper/destroy": not_leaked,
    "A10-no-sale": not_sold,
    "A10-no-illegal-supply": not_supplied_unlawfully,
}
