"""The side behind the door: every query class told in its verbs, within one process."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from shouze import wiring
from shouze.errors import ConflictError
from shouze.gateway.asking import Done, Outcome, Released, Request, SubjectRef, Visitor
from shouze.gateway.many import MOST
from shouze.gateway.passage import approach
from shouze.rules.document import Lines
from shouze.rules.refusal import RefusedError
from shouze.rules.standing import Agreement
from shouze.rules.use import SUBJECT_RIGHTS, Actor
from shouze.settings import Settings

from .declared import (
    AGREED,
    CONTROLLER,
    CYCLE,
    Place,
    agreement_of,
    consent_of,
    declaration,
    metadata_of,
    place_of,
    policy,
    request_for,
)  # fmt: skip
from .loading import load
from .looking import last_lines, stored_state
from .model import UNFORESEEN, Answer, State
from .operations import Operation
from .program import Program, find, together
from .records import USERS
from .sides import StandingClock


class Door:
    """The side."""

    name = "door"
    sweeps = True

    def __init__(self, users: int = USERS) -> None:
        """``users``: a multiple of 50, so that all records of a user have one purpose and one life."""
        assert users % CYCLE == 0
        self._folder = tempfile.TemporaryDirectory(prefix="shouze-gdprbench-")
        self._home = Path(self._folder.name) / "home"
        self._program = Program(users)

    async def load(self, url: str, records: int, most: int) -> None:
        """Prepare an installation, declare, and fill it."""
        users = self._program.users
        wiring.prepare(self._home, Settings(database=url), clock=StandingClock())
        async with wiring.installation(self._home, Settings(database=url), clock=StandingClock()) as opened:
            await opened.publisher.declare(declaration(-(-most // users)), Lines(), "bench")
            await opened.publisher.apply(policy(), "bench")
            await opened.door.refresh()
            places = [place_of(number, users) for number in range(records)]
            subjects = await load(opened, places)
        for place in places:
            self._program.note(place, subjects[place.user], StandingClock().now())

    @asynccontextmanager
    async def opened(self, url: str, clock: StandingClock) -> AsyncIterator[OpenedDoor]:
        """Open the installation over a copy of its database."""
        async with wiring.installation(self._home, Settings(database=url), clock=clock) as opened:
            program = self._program.copy()
            program.expire(clock.now())
            yield OpenedDoor(opened, program)


class OpenedDoor:
    """The door of one installation, and the operator's own program before it."""

    def __init__(self, opened: wiring.Installation, program: Program) -> None:
        self._opened, self._door, self._program = opened, opened.door, program

    async def expire(self) -> None:
        """Erase what is due; the program forgets what its own rules say has expired."""
        while await self._door.erase_due():
            pass
        self._program.expire(self._opened.clock.now())

    async def do(self, operation: Operation) -> Answer:
        """Do one operation."""
        kind, place = operation.kind, place_of(operation.number, self._program.users)
        if kind == "create":
            return await self._create(place)
        if kind == "delete-by-ttl":
            await self.expire()
            return UNFORESEEN
        if kind == "system-logs":
            await last_lines(self._opened.stores.databases["log"], operation.lines)
            return UNFORESEEN
        if kind == "verify-ttl":
            return not await self._opened.stores.custody.due(self._opened.clock.now(), 1)
        if kind == "verify-deletion":
            return await self._gone(place)
        return await self._conditioned(operation, place)

    async def state(self) -> State:
        """Return every record as it is stored."""
        return await stored_state(self._opened, self._program)

    async def _conditioned(self, operation: Operation, place: Place) -> Answer:
        verb, _, by = operation.kind.partition("-by-")
        if verb == "read-metadata":
            return await self._metadata(place, by)
        if (verb, by) == ("read", "usr"):
            return await self._read_own(place)
        places = await find(self._opened, self._program, place, by)
        if verb == "read":
            return await self._read(places)
        if verb == "delete":
            return await self._delete(places)
        if operation.field == "data":
            return await self._correct(place, operation.value)
        return await self._agree(places, operation)

    async def _create(self, place: Place) -> int:
        """Collect with consent, then note what is agreed; a user whose account is erased comes as a new one."""
        known = self._program.subjects.get(place.user)
        try:
            subject = await self._collect(place, known)
        except RefusedError as refused:
            if refused.refusal.code != "subject-erased":
                raise
            subject = await self._collect(place, None)
        self._program.note(place, subject, self._opened.clock.now())
        limits = [agreement_of(place, name, getattr(place.row, name)) for name in AGREED]
        [agreed] = await self._door.agree_many(CONTROLLER, [request_for(place, subject)], limits)
        assert isinstance(agreed, Done), agreed
        return 1

    async def _collect(self, place: Place, subject: str | None) -> str:
        others = self._program.of_user(place.user, place.service) if subject else []
        consents = [consent_of([*others, place])]
        done = await self._door.collect(CONTROLLER, request_for(place, subject), {place.item: place.row.data}, consents)
        return done.subject

    async def _read(self, places: Sequence[Place]) -> dict[str, str]:
        """Release each record for its purpose; a refused one is not among the answers."""
        requests = [request_for(place, self._program.subject(place), place.item) for place in places]
        released: list[Released | RefusedError] = []
        for start in range(0, len(requests), MOST):
            released += await self._door.read_many(CONTROLLER, requests[start : start + MOST])
        pairs = [(place, each) for place, each in zip(places, released, strict=True) if isinstance(each, Released)]
        return {place.key: each.items[place.item] for place, each in pairs if place.item in each.items}

    async def _read_own(self, place: Place) -> dict[str, str]:
        """Release what a user has to the user, who is signed in: the right to see it."""
        places = self._program.of_user(place.user) or [place]
        try:
            released = await self._door.release(*self._as_user(place, *(each.item for each in places)))
        except RefusedError:
            return {}
        return {each.key: released.items[each.item] for each in places if each.item in released.items}

    async def _metadata(self, place: Place, by: str) -> dict[str, tuple[str, ...]]:
        """Say what is held of a user and why: a recorded look under the user's right to see it; nothing is opened."""
        passage = await approach(self._door.room, *self._as_user(place))
        try:
            await passage.admit()
        except RefusedError:
            return {}
        assert passage.found is not None
        standing = passage.found.standing
        places = [place] if by == "key" else self._program.of_user(place.user)
        held = [each for each in places if each.item in standing.held.get(each.ground, {})]
        return {each.key: metadata_of(each, standing) for each in held}

    def _as_user(self, place: Place, *items: str) -> tuple[Visitor, Request]:
        subject = self._program.subject(place)
        asked = Request(service=place.service, subject=SubjectRef(subject), purposes=(SUBJECT_RIGHTS,), items=items)
        return Visitor(Actor("subject", subject)), asked

    async def _gone(self, place: Place) -> bool:
        """Tell whether nothing is held of a record any more."""
        return not await self._metadata(place, "key")

    async def _delete(self, places: Sequence[Place]) -> int:
        doomed: dict[tuple[int, str], list[Place]] = defaultdict(list)
        for place in places:
            doomed[place.user, place.service].append(place)
        stays, goes = list[list[Place]](), list[list[Place]]()
        for mine in doomed.values():
            kept = [each for each in self._program.of_user(mine[0].user, mine[0].service) if each not in mine]
            (stays if kept else goes).append(mine)
        withdrawn = [self._request(mine, *(each.item for each in mine)) for mine in stays]
        outcomes = [
            *await in_steps(lambda some: self._door.withdraw_many(CONTROLLER, some), withdrawn),
            *await in_steps(
                lambda some: self._door.terminate_many(CONTROLLER, some), [self._request(each) for each in goes]
            ),
        ]
        ended = [mine for mine, each in zip([*stays, *goes], outcomes, strict=True) if isinstance(each, Done)]
        count = sum(self._program.has(each) for mine in ended for each in mine)
        for each in places:
            self._program.forget(each)
        return count

    def _request(self, places: Sequence[Place], *items: str) -> Request:
        return request_for(places[0], self._program.subject(places[0]), *items)

    async def _correct(self, place: Place, value: str) -> int:
        request = request_for(place, self._program.subject(place), place.item)
        try:
            await self._door.correct(CONTROLLER, request, {place.item: value})
        except (RefusedError, ConflictError):
            return 0
        return 1

    async def _agree(self, places: Sequence[Place], operation: Operation) -> int:
        """Note the limit with each user; of a record that is gone, say whether something is held all the same."""
        present, alike = [each for each in places if self._program.has(each)], defaultdict[str, list[Place]](list)
        missing = await together(self._gone, [each for each in places if each not in present])
        for place in present:
            alike[place.item].append(place)
        done = missing.count(False)
        for mine in alike.values():
            limit = agreement_of(mine[0], operation.field, operation.value)
            requests = [self._request([each]) for each in mine]
            outcomes = await in_steps(partial(self._agreed, limit), requests)
            done += sum(isinstance(each, Done) for each in outcomes)
        return done

    async def _agreed(self, limit: Agreement, requests: Sequence[Request]) -> list[Outcome]:
        return await self._door.agree_many(CONTROLLER, requests, [limit])


async def in_steps(
    step: Callable[[Sequence[Request]], Awaitable[list[Outcome]]], requests: Sequence[Request]
) -> list[Outcome]:
    """Hand over so many requests at once as the door takes."""
    outcomes: list[Outcome] = []
    for start in range(0, len(requests), MOST):
        outcomes += await step(requests[start : start + MOST])
    return outcomes
