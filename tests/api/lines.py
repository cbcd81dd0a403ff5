"""Connections to a served gate, byte by byte, and who was offered the short way."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from starlette.types import Scope

from shouze.api.calls import Reply
from tests.api.gate import TOKENS, Gate
from tests.api.test_serving import served

PATIENCE = 60.0
MARK = b"\r\n\r\n"


class Answered(NamedTuple):
    """An answer as it came over the line."""

    status: int
    headers: dict[str, str]
    body: dict[str, Any]


class Line:
    """One connection, byte by byte."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def send(self, *pieces: bytes) -> None:
        """Send pieces, each in a turn of its own."""
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()
            if len(pieces) > 1:
                await asyncio.sleep(0.005)  # the server is to see them one by one

    async def answer(self) -> Answered:
        """Read one answer."""
        head = (await asyncio.wait_for(self.reader.readuntil(MARK), PATIENCE)).decode()
        first, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        body = await asyncio.wait_for(self.reader.readexactly(int(headers["content-length"])), PATIENCE)
        return Answered(int(first.split()[1]), headers, json.loads(body))


class Taken(list[bool]):
    """Whether each request that was offered to the short way was taken."""

    def __init__(self, gate: Gate) -> None:
        super().__init__()
        self._take = gate.app.short.take
        gate.app.short.take = self  # type: ignore[method-assign]  # a spy in its place

    def __call__(self, scope: Scope, body: bytes, reply: Reply) -> bool:
        """Offer a request."""
        self.append(self._take(scope, body, reply))
        return self[-1]


@asynccontextmanager
async def lines(gate: Gate, count: int = 1) -> AsyncIterator[list[Line]]:
    """Serve the gate's application and open connections to it."""
    async with served(gate) as port:
        opened = [Line(*await asyncio.open_connection("127.0.0.1", port)) for _ in range(count)]
        yield opened
        for each in opened:
            each.writer.close()


def written(body: object, *more: str, token: str | None = "crm") -> bytes:
    """Return a request to release as it goes over the line."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    known = [f"Authorization: Bearer {TOKENS[token][0] if token in TOKENS else token}"] if token else []
    headers = ["Host: gate", "Accept-Language: en", f"Content-Length: {len(content)}", *known, *more]
    if not any(each.lower().startswith("content-type") for each in more):
        headers.append("Content-Type: application/json")
    head = "\r\n".join(("POST /v1/release HTTP/1.1", *headers))
    return f"{head}\r\n\r\n".encode() + content
