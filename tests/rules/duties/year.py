"""A year of a fictional operator, made from a seed: obligations as they arise, are done, done late, or not at all."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from shouze.chinatime import SHANGHAI
from shouze.rules.duty import Fact

START = datetime(2026, 1, 1, tzinfo=SHANGHAI)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Owed:
    """One thing owed: since when, by when (None: at once), done when (None: never)."""

    arose: datetime
    due: datetime | None
    done: datetime | None


@dataclass(frozen=True)
class Held:
    """One thing that has to be in place: from when, until when it runs out (None: never), and a fault's span."""

    begins: datetime
    until: datetime | None = None
    fault: tuple[datetime, datetime] | None = None
    ends: datetime | None = None


Rows = list[Owed] | list[Held]


class Chance(random.Random):
    """Makes rows of each kind from one seed."""

    def at(self, least: float = 0, most: float = 365) -> datetime:
        return START + self.uniform(least, most) * DAY

    def owed(self, n: int, term: float | None, took: float) -> list[Owed]:
        """What is owed within a term of days, and takes so many days on average."""
        rows = []
        for _ in range(n):
            arose = self.at(-30)
            due = None if term is None else arose + term * DAY
            rows.append(Owed(arose, due, arose + self.expovariate(1 / took) * DAY))
        return rows

    def certificates(self, staff: int, renewed: float) -> list[Held]:
        """Certificates of a year each, renewed before or after they run out."""
        rows: list[Held] = []
        for _ in range(staff):
            begins = self.at(-360, 30)
            while begins < START + 365 * DAY:
                until = begins + 365 * DAY
                following = until + self.gauss(-20, renewed) * DAY
                rows.append(Held(begins, until, None, following))
                begins = following
        return rows

    def standing(self, n: int, faulty: float) -> list[Held]:
        """Things that stay, some of them with a fault for a while."""
        return [Held(self.at(-60, 60), None, self._fault() if self.random() < faulty else None) for _ in range(n)]

    def _fault(self) -> tuple[datetime, datetime]:
        broken = self.at(60)
        return broken, broken + self.expovariate(1 / 3) * DAY


def year(seed: int) -> dict[str, Rows]:
    """Return what the year holds, by matter: some 12,000 rows."""
    chance = Chance(seed)
    return {
        "complaints.answers": chance.owed(5_000, 15, 2.6),
        "requests.answers": chance.owed(1_500, 30, 4.0),
        "incidents.remedy": chance.owed(250, None, 0.15),
        "incidents.report": chance.owed(250, None, 0.2),
        "incidents.leaks": chance.standing(1, 0.9),
        "orders.cooperation": chance.owed(30, 10, 4.0),
        "orders.suspensions": chance.owed(12, None, 0.3),
        "shortcomings.fixed": chance.owed(300, 30, 8.0),
        "agents.supervision": chance.owed(120, 20, 6.0),
        "agents.fitness": chance.certificates(15, 12),
        "trainings.knowledge": chance.certificates(200, 5),
        "trainings.skills": chance.certificates(200, 3),
        "trainings.responsibility": chance.certificates(200, 8),
        "undertakings.signed": chance.certificates(60, 4),
        "consents.deceit": chance.standing(20, 0.3),
        "consents.coerce": chance.standing(40, 0.2),
        "publications.copies": chance.owed(400, 90, 25.0),
        "media.custody": chance.standing(500, 0.01),
        "grants.in-force": chance.standing(3_000, 0.001),
    }


def inspections(seed: int) -> list[datetime]:
    """Return when self-inspections were finished: one in some years, sometimes none in the year before."""
    chance = random.Random(seed + 1)
    last = START - chance.choice((30, 200, 400, 500)) * DAY
    return [last, *([START + chance.uniform(20, 360) * DAY] if chance.random() < 0.8 else [])]


def moments(seed: int) -> Iterator[datetime]:
    """Yield a moment of each day, the first of each month's."""
    chance = random.Random(seed + 2)
    for number in range(366):
        day = START + number * DAY
        yield day if day.day == 1 else day + chance.uniform(0, 24) * HOUR


def counted(rows: Iterable[Owed | Held], now: datetime) -> Fact:
    """Count rows as a register does: what is known at this moment, each kind by itself."""
    listed = list(rows)
    owed = [each for each in listed if isinstance(each, Owed) and each.arose <= now]
    held = [each for each in listed if isinstance(each, Held) and each.begins <= now and not _over(each, now)]
    done = [each for each in owed if each.done is not None and each.done <= now]
    undone = [each for each in owed if each.done is None or each.done > now]
    faulty = [each.fault[0] for each in held if each.fault and each.fault[0] <= now < each.fault[1]]
    return Fact(
        shown=len(done) + len(held), open=len(undone), lacking=len(faulty), since=min(faulty, default=None),
        late=sum(each.due is not None and each.done is not None and each.done > each.due for each in done),
        last=max((each.done for each in done if each.done), default=None),
        due=min((each.due for each in undone if each.due), default=None),
        at_once=min((each.arose for each in undone if not each.due), default=None),
        until=min((each.until for each in held if each.until), default=None),
    )  # fmt: skip


Standing = tuple[str, datetime | None, datetime | None]
"""State, since when breached, by when due."""


def second_calculation(rows: Iterable[Owed | Held], now: datetime, *, always: bool) -> Standing:
    """Look at each row alone, as somebody with a ruler would, and then take the worst."""
    alone = [found for row in rows if (found := _alone(row, now)) is not None]
    breaches = [since for state, since, _ in alone if state == "breached" and since]
    if breaches:
        return "breached", min(breaches), None
    if always and not alone:
        return "not-evidenced", None, None
    dues = [due for state, _, due in alone if state == "due" and due]
    return ("due", None, min(dues)) if dues else ("met", None, None)


def _alone(row: Owed | Held, now: datetime) -> Standing | None:
    """Return how one row stands; None where it is not there yet, or no more."""
    if isinstance(row, Owed):
        if row.arose > now:
            return None
        if row.done is not None and row.done <= now:
            return "met", None, None
        return ("breached", _by(row), None) if _by(row) < now else ("due", None, _by(row))
    if row.begins > now or _over(row, now):
        return None
    began = [row.fault[0]] if row.fault and row.fault[0] <= now < row.fault[1] else []
    began += [row.until] if row.until and row.until < now else []
    if began:
        return "breached", min(began), None
    soon = row.until is not None and row.until - now < 30 * DAY
    return ("due", None, row.until) if soon else ("met", None, None)


def _over(row: Held, now: datetime) -> bool:
    return row.ends is not None and row.ends <= now


def _by(row: Owed) -> datetime:
    return row.due if row.due is not None else row.arose + 24 * HOUR


def inspected(finished: Iterable[datetime], now: datetime) -> Standing:
    """Return how the yearly self-inspection stands, by going through the years one after another."""
    done = {each.astimezone(SHANGHAI).year for each in finished if each <= now}
    this = now.astimezone(SHANGHAI).year
    ends = {
        number: datetime(number + 1, 1, 1, tzinfo=SHANGHAI) - timedelta(microseconds=1) for number in range(2020, 2030)
    }
    if this in done:
        return "met", None, None
    missed = [number for number in range(max(done) + 1, this) if ends[number] < now]
    if missed:
        return "breached", ends[missed[0]], None
    return "due", None, ends[this]
