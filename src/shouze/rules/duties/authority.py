"""What the authority owes (Articles 14(2), 17(1), 17(3), 18, 19, 20): answered at its own installation."""

from __future__ import annotations

from shouze.rules.duty import Case, Finding, worst


def impact_assessed(case: Case) -> Finding:
    """Every incident that is reported or discovered has its impact assessed."""
    return case.as_it_arises("reports.assessed")


def major_escalated(case: Case) -> Finding:
    """What is particularly major is reported to the ministry."""
    return case.as_it_arises("reports.escalated")


def operators_inspected(case: Case) -> Finding:
    """Operators are inspected: where there is no inspection, nothing shows it."""
    return case.in_place("inspections.made")


def inspections_recorded(case: Case) -> Finding:
    """Every inspection has its record, closed with what came of it; a visit has it within its term."""
    return worst(case.as_it_arises("inspections.recorded"), case.as_it_arises("visits.recorded"))


def business_not_hindered(case: Case) -> Finding:
    """Both sides attest of every visit that business was not hindered; of a remote inspection whoever closes it."""
    return worst(case.as_it_arises("visits.unhindered"), case.as_it_arises("inspections.unhindered"))


def no_fee_charged(case: Case) -> Finding:
    """Both sides attest of every visit that nothing was charged; of a remote inspection whoever closes it."""
    return worst(case.as_it_arises("visits.free"), case.as_it_arises("inspections.free"))


def officers_bound(case: Case) -> Finding:
    """The authority's people are bound to keep confidential what they learn; ties and misconduct are dealt with."""
    return worst(
        case.in_place("undertakings.signed"),
        case.as_it_arises("withdrawals.decided"),
        case.as_it_arises("misconduct.handled"),
    )


def licences_reviewed(case: Case) -> Finding:
    """Each review at licensing and of a year is answered and concluded in its time."""
    return case.as_it_arises("annualreviews.concluded")


def violations_published(case: Case) -> Finding:
    """What was decided is entered and published, and retracted where it was revoked, in its time."""
    return case.as_it_arises("announcements.published")


CHECKS = {
    "A14-2-assess": impact_assessed, "A14-2-escalate": major_escalated, "A17-1-inspect": operators_inspected,
    "A17-3-record": inspections_recorded, "A17-3-no-hinder": business_not_hindered, "A17-3-no-fee": no_fee_charged,
    "A18-auth-secrecy": officers_bound, "A19-annual": licences_reviewed, "A20-credit": violations_published,
}  # fmt: skip
