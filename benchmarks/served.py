"""Serves one side of the comparison over HTTP from a process of its own: Starlette, msgspec, uvicorn, one worker.

``python benchmarks/served.py SIDE HOME`` prints its port and serves until it is terminated. Sides:

* ``gateway``, ``sm``: the door; ``sequenced``: the same with the sequencer in the same process;
* ``plain``: the same items read from a plain table, reads that wait together asked together, as the gateway asks;
* ``spare``: the same handler, taken the short way around ASGI that the door's releases take;
* ``furnished``: ``plain`` behind what any api has: a token, metrics, a line of log for each request;
* ``naive``: one query per request.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from hmac import compare_digest
from pathlib import Path

import msgspec
import uvloop
from population import ASKED, TOKEN_FILE, plain_reader
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Scope

from shouze import wiring
from shouze.api.bodies import ReleaseBody
from shouze.api.calls import CALL, Reply
from shouze.api.lines import Lines
from shouze.api.measures import Measures
from shouze.api.serving import server
from shouze.api.watch import Watch
from shouze.gateway.batching import Batching
from shouze.settings import load_settings
from shouze.wiring.memory import settle_memory
from shouze.wiring.serving import asgi

PLAIN = {"plain", "spare", "furnished", "naive"}


@asynccontextmanager
async def gateway(home: Path, *, sequenced: bool) -> AsyncIterator[ASGIApp]:
    """Open the door's own application."""
    async with wiring.installation(home) as opened, wiring.sequencing(opened) if sequenced else nullcontext():
        yield asgi(opened)


@asynccontextmanager
async def plain(home: Path, side: str) -> AsyncIterator[ASGIApp]:
    """Open an ordinary application over the plain table."""
    async with plain_reader(home, load_settings(home, os.environ)) as read:
        together = Batching(read)

        async def alone(subject: str) -> tuple[str, ...]:
            return (await read([subject]))[0]

        app = application(home, alone if side == "naive" else together, furnished=side == "furnished")
        if side == "spare":
            app.short = Spare(together)  # type: ignore[attr-defined]  # where the server looks for it
        yield app


class Spare:
    """The plain handler on the short way."""

    url = b"/v1/release"

    def __init__(self, together: Batching[str, tuple[str, ...]]) -> None:
        self._together = together
        self._read = msgspec.json.Decoder(ReleaseBody).decode

    def take(self, _scope: Scope, body: bytes, reply: Reply) -> bool:
        """Take a request."""
        subject = self._read(body).subject.id or ""
        self._together.put(subject, Spared(subject, reply))
        return True


class Spared:
    """Where the plain handler's answer on the short way is waited for."""

    def __init__(self, subject: str, reply: Reply) -> None:
        self._subject, self._reply = subject, reply

    def done(self) -> bool:
        """Wait on."""
        return False

    def set_result(self, found: tuple[str, ...]) -> None:
        """Answer."""
        body = _encode({"subject": self._subject, "items": dict(zip(ASKED, found, strict=True))})
        length = str(len(body)).encode()
        self._reply.write(200, [(b"content-length", length), (b"content-type", b"application/json")], body)

    def set_exception(self, _exception: Exception) -> None:
        """Answer that it failed."""
        self._reply.write(500, [(b"content-length", b"0")], b"")


_encode = msgspec.json.Encoder().encode


def application(home: Path, find: Callable[[str], Awaitable[tuple[str, ...]]], *, furnished: bool) -> Starlette:
    """Return the application: the same request as the door's, answered from ``find``."""
    decoder, encoder = msgspec.json.Decoder(ReleaseBody), msgspec.json.Encoder()
    bearer = f"Bearer {(home / TOKEN_FILE).read_text()}"

    async def release(request: Request) -> Response:
        if furnished and not compare_digest(request.headers.get("authorization", ""), bearer):
            return Response(status_code=401)
        subject = decoder.decode(await request.body()).subject.id or ""
        items = dict(zip(ASKED, await find(subject), strict=True))
        if furnished:
            request.scope[CALL].verb, request.scope[CALL].status = "release", 200
        return Response(encoder.encode({"subject": subject, "items": items}), media_type="application/json")

    watch = Middleware(Watch, measures=Measures(), lines=Lines("info"), language="zh")
    return Starlette(routes=[Route("/v1/release", release, methods=["POST"])], middleware=[watch] if furnished else [])


async def serve(side: str, home: Path) -> None:
    """Serve one side on a free port."""
    opening = plain(home, side) if side in PLAIN else gateway(home, sequenced=side == "sequenced")
    async with opening as app:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            print(listening.getsockname()[1], flush=True)
            settle_memory()
            await server(app, load_settings(home, os.environ)).serve([listening])


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(sys.argv[1], Path(sys.argv[2])))
