"""Answers every duty of an installation from its facts: which check answers which, and who owes what here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Final

import msgspec

from shouze.rules.catalogue import Duty, Statutes
from shouze.rules.duties import a08, a09, a10, a11, a12, a13, a14, a15, a16, a17, authority, industry
from shouze.rules.duties.general import SUMS, parts_of
from shouze.rules.duty import Case, Evidence, Fact, Finding, State, Terms, summed_up
from shouze.rules.period import Moment

Check = Callable[[Case], Finding]

CHECKS: Final[Mapping[str, Check]] = {
    **a08.CHECKS, **a09.CHECKS, **a10.CHECKS, **a11.CHECKS, **a12.CHECKS, **a13.CHECKS, **a14.CHECKS, **a15.CHECKS,
    **a16.CHECKS, **a17.CHECKS,
}  # fmt: skip
"""The check of each duty that an operator answers from facts; ``SUMS`` has those answered from other duties."""
ALL_CHECKS: Final[Mapping[str, Check]] = {**CHECKS, **authority.CHECKS, **industry.CHECKS}
"""Those of an authority and of an industry body besides."""

OPERATOR: Final = frozenset({"operator", "staff"})
"""Whose duties an operator's installation answers: its own, and those of its staff."""
AUTHORITY: Final = frozenset({"authority", "authority-staff", "communications-administration"})
"""Whose duties an authority's installation answers."""
INDUSTRY: Final = frozenset({"industry"})
"""Whose rows an association's installation answers: the Order encourages what they say, and sanctions nothing."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Where an installation stands in one duty.

    ``since`` is when it was breached, ``due`` by when something is to be done, ``turns`` when time alone may change the
    answer next.
    """

    duty: str
    state: State
    since: Moment | None = None
    due: Moment | None = None
    turns: Moment | None = None
    evidence: tuple[Evidence, ...] = ()


def owed(statutes: Statutes, parties: Collection[str] = OPERATOR) -> tuple[Duty, ...]:
    """Return the rows that have a state where these parties owe them; powers, liabilities and mere definitions none.

    What the Order encourages an industry to do stands among the powers, and has a state at an association.
    """
    kinds = {"duty", "definition", *(["power"] if INDUSTRY.issuperset(parties) else [])}
    stated = (each for each in statutes.duties.values() if each.kind in kinds)
    return tuple(each for each in stated if not set(parties).isdisjoint(each.owed_by))


def answered(
    duties: Iterable[str], facts: Mapping[str, Fact], now: datetime, terms: Terms | None = None
) -> dict[str, Answer]:
    """Answer these duties; a duty without a check is not evidenced."""
    case = Case(facts, now, terms or Terms())
    return {duty: _answer(duty, found_in(case, duty)) for duty in duties}


def found_in(case: Case, duty: str) -> Finding:
    """Return the finding of one duty, of its own check or of those it sums up."""
    if duty in SUMS:
        return summed_up({part: CHECKS[part](case) for part in parts_of(duty, CHECKS)})
    check = ALL_CHECKS.get(duty)
    return check(case) if check else Finding(state="not-evidenced")


@cache
def matters_of(duty: str) -> frozenset[str]:
    """Return the matters that a duty's answer rests on: a check asks for all of them, whatever they say."""
    if duty in SUMS:
        return frozenset().union(*(matters_of(part) for part in parts_of(duty, CHECKS)))
    nothing = Case({}, datetime.min.replace(tzinfo=UTC))
    return frozenset(each.matter for each in ALL_CHECKS[duty](nothing).evidence) if duty in ALL_CHECKS else frozenset()


def _answer(duty: str, found: Finding) -> Answer:
    return Answer(
        duty=duty, state=found.state, since=found.since, due=found.due, turns=found.turns, evidence=found.evidence
    )
