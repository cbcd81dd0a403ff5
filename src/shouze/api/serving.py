"""Serves the application with uvicorn, with bounds on what a connection may cost."""

from __future__ import annotations

import asyncio

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shouze.settings import Settings

HEADER_SECONDS = 10.0
"""Seconds in which a request's headers have to have arrived."""
LARGEST_HEADERS = 64 * 1024
IDLE_SECONDS = 5
STOPPING_SECONDS = 10


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's fast protocol, which itself waits for headers without end and reads them without measure."""

    _waiting: asyncio.TimerHandle | None = None
    _answering = False
    _received = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin to wait for the first headers."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Read on; where headers are left unfinished, wait for the rest, and close where they do not end."""
        super().data_received(data)
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
        super().on_headers_complete()

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
