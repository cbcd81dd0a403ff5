"""One request on its way through the api, and the answer that goes back."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import NamedTuple
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

Headers = list[tuple[bytes, bytes]]


class Answer(NamedTuple):
    """Status, body and further headers of an answer; ``parts`` stand for the body of one that is too large for one."""

    status: int
    body: bytes
    media: str = JSON
    headers: tuple[tuple[bytes, bytes], ...] = ()
    parts: AsyncIterator[bytes] | None = None


@dataclass(slots=True)
class Call:
    """One request: its id, its reader's language, and what the log and the metrics will say of it."""

    scope: Scope
    receive: Receive
    request_id: str
    language: Language
    verb: str = "-"
    caller: str | None = None
    code: str | None = None
    status: int = 0
    headers: Headers = field(init=False)

    def __post_init__(self) -> None:
        """Keep the headers at hand."""
        self.headers = self.scope["headers"]

    @property
    def address(self) -> str | None:
        """Return the network address that the connection comes from."""
        client = self.scope.get("client")
        return client[0] if client else None

    def header(self, name: bytes) -> str | None:
        """Return a header's text, None where it is not there; MalformedError where it stands twice or is not ASCII."""
        found = [value for key, value in self.headers if key == name]
        if not found:
            return None
        if len(found) > 1 or not found[0].isascii():
            raise MalformedError(Text("标头有误", "The header is broken"), field=name.decode())
        return found[0].decode("ascii")

    async def body(self, largest: int) -> bytes:
        """Return the whole body; TooLargeError beyond ``largest`` bytes, TooSlowError when it does not arrive."""
        length = self.header(b"content-length") or "0"
        if not length.isdecimal():
            raise MalformedError(field="content-length")
        if len(length) > 18 or int(length) > largest:
            raise TooLargeError
        try:
            async with asyncio.timeout(BODY_SECONDS):
                return await self._received(largest)
        except TimeoutError:
            raise TooSlowError from None

    def media(self, known: tuple[str, ...]) -> str:
        """Return the body's media type; MediaTypeError unless it is one of the known ones, in UTF-8."""
        found = _MEDIA.fullmatch(self.header(b"content-type") or "")
        media = found[1].lower() if found else ""
        if media not in known:
            raise MediaTypeError(field="content-type")
        return media

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


def request_id_of(headers: Headers) -> str | None:
    """Return the caller's own request id when it is a UUID."""
    given = next((value for key, value in headers if key == b"x-request-id"), b"")
    return str(UUID(given.decode())) if _UUID.fullmatch(given) else None


async def send_answer(call: Call, answer: Answer, send: Send) -> None:
    """Send an answer; nothing that the api answers may be kept by caches."""
    call.status = answer.status
    headers = [
        (b"content-type", answer.media.encode()),
        *(() if answer.parts else ((b"content-length", str(len(answer.body)).encode()),)),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"x-request-id", call.request_id.encode()),
        *answer.headers,
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    if call.scope["method"] == "HEAD":
        await send({"type": "http.response.body", "body": b""})
        return
    async for part in answer.parts or _nothing():
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": answer.body})


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield b""


def content_language(language: Language) -> tuple[bytes, bytes]:
    """Return the header that says in which language the words of an answer are."""
    return (b"content-language", b"zh-CN" if language == "zh" else b"en")


def is_problem(status: int) -> str:
    """Return the media type that answers of this status have."""
    return PROBLEM_JSON if status >= 400 else JSON
