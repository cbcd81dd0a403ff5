"""Article 8: rules for collecting and using are written, and published where users are."""

from __future__ import annotations

from shouze.rules.duty import Case, Finding, worst


def rules_written(case: Case) -> Finding:
    """Every service has rules in force, and nothing was found that no rules cover."""
    return worst(case.in_place("declarations.rules"), case.as_it_arises("findings.undeclared"))


def rules_published(case: Case) -> Finding:
    """The rules in force are shown somewhere, and each copy is the one in force."""
    return worst(case.in_place("declarations.shown"), case.in_place("publications.copies"))


CHECKS = {"A08-make-rules": rules_written, "A08-publish": rules_published}
