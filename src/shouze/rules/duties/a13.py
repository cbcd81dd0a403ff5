"""Article 13: responsibilities, procedures, permissions, media, systems, records, networks, other measures."""

from __future__ import annotations

from shouze.rules.duty import Case, Finding, worst


def responsibilities_fixed(case: Case) -> Finding:
    """Every department, post and branch has its responsibility."""
    return case.in_place("posts.responsibilities")


def procedures_in_force(case: Case) -> Finding:
    """Workflows and rules of security are in force, reviewed in their time, and read by whom they concern."""
    return worst(
        case.in_place("procedures.workflow"),
        case.in_place("procedures.security"),
        case.as_it_arises("readings.confirmed"),
    )


def permissions_managed(case: Case) -> Finding:
    """Grants are approved and for a term, reviews are decided, and the door obeys."""
    return worst(
        case.in_place("grants.in-force"), case.as_it_arises("reviews.decided"), case.as_it_arises("door.obeys")
    )  # fmt: skip


def bulk_reviewed(case: Case) -> Finding:
    """No bulk operation ran without another person's review."""
    return case.as_it_arises("bulk.reviewed")


def leaks_prevented(case: Case) -> Finding:
    """Handling is watched by rules, and what exceeds them is looked into."""
    return worst(case.in_place("yardsticks.watched"), case.as_it_arises("watching.explained"))


def media_kept(case: Case) -> Finding:
    """Every carrier is in somebody's custody, at a known place."""
    return case.in_place("media.custody")


def systems_reviewed(case: Case) -> Finding:
    """Every system that holds information was reviewed before it connected."""
    return case.in_place("systems.reviewed")


def systems_protected(case: Case) -> Finding:
    """Every system is protected against intrusion and viruses, with fresh evidence."""
    return case.in_place("systems.protection")


def operations_recorded(case: Case) -> Finding:
    """The door's log is kept; every system outside it feeds attested records."""
    return worst(case.in_place("log.kept"), case.as_it_arises("systems.recorded"))


def network_protected(case: Case) -> Finding:
    """Network units are graded, filed, tested and assessed in their cycles (Order 11)."""
    return case.in_place("systems.network")


def directives_followed(case: Case) -> Finding:
    """Whatever other measures the authority demands are taken."""
    return case.as_it_arises("orders.directives")


CHECKS = {
    "A13-1-roles": responsibilities_fixed,
    "A13-2-workflow": procedures_in_force,
    "A13-3-permissions": permissions_managed,
    "A13-3-bulk": bulk_reviewed,
    "A13-3-dlp": leaks_prevented,
    "A13-4-media": media_kept,
    "A13-5-access": systems_reviewed,
    "A13-5-intrusion": systems_protected,
    "A13-6-oplog": operations_recorded,
    "A13-7-network": network_protected,
    "A13-8-other": directives_followed,
}
