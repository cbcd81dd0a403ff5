"""The short way of a release: what came whole and is as usual goes from the connection to the door at once.

Most of what a release costs over HTTP is what every request costs: a task, messages to and fro, waiting to be woken.
Here there is none of it: requests that came in one turn of the loop wait for the door side by side, go through it
together and are answered one after another.

Only what cannot go wrong before the door goes this way: a known token that is no face's, a body that can be read, no
header that means anything else. All else is declined, and goes the long way through ASGI, which finds the error and
tells it; so there is one place for each rule.
"""

from __future__ import annotations

import asyncio
import time
from functools import lru_cache

from starlette.types import Message, Scope

from shouze.api.bodies import ClaimedPlace, ReleaseBody
from shouze.api.calls import JSON, Answer, Call, Reply, content_language, headers_of
from shouze.api.identity import own_actor
from shouze.api.operations import ASSERTION, Entrance, encode_answer
from shouze.api.reading import strictly
from shouze.api.repeating import HEADER
from shouze.api.verbs import release_request, released_answer
from shouze.api.watch import Watch, problem_answer
from shouze.errors import ShouzeError
from shouze.gateway.asking import Released, Visitor
from shouze.rules.use import Actor

_UNUSUAL = {ASSERTION, HEADER.lower().encode(), b"transfer-encoding", b"content-encoding"}
_MEDIA = JSON.encode()


class ShortWay:
    """Takes whole requests to release; all its calls come from one event loop."""

    url = b"/v1/release"

    def __init__(self, entrance: Entrance, watch: Watch) -> None:
        self._entrance = entrance
        self.watch = watch
        self._read = strictly(ReleaseBody)
        self._answered: list[tuple[_Waiting, Answer]] = []

    def take(self, scope: Scope, body: bytes, reply: Reply) -> bool:
        """Take a request, to be answered later; False, and nothing done, where it has to go the long way."""
        call, entrance = self.watch.call(scope, _never), self._entrance
        if len(call.headers) < len(scope["headers"]) or not _UNUSUAL.isdisjoint(call.headers):
            return False
        if call.headers.get(b"content-type") != _MEDIA or len(body) > entrance.largest_body or not entrance.limit.free:
            return False
        try:
            caller = entrance.identity.known(call.header(b"authorization"))
            actor = own_actor(caller) if caller else None
            if caller is None or actor is None:
                return False
            asked = self._read(body)
            visitor = _visitor(actor, asked.place, call.address)
            call.verb, call.caller = "release", caller.id
            entrance.parts.door.releases.put(visitor, release_request(asked), _Waiting(self, call, reply))
        except ShouzeError:
            return False
        entrance.limit.begin()
        self.watch.measures.under_way += 1
        return True

    def answer(self, waiting: _Waiting, outcome: Released | ShouzeError) -> None:
        """Answer at the end of this turn: a burst of answers wakes who reads them once."""
        try:
            answer = _answer(waiting.call, outcome)
        except Exception as error:  # noqa: BLE001 - nothing but the one form of answer leaves the api
            answer = problem_answer(waiting.call, self.watch.unexpected(waiting.call, error))
        if not self._answered:
            asyncio.get_running_loop().call_soon(self._write)
        self._answered.append((waiting, answer))

    def _write(self) -> None:
        answered, self._answered, now = self._answered, [], time.perf_counter()
        for waiting, answer in answered:
            call = waiting.call
            call.status = answer.status
            self._entrance.limit.end()
            self.watch.measures.under_way -= 1
            waiting.reply.write(answer.status, headers_of(call, answer), answer.body)
            self.watch.note(call, now - waiting.begun)


class _Waiting:
    """A request under way: the place where the door puts what became of it."""

    def __init__(self, way: ShortWay, call: Call, reply: Reply) -> None:
        self._way, self.call, self.reply = way, call, reply
        self.begun = time.perf_counter()

    def done(self) -> bool:
        """Tell that an answer is waited for: whoever hung up is counted and logged as well."""
        return False

    def set_result(self, outcome: Released | ShouzeError) -> None:
        """Answer."""
        self._way.answer(self, outcome)

    def set_exception(self, error: Exception) -> None:
        """Answer that it failed."""
        self._way.answer(
            self, error if isinstance(error, ShouzeError) else self._way.watch.unexpected(self.call, error)
        )


def _answer(call: Call, outcome: Released | ShouzeError) -> Answer:
    if isinstance(outcome, ShouzeError):
        return problem_answer(call, outcome)
    body = encode_answer(released_answer(outcome, call.language))
    return Answer(200, body, JSON, (content_language(call.language),))


@lru_cache(1024)
def _visitor(actor: Actor, place: ClaimedPlace, address: str | None) -> Visitor:
    """Return who stands at the door: the same for the same, so that what they ask together is decided together."""
    return Visitor(actor, place.at(address))


async def _never() -> Message:
    """Stand for a body's arrival: here it is there already."""
    raise NotImplementedError
