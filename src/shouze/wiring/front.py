"""One port for all: requests for a desk's host, dispatches, and what a portal apart asks go to the pages."""

from __future__ import annotations

from collections.abc import Awaitable, Collection

from starlette.types import ASGIApp, Receive, Scope, Send

from shouze.api.app import Application
from shouze.api.calls import Reply

LINK = "/link/"
OFFICE = "/office"


class Front:
    """Passes each request on by its host; it adds one look at the headers to the door's way, and to its shorter one."""

    def __init__(self, door: Application, pages: ASGIApp, hosts: Collection[str]) -> None:
        """``hosts`` are the pages' names, without ports."""
        self._door = door
        self._pages = pages
        self._hosts = frozenset(host.encode() for host in hosts)
        self.short, self.url = self, door.short.url

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Pass the request on."""
        app = self._pages if scope["type"] == "http" and self._for_people(scope) else self._door
        return app(scope, receive, send)

    def take(self, scope: Scope, body: bytes, reply: Reply) -> bool:
        """Take a request to the door the shorter way; False, and nothing done, where it has to go the other."""
        return not self._for_people(scope) and self._door.short.take(scope, body, reply)

    def _for_people(self, scope: Scope) -> bool:
        if scope["path"].startswith(LINK) or scope["path"] == OFFICE:
            return True
        for name, value in scope["headers"]:
            if name == b"host":
                host: bytes = value.partition(b":")[0]
                return host in self._hosts
        return False
