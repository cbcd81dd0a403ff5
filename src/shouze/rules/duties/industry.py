"""What the Order encourages an industry to do (Articles 7, 21): answered at an association's own installation.

Nothing of it is owed by a day: the facts name no deadline, so that the answer is met, due or not evidenced.
"""

from __future__ import annotations

from shouze.rules.duty import Case, Finding, worst


def self_disciplined(case: Case) -> Finding:
    """The industry disciplines itself: by a code of its own, and by what the association does for its members."""
    return worst(code_made(case), members_guided(case))


def code_made(case: Case) -> Finding:
    """The association has made a code of self-discipline, and it is in force."""
    return case.in_place("codes.in-force")


def members_guided(case: Case) -> Finding:
    """Members pledge themselves, are told where they stand among the others, and review one another."""
    return worst(
        case.in_place("pledges.given"),
        case.as_it_arises("surveys.returned"),
        case.as_it_arises("peerreviews.closed"),
    )


CHECKS = {
    "A07-selfreg": self_disciplined, "A21-ind-rules": code_made, "A21-ind-guide": members_guided,
}  # fmt: skip
