"""What the operator's own program keeps beside the door, and how it finds whom a query concerns.

It keeps what any program that uses the door keeps: the reference (subject) of each user, and which records a user has
since when. By purpose it finds users through the list of a service's users; there is no list by objection or decision,
so for those it goes through where every user stands.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import TypeVar

from shouze.rules.standing import Standing
from shouze.wiring import Installation

from .declared import Place, agreement_of, place_of, services_for
from .records import TTL

AT_ONCE = 128
"""How many calls of the door wait together, where one query concerns many subjects."""
PAGE = 1000

LIVES = [min(timedelta(days=int(ttl)), timedelta(days=365_000)) for ttl in TTL]

Q = TypeVar("Q")
A = TypeVar("A")


@dataclass
class Program:
    """The program's accounts; ``users``: how many users there are."""

    users: int
    subjects: dict[int, str] = field(default_factory=dict)
    numbers: dict[int, set[int]] = field(default_factory=dict)
    user_of: dict[str, int] = field(default_factory=dict)
    ends: list[tuple[datetime, int, int]] = field(default_factory=list)
    """When a record's life has passed, its number and its user; a heap."""

    def copy(self) -> Program:
        """Return a copy that another run may change."""
        numbers = {user: set(each) for user, each in self.numbers.items()}
        return Program(self.users, dict(self.subjects), numbers, dict(self.user_of), list(self.ends))

    def note(self, place: Place, subject: str, now: datetime) -> None:
        """Note a new record; one of a new subject is the first that its user has."""
        if self.subjects.get(place.user) != subject:
            self.numbers[place.user] = set()
        self.subjects[place.user], self.user_of[subject] = subject, place.user
        self.numbers[place.user].add(place.number)
        heappush(self.ends, (now + LIVES[place.number % len(LIVES)], place.number, place.user))

    def expire(self, now: datetime) -> None:
        """Forget the records whose life has passed."""
        while self.ends and self.ends[0][0] <= now:
            _, number, user = heappop(self.ends)
            self.numbers[user].discard(number)

    def forget(self, place: Place) -> None:
        """Note that a record is gone."""
        self.numbers[place.user].discard(place.number)

    def has(self, place: Place) -> bool:
        """Tell whether the record is among the user's."""
        return place.number in self.numbers[place.user]

    def subject(self, place: Place) -> str:
        """Return the reference of a record's user."""
        return self.subjects[place.user]

    def of_user(self, user: int, service: str | None = None) -> list[Place]:
        """Return the records that a user has, in one service or at all."""
        places = (place_of(number, self.users) for number in sorted(self.numbers[user]))
        return [place for place in places if service in {None, place.service}]


async def find(opened: Installation, program: Program, place: Place, by: str) -> list[Place]:
    """Return the records that meet the condition which the drawn one meets."""
    if by == "key":
        return [place]
    if by == "usr":
        return program.of_user(place.user) or [place]
    if by == "pur":
        return [each async for page in _users(opened, services_for(place.row.pur), program) for each in page]
    wanted, after, found = getattr(place.row, by), "", list[Place]()
    while page := await opened.stores.custody.standings(after, PAGE):
        for subject, standing in page:
            # Few users meet most conditions: where a standing says nothing of it, no record needs to be looked for.
            if subject in program.user_of and any(wanted in each.purposes for each in standing.agreements):
                places = program.of_user(program.user_of[subject])
                found += [each for each in places if _agreed(standing, each, by, wanted)]
        after = page[-1][0]
    return found


async def together(call: Callable[[Q], Awaitable[A]], questions: Sequence[Q]) -> list[A]:
    """Return the answer to each question, so many at once as wait together."""
    answers: list[A] = []
    for start in range(0, len(questions), AT_ONCE):
        answers += await asyncio.gather(*(call(each) for each in questions[start : start + AT_ONCE]))
    return answers


async def _users(opened: Installation, services: Iterable[str], program: Program) -> AsyncIterator[list[Place]]:
    """Yield the records of the services' users, page by page of users."""
    for service in services:
        after = ""
        while listed := await opened.stores.custody.using(service, after, PAGE):
            yield [each for subject in listed for each in program.of_user(program.user_of[subject], service)]
            after = listed[-1]


def _agreed(standing: Standing, place: Place, by: str, value: str) -> bool:
    return agreement_of(place, by, value) in standing.agreements
