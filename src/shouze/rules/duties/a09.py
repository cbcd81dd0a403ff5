"""Article 9: consent, what users are told, nothing beyond need and agreement, an end when the user ends it.

What the door decides at each use is in place while rules are in force and the door obeys the registers; what happens in
flows that no program sees is as good as the last review of each flow.
"""

from __future__ import annotations

from shouze.rules.duty import Case, Finding, worst


def consent_asked(case: Case) -> Finding:
    """Flows ask for consent, which can be withdrawn, and is when users say so; the door refuses what lacks it."""
    return worst(
        case.in_place("consents.consent"), case.as_it_arises("requests.withdrawals"), _decided_at_door(case)
    )  # fmt: skip


def purpose_told(case: Case) -> Finding:
    """Users are told the purpose: by rules in force that the flows show."""
    return _told(case)


def means_told(case: Case) -> Finding:
    """Users are told the means."""
    return _told(case)


def scope_told(case: Case) -> Finding:
    """Users are told the scope, item by item."""
    return _told(case)


def channels_told(case: Case) -> Finding:
    """Users are told the channels of enquiry and correction, which work and answer."""
    return worst(case.in_place("channels.working"), case.as_it_arises("requests.answers"), _told(case))


def refusal_told(case: Case) -> Finding:
    """Users are told what follows a refusal: no rules are published without it."""
    return _told(case)


def others_told(case: Case) -> Finding:
    """Users find without effort what else they have to be told."""
    return worst(case.in_place("consents.found"), _told(case))


def necessary(case: Case) -> Finding:
    """Nothing is collected beyond need: the door refuses it, and scanning finds none."""
    return worst(_decided_at_door(case), case.as_it_arises("findings.undeclared"))


def purpose_limited(case: Case) -> Finding:
    """Nothing is used for another purpose: the door refuses it, and what looks unusual is looked into."""
    return worst(_decided_at_door(case), case.as_it_arises("watching.explained"))


def not_deceived(case: Case) -> Finding:
    """No flow deceives."""
    return case.in_place("consents.deceit")


def not_misled(case: Case) -> Finding:
    """No flow misleads."""
    return case.in_place("consents.mislead")


def not_coerced(case: Case) -> Finding:
    """No flow coerces."""
    return case.in_place("consents.coerce")


def within_other_laws(case: Case) -> Finding:
    """No law is broken by it: grounds are laws at the door, and what has to be assessed before is assessed."""
    return worst(_decided_at_door(case), case.as_it_arises("assessments.owed"))


def within_agreement(case: Case) -> Finding:
    """Nothing goes beyond what was agreed with the user: the door holds each to the version they agreed to."""
    return worst(_decided_at_door(case), case.in_place("consents.current"))


def stopped(case: Case) -> Finding:
    """Use stops when the user, or the service, ends it."""
    return worst(case.as_it_arises("declarations.endings"), _decided_at_door(case))


def cancellable(case: Case) -> Finding:
    """Numbers and accounts can be cancelled without obstacles, and are."""
    return worst(case.in_place("consents.cancelling"), case.as_it_arises("requests.cancellations"))


def _told(case: Case) -> Finding:
    return worst(case.in_place("declarations.rules"), case.in_place("consents.current"))


def _decided_at_door(case: Case) -> Finding:
    return worst(case.in_place("declarations.rules"), case.as_it_arises("door.obeys"))


CHECKS = {
    "A09-1-consent": consent_asked,
    "A09-2-purpose": purpose_told,
    "A09-2-means": means_told,
    "A09-2-scope": scope_told,
    "A09-2-query": channels_told,
    "A09-2-refusal": refusal_told,
    "A09-2-etc": others_told,
    "A09-3-necessity": necessary,
    "A09-3-purpose-limit": purpose_limited,
    "A09-3-no-deceit": not_deceived,
    "A09-3-no-mislead": not_misled,
    "A09-3-no-coerce": not_coerced,
    "A09-3-law": within_other_laws,
    "A09-3-contract": within_agreement,
    "A09-4-stop": stopped,
    "A09-4-cancel": cancellable,
}
