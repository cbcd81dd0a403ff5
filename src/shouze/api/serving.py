"""Serves the application with uvicorn, with bounds on what a connection may cost."""

from __future__ import annotations

import asyncio
from typing import Any, Protocol

import uvicorn
from starlette.types import ASGIApp, Scope
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from shouze.api.calls import Reply
from shouze.settings import Settings

HEADER_SECONDS = 10.0
"""Seconds in which a request's headers have to have arrived."""
LARGEST_HEADERS = 64 * 1024
IDLE_SECONDS = 5
STOPPING_SECONDS = 10


class Short(Protocol):
    """A shorter way to an application, for whole requests that are as usual."""

    @property
    def url(self) -> bytes:
        """Of which requests: those that are posted to this URL."""
        ...

    def take(self, scope: Scope, body: bytes, reply: Reply) -> bool:
        """Take a request, to be answered later; False, and nothing done, where it has to go by ASGI."""
        ...


class _Nobody:
    """Stands for those who wait for more of a body: nobody does."""

    def set(self) -> None:
        """Wake nobody."""


_NOBODY = _Nobody()


class _Whole:
    """A request on the short way: as much of uvicorn's cycle as its protocol looks at, and the reply."""

    message_event = _NOBODY

    def __init__(self, protocol: BoundedProtocol) -> None:
        self._protocol = protocol
        self.body = b""
        self.more_body = self.keep_alive = True
        self.response_complete = self.disconnected = False

    def write(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        """Write the answer in one piece, and be ready for the next request."""
        protocol, self.response_complete = self._protocol, True
        if self.disconnected or protocol.transport.is_closing():
            return
        lines = [STATUS_LINE[status]]
        for name, value in (*protocol.server_state.default_headers, *headers):
            lines += (name, b": ", value, b"\r\n")
        lines += (b"\r\n" if self.keep_alive else b"connection: close\r\n\r\n", body)
        protocol.transport.write(b"".join(lines))
        if not self.keep_alive:
            protocol.transport.close()
        protocol.on_response_complete()


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's fast protocol, which itself waits for headers without end and reads them without measure.

    Where the application has a shorter way, a request goes it that arrived whole and alone on its connection.
    """

    _waiting: asyncio.TimerHandle | None = None
    _answering = False
    _received = 0

    def __init__(self, config: uvicorn.Config, *given: Any, **named: Any) -> None:
        """Be made as uvicorn makes it."""
        super().__init__(config, *given, **named)
        self._short: Short | None = getattr(config.app, "short", None)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin to wait for the first headers."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Read on; where headers are left unfinished, wait for the rest, and close where they do not end."""
        super().data_received(data)
        if isinstance(self.cycle, _Whole) and self.cycle.more_body:
            self._go_long(self.cycle)
        if self._answering or self.transport.is_closing():
            return
        if self._waiting is None:
            self._wait()
        self._received += len(data)
        if self._received > LARGEST_HEADERS:
            self.send_400_response("The headers are too large.")

    def on_headers_complete(self) -> None:
        """Stop waiting: the application has bounds of its own."""
        self._stop_waiting()
        self._answering = True
        if self._may_go_short():
            self.scope["method"], self.scope["path"] = "POST", self.url.decode("ascii")
            self.cycle = _Whole(self)  # type: ignore[assignment]  # all that uvicorn looks at of a cycle
        else:
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Take a whole request the short way, if it is one for it."""
        super().on_message_complete()
        whole = self.cycle
        if isinstance(whole, _Whole) and self._short and not self._short.take(self.scope, whole.body, whole):
            self._go_long(whole)

    def _may_go_short(self) -> bool:
        return (
            self._short is not None
            and self.url == self._short.url
            and self.parser.get_method() == b"POST"
            and not self._under_way()
            and not self.expect_100_continue
            and not self.flow.write_paused
            and self.parser.get_http_version() == "1.1"
            and self.parser.should_keep_alive()
            and not self.parser.should_upgrade()
        )

    def _under_way(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def _go_long(self, whole: _Whole) -> None:
        """Begin the request again as uvicorn does, with as much of its body as there is."""
        self.cycle = None  # type: ignore[assignment]  # as before the first request
        super().on_headers_complete()
        self.cycle.body += whole.body
        self.cycle.more_body = whole.more_body
        self.cycle.message_event.set()

    def on_response_complete(self) -> None:
        """Be ready for the next request."""
        self._answering = False
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._received = 0
        self._waiting = self.loop.call_later(HEADER_SECONDS, self.timeout_keep_alive_handler)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None


def server(app: ASGIApp, settings: Settings) -> uvicorn.Server:
    """Return a server for the application at the settings' host and port; ``await server.serve()`` runs it.

    The address in a record is the connection's own: behind a proxy it is the proxy's.
    """
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http=BoundedProtocol,
        interface="asgi3",  # said, since uvicorn takes what passes on without a coroutine for ASGI 2
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=STOPPING_SECONDS,
    )
    return uvicorn.Server(config)
