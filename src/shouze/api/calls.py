"""One request on its way through the api, and the answer that goes back."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncIterator, Coroutine, Generator
from dataclasses import dataclass
from types import coroutine
from typing import Any, NamedTuple, Protocol, TypeVar
from uuid import UUID

from starlette.types import Receive, Scope, Send

from shouze.api.problems import PROBLEM_JSON, MalformedError, MediaTypeError, TooLargeError, TooSlowError
from shouze.language import Language, Text

JSON, YAML = "application/json", "application/yaml"
BODY_SECONDS = 10.0
"""Seconds in which a request's body has to have arrived."""
CALL = "shouze.call"
"""Where the call stands in an ASGI scope."""
_UUID = re.compile(rb"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_MEDIA = re.compile(r"\s*([\w.+/-]+)\s*(?:;\s*charset\s*=\s*\"?utf-8\"?\s*)?", re.ASCII | re.IGNORECASE)

_LENGTH = 18
"""Digits of the longest content length that is read as a number."""
_NOSNIFF = (b"x-content-type-options", b"nosniff")

T = TypeVar("T")


class Reply(Protocol):
    """Where an answer is written at once."""

    def write(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        """Write the whole answer; where nobody waits for it any more, nothing. Never raises."""
        ...


class Answer(NamedTuple):
    """Status, body and further headers of an answer; ``parts`` stand for the body of one that is too large for one."""

    status: int
    body: bytes
    media: str = JSON
    headers: tuple[tuple[bytes, bytes], ...] = ()
    parts: AsyncIterator[bytes] | None = None
    cache: bytes = b"no-store"
    """What caches may do with it (RFC 9111, ``Cache-Control``)."""


@dataclass(slots=True)
class Call:
    """One request: its id, its reader's language, and what the log and the metrics will say of it.

    ``headers`` holds the first of each name.
    """

    scope: Scope
    receive: Receive
    request_id: str
    language: Language
    headers: dict[bytes, bytes]
    verb: str = "-"
    caller: str | None = None
    code: str | None = None
    purpose: str | None = None
    status: int = 0

    @property
    def address(self) -> str | None:
        """Return the network address that the connection comes from."""
        client = self.scope.get("client")
        return client[0] if client else None

    def header(self, name: bytes) -> str | None:
        """Return a header's text, None where it is not there; MalformedError where it stands twice or is not ASCII."""
        found = self.headers.get(name)
        if found is None:
            return None
        if not found.isascii() or self._twice(name):
            raise MalformedError(Text("标头有误", "The header is broken"), field=name.decode())
        return found.decode("ascii")

    async def body(self, largest: int) -> bytes:
        """Return the whole body; TooLargeError beyond ``largest`` bytes, TooSlowError when it does not arrive."""
        length = self.header(b"content-length") or "0"
        if not length.isdecimal():
            raise MalformedError(field="content-length")
        if len(length) > _LENGTH or int(length) > largest:
            raise TooLargeError
        return await _in_time(self._received(largest))

    def media(self, known: tuple[str, ...]) -> str:
        """Return the body's media type; MediaTypeError unless it is one of the known ones, in UTF-8."""
        given = self.header(b"content-type") or ""
        if given in known:
            return given
        found = _MEDIA.fullmatch(given)
        media = found[1].lower() if found else ""
        if media not in known:
            listed = ", ".join(known)
            raise MediaTypeError(field="content-type", remedy=Text(f"可用：{listed}", f"Use one of: {listed}"))
        return media

    def _twice(self, name: bytes) -> bool:
        every = self.scope["headers"]
        return len(every) > len(self.headers) and sum(key == name for key, _ in every) > 1

    async def _received(self, largest: int) -> bytes:
        parts, size = [], 0
        while True:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise MalformedError(Text("请求未发送完", "The request was cut off"))
            part = message.get("body", b"")
            size += len(part)
            if size > largest:
                raise TooLargeError
            parts.append(part)
            if not message.get("more_body"):
                return b"".join(parts)


def request_id_of(given: bytes | None) -> str | None:
    """Return the caller's own request id when it is a UUID."""
    return str(UUID(given.decode())) if given and _UUID.fullmatch(given) else None


def fresh_request_id() -> str:
    """Return a new request id: a random UUID (RFC 9562, version 4). It names a request and opens nothing."""
    digits = f"{random.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


async def send_answer(call: Call, answer: Answer, send: Send) -> None:
    """Send an answer; caches may keep nothing unless the answer itself says so."""
    call.status = answer.status
    await send({"type": "http.response.start", "status": answer.status, "headers": headers_of(call, answer)})
    body = b"" if call.scope["method"] == "HEAD" else answer.body
    if answer.parts and call.scope["method"] != "HEAD":
        async for part in answer.parts:
            await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": body})


def headers_of(call: Call, answer: Answer) -> list[tuple[bytes, bytes]]:
    """Return all headers of an answer."""
    return [
        (b"content-type", answer.media.encode()),
        *(() if answer.parts else ((b"content-length", str(len(answer.body)).encode()),)),
        (b"cache-control", answer.cache),
        _NOSNIFF,
        (b"x-request-id", call.request_id.encode()),
        *answer.headers,
    ]


async def _in_time(arriving: Coroutine[Any, Any, T]) -> T:
    """Return what arrives; TooSlowError when it takes BODY_SECONDS. What is there already costs no timer."""
    try:
        waited = arriving.send(None)
    except StopIteration as arrived:
        found: T = arrived.value
        return found
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _resumed(arriving, waited)
    except TimeoutError:
        raise TooSlowError from None


@coroutine
def _resumed(begun: Coroutine[Any, Any, T], waited: object) -> Generator[Any, Any, T]:
    """Go on with a coroutine that has run up to its first wait."""
    try:
        yield waited
    except BaseException:  # a caller that goes away as well: nothing that was begun stays open
        begun.close()
        raise
    arrived: T = yield from begun
    return arrived


def content_language(language: Language) -> tuple[bytes, bytes]:
    """Return the header that says in which language the words of an answer are."""
    return (b"content-language", b"zh-CN" if language == "zh" else b"en")


def media_of(status: int) -> str:
    """Return the media type of an answer in JSON with this status: an error's has one of its own."""
    return PROBLEM_JSON if status >= 400 else JSON
