"""Where somebody stands in a duty: facts that registers and the log yield, and the finding that follows from them.

A fact counts what one source says of one matter; it knows no clock, so that the same fact answers for any moment until
its source changes. A case judges facts at a moment under stated terms:

* breached: something is at fault, or a deadline has passed (a deadline is its last moment: it passes after it);
* not-evidenced: the source is missing, has nothing to show where something has to be in place, or is too old; or a
  term has passed that the house set itself: the Order names none, so that nothing shows it any more, and no breach;
* due: something is still to be done, or what is in place runs out soon;
* met: none of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

import msgspec

from shouze.rules.period import Moment

State = Literal["met", "due", "breached", "not-evidenced"]
STATES: Final[tuple[State, ...]] = ("breached", "not-evidenced", "due", "met")
"""The worst first."""


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What the Order leaves open, as this installation decided it; shown beside every answer.

    ``at_once`` is how long "immediately" may take before it counts as not done: the Order gives no hours.
    """

    at_once: timedelta = timedelta(hours=24)
    warning: timedelta = timedelta(days=30)
    """How long before it runs out that what is in place is due to be renewed."""
    year: Literal["calendar-year", "rolling"] = "calendar-year"
    """How "every year" is counted (Art. 16)."""


class Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one source says of one matter, counted.

    ``shown`` rows show it, the last at ``last``. ``lacking`` are at fault, the first ``since``. ``open`` are still to
    be done, the first of them by ``due``; of those owed at once, the first arose at ``at_once``. ``until`` is when the
    first of what is in place runs out, ``stale`` from when on the source is too old to say anything. ``own`` is when
    the first of the house's own terms ends, of what is to be done or renewed. ``unshown`` have nothing that shows them
    either way. ``late`` were done after their deadline. ``row`` is the worst row's number.
    """

    shown: int = 0
    last: Moment | None = None
    lacking: int = 0
    since: Moment | None = None
    open: int = 0
    due: Moment | None = None
    at_once: Moment | None = None
    until: Moment | None = None
    own: Moment | None = None
    stale: Moment | None = None
    unshown: int = 0
    late: int = 0
    row: str = ""


class Evidence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an answer rests on: a matter (or another duty), how it stands alone, and its counts.

    ``overdue``: a term that the house set itself has passed.
    """

    matter: str
    state: State
    shown: int = 0
    lacking: int = 0
    open: int = 0
    unshown: int = 0
    late: int = 0
    overdue: bool = False
    last: Moment | None = None
    row: str = ""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """How it stands: since when breached, by when due, when time alone may change it next, and what that rests on."""

    state: State
    since: Moment | None = None
    due: Moment | None = None
    turns: Moment | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Case:
    """The facts of one moment, by matter; a matter without a fact has no source that speaks of it."""

    facts: Mapping[str, Fact]
    now: datetime
    terms: Terms = field(default_factory=Terms)

    def in_place(self, matter: str) -> Finding:
        """Judge what has to be there always: nothing shown is nothing evidenced."""
        return self._judged(matter, always=True)

    def as_it_arises(self, matter: str) -> Finding:
        """Judge what is owed only where something gave rise to it: nothing there is nothing owed."""
        return self._judged(matter, always=False)

    def _judged(self, matter: str, *, always: bool) -> Finding:
        fact = self.facts.get(matter)
        if fact is None:
            return Finding(state="not-evidenced", evidence=(Evidence(matter=matter, state="not-evidenced"),))
        return judged(matter, fact, self.now, self.terms, always=always)


def judged(matter: str, fact: Fact, now: datetime, terms: Terms, *, always: bool) -> Finding:
    """Judge one fact at one moment."""
    owed = [each for each in (fact.due, fact.at_once and fact.at_once + terms.at_once) if each is not None]
    ends = [*(owed if fact.open else ()), *([fact.until] if fact.until else ())]
    passed = [each for each in ends if each < now]
    named = [each for each in (*ends, fact.own) if each is not None]
    renewed = min((each - terms.warning for each in (fact.until, fact.own) if each is not None), default=None)
    turns = min((each for each in (*named, renewed, fact.stale) if each is not None and each >= now), default=None)
    overdue = fact.own is not None and fact.own < now
    if fact.lacking or passed:
        since = _first((fact.since if fact.lacking else None, *passed))
        return found(matter, fact, "breached", since=since, turns=turns, overdue=overdue)
    nothing = always and not fact.shown and not fact.open
    if nothing or fact.unshown or overdue or (fact.stale is not None and fact.stale < now):
        return found(matter, fact, "not-evidenced", turns=turns, overdue=overdue)
    if fact.open or (renewed is not None and renewed < now):
        return found(matter, fact, "due", due=min(named, default=None), turns=turns)
    return found(matter, fact, "met", turns=turns)


def found(
    matter: str, fact: Fact, state: State, *, since: datetime | None = None, due: datetime | None = None,
    turns: datetime | None = None, overdue: bool = False,
) -> Finding:  # fmt: skip
    """Return a finding that rests on one fact."""
    evidence = Evidence(
        matter=matter, state=state, shown=fact.shown, lacking=fact.lacking, open=fact.open, unshown=fact.unshown,
        late=fact.late, overdue=overdue, last=fact.last, row=fact.row,
    )  # fmt: skip
    return Finding(state=state, since=since, due=due, turns=turns, evidence=(evidence,))


def worst(*findings: Finding) -> Finding:
    """Join findings into one: the worst state, since the first breach, by the first deadline, with all evidence."""
    state = _worst_state(findings)
    alike = [each for each in findings if each.state == state]
    return Finding(
        state=state,
        since=_first(each.since for each in alike),
        due=_first(each.due for each in alike),
        turns=_first(each.turns for each in findings),
        evidence=tuple({each.matter: each for one in findings for each in one.evidence}.values()),
    )


def summed_up(parts: Mapping[str, Finding]) -> Finding:
    """Answer a duty from the duties it sums up: the worst of them, with each of them as evidence."""
    told = tuple(Evidence(matter=duty, state=each.state) for duty, each in parts.items())
    joined = worst(*parts.values())
    return msgspec.structs.replace(joined, evidence=told)


def _worst_state(findings: Iterable[Finding]) -> State:
    return min((each.state for each in findings), key=STATES.index, default="not-evidenced")


def _first(moments: Iterable[datetime | None]) -> datetime | None:
    return min((each for each in moments if each is not None), default=None)
