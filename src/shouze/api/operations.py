"""What the api offers, operation by operation, and how one is carried out.

Each operation is a row: method, path, types, and a function from what is asked to an answer. One plain ASGI endpoint
carries out all of them: token, body, assertion, repetition, act.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec
from starlette.types import Receive, Scope, Send

from shouze.api.bodies import ClaimedPlace
from shouze.api.calls import CALL, JSON, Answer, Call, content_language, send_answer
from shouze.api.identity import Identity
from shouze.api.problems import BusyError
from shouze.api.reading import read_json
from shouze.api.repeating import HEADER, Repeating
from shouze.api.watch import problem_answer
from shouze.errors import InvalidError, ShouzeError
from shouze.gateway.asking import Visitor
from shouze.gateway.bulk.office import Bulk
from shouze.gateway.door import Door
from shouze.gateway.log_export import Openings
from shouze.language import Language, Text
from shouze.publication.publish import Publisher
from shouze.rules.use import Actor
from shouze.sequencer.cosigning import Keep
from shouze.sequencer.counting import Counting
from shouze.sequencer.inspecting import Records

ASSERTION = b"shouze-assertion"
NOWHERE = ClaimedPlace()
B = TypeVar("B")
_KEY = HEADER.encode()
encode_answer = msgspec.json.Encoder(order="sorted").encode


@dataclass(frozen=True)
class Parts:
    """What operations work with; None is what this gateway may not do: write policy, carry out bulk, read the log."""

    door: Door
    publisher: Publisher | None
    entropy: Callable[[int], bytes]
    bulk: Bulk | None = None
    counting: Counting | None = None
    records: Records | None = None
    brought: Keep | None = None
    """Keeps what a witness answered elsewhere."""
    openings: Openings | None = None
    """Where openings of records lie; None for a gateway apart, which only adds to them."""


@dataclass(frozen=True, slots=True)
class Streamed:
    """An answer that is no JSON: its media type, the name to keep it under, its parts one after another."""

    media: str
    name: str
    parts: AsyncIterator[bytes]

    @classmethod
    def whole(cls, media: str, name: str, content: bytes) -> Streamed:
        """Return an answer of one part."""

        async def parts() -> AsyncIterator[bytes]:
            yield content

        return cls(media, name, parts())


class Asked(msgspec.Struct, Generic[B], frozen=True):
    """Who asks for what, from where, in which language."""

    actor: Actor
    body: B
    address: str | None
    language: Language
    path: dict[str, str]
    key: str | None = None
    """The request's ``Idempotency-Key``."""

    def visitor(self, claimed: ClaimedPlace = NOWHERE) -> Visitor:
        """Return who stands at the door; site and terminal are the caller's own claim."""
        return Visitor(self.actor, claimed.at(self.address))


@dataclass(frozen=True, kw_only=True)
class Operation(Generic[B]):
    """One row of what the api offers to callers with a token.

    ``body`` is the type of what is sent (``read`` reads it, where it is not plain JSON), ``answer`` that of what
    ``act`` returns.
    """

    method: str
    path: str
    id: str
    summary: Text
    body: type | None
    answer: type
    act: Callable[[Parts, Asked[B]], Awaitable[object]]
    status: int = 200
    repeatable: bool = False
    """It changes something, and takes an ``Idempotency-Key``."""
    once: bool = False
    """It makes a secret that is shown once, so that it cannot take an ``Idempotency-Key``."""
    latest: bool = False
    """It reads the latest policy before it tells who calls."""
    media: tuple[str, ...] = (JSON,)
    gives: str = JSON
    """The media type of its answer; anything but JSON is ``Streamed``."""
    read: Callable[[bytes, str], Awaitable[B]] | None = None
    broken: type[ShouzeError] = InvalidError
    """The error for a body that does not fit its type."""


class Limit:
    """How many requests may be under way at once."""

    def __init__(self, most: int) -> None:
        self._free = most

    @property
    def free(self) -> bool:
        """Whether one more may be under way."""
        return self._free > 0

    def begin(self) -> None:
        """Count one more; BusyError where there are as many as may be."""
        if not self.free:
            raise BusyError
        self._free -= 1

    def end(self) -> None:
        """Count one less."""
        self._free += 1

    def __enter__(self) -> None:
        self.begin()

    def __exit__(self, *_: object) -> None:
        self.end()


@dataclass(frozen=True)
class Entrance:
    """What every operation's way in needs: who calls, what was answered before, how much is read, how many at once."""

    parts: Parts
    identity: Identity
    repeating: Repeating
    largest_body: int
    limit: Limit


class Endpoint(Generic[B]):
    """Carries out one operation; a plain ASGI application."""

    def __init__(self, operation: Operation[B], entrance: Entrance) -> None:
        self._operation = operation
        self._entrance = entrance
        self._read = operation.read or (read_json(operation.body, operation.broken) if operation.body else None)

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer one request."""
        call: Call = scope[CALL]
        call.verb = self._operation.id
        with self._entrance.limit:
            answer = await self._answer(call)
        await send_answer(call, answer, send)

    async def _answer(self, call: Call) -> Answer:
        operation, entrance = self._operation, self._entrance
        if operation.latest:
            await entrance.parts.door.refresh()
        caller = await entrance.identity.caller(call.header(b"authorization"))
        call.caller = caller.id
        body = await call.body(entrance.largest_body)
        actor = await entrance.identity.actor(caller, call.header(ASSERTION), body)
        key = call.header(_KEY)
        if operation.once and key is not None:
            raise InvalidError(Text("此操作不能重放", "The operation cannot be replayed"), field=HEADER)
        if not operation.repeatable:
            return await self._acted(call, actor, body)
        request = (operation.method, call.scope["path"], body)
        return await entrance.repeating.once(key, actor, request, lambda: self._kept(call, actor, body))

    async def _kept(self, call: Call, actor: Actor, body: bytes) -> Answer:
        """Return the answer, an error's as well: that too is what a repeated request is given."""
        try:
            return await self._acted(call, actor, body)
        except ShouzeError as error:
            return problem_answer(call, error)

    async def _acted(self, call: Call, actor: Actor, body: bytes) -> Answer:
        operation = self._operation
        read: Any = None
        if self._read is not None:
            read = await self._read(body, call.media(operation.media))
        path, key = call.scope.get("path_params") or {}, call.header(HEADER.encode()) if operation.repeatable else None
        asked: Asked[B] = Asked(actor, read, call.address, call.language, path, key)
        answered = await operation.act(self._entrance.parts, asked)
        if isinstance(answered, Streamed):
            named = (b"content-disposition", f'attachment; filename="{answered.name}"'.encode())
            headers = (content_language(call.language), named)
            return Answer(operation.status, b"", answered.media, headers, answered.parts)
        return Answer(operation.status, encode_answer(answered), JSON, (content_language(call.language),))


class ByMethod:
    """The operations of one path, by method; a plain ASGI application."""

    def __init__(self, endpoints: dict[str, Endpoint[Any]]) -> None:
        self.endpoints = endpoints

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on to the method's operation."""
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        await self.endpoints[method](scope, receive, send)
