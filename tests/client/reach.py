"""Both faces of the client behind one way of calling, and a real server for them to reach."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shouze.client import AsyncClient, Client
from tests.api.gate import TOKENS

FACES = ("synchronous", "asynchronous")
URL = "http://door.localhost"


class Reach:
    """Calls a method by its name, on either face, from a test with an event loop."""

    def __init__(self, client: Client | AsyncClient) -> None:
        self.client = client

    def acting_for(self, sign: Callable[[bytes], str]) -> Reach:
        return Reach(self.client.acting_for(sign))

    async def __call__(self, verb: str, *args: Any, **fields: Any) -> Any:
        method = getattr(self.client, verb)
        if isinstance(self.client, AsyncClient):
            return await method(*args, **fields)
        return await asyncio.to_thread(method, *args, **fields)


@asynccontextmanager
async def reach(face: str, url: str = URL, token: str = "crm", **more: Any) -> AsyncIterator[Reach]:
    """Open a client with a token, named as the gate names it."""
    kind = Client if face == "synchronous" else AsyncClient
    client = kind(url, TOKENS[token][0], **{"language": "en", **more})
    try:
        yield Reach(client)
    finally:
        if isinstance(client, AsyncClient):
            await client.close()
        else:
            client.close()


class Pauses:
    """Stands for sleep and clock: notes how long is waited, and lets no time pass but that."""

    def __init__(self, face: str) -> None:
        self.waited: list[float] = []
        self.now = 0.0
        self._face = face

    def terms(self, **more: Any) -> dict[str, Any]:
        slept = self.slept if self._face == "asynchronous" else self.sleep
        return {"sleep": slept, "monotonic": lambda: self.now, "chance": lambda: 1.0, **more}

    def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now += seconds

    async def slept(self, seconds: float) -> None:
        self.sleep(seconds)


class Script(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers requests one after the other as it was told; the last answer stays. Serves both faces."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self._answers = list(answers)
        self.requests: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self.handle_request(request)

    def sent(self, header: str) -> list[str | None]:
        return [request.headers.get(header) for request in self.requests]


class Cutting:
    """An application whose work is done, and whose answers are cut off, as often as ``cuts`` says."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.cuts = 0
        self.served = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.served += 1
        if not self.cuts:
            await self._app(scope, receive, send)
            return
        self.cuts -= 1

        async def cut(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)

        await self._app(scope, receive, cut)


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[str]:
    """Serve an application on a free port of this machine; returns its URL."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(app, lifespan="off", ws="none", log_level="critical")
        server = uvicorn.Server(config)
        running = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await running
