"""The front: pages' hosts go to the pages, all else to the door, on either way."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from shouze.wiring.front import Front


class Room:
    """An application that notes what comes to it."""

    url = b"/v1/release"

    def __init__(self) -> None:
        self.came = list[str]()
        self.short = self

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take what comes by ASGI."""
        self.came.append(scope["path"])

    def take(self, scope: Scope, _body: bytes, _reply: object) -> bool:
        """Take what comes the shorter way."""
        self.came.append(f"short {scope['path']}")
        return True


@pytest.mark.parametrize(
    ("host", "path", "whose"),
    [
        (b"gate", "/v1/release", "door"), (b"desk.example", "/v1/release", "pages"),
        (b"desk.example:8443", "/", "pages"),
        (b"gate", "/link/dispatch", "pages"), (b"gate", "/office", "pages"), (b"10.0.0.1:8710", "/v1/check", "door"),
    ],
)  # fmt: skip
async def test_whatever_comes_goes_to_whom_it_is_for(host: bytes, path: str, whose: str) -> None:
    door, pages = Room(), Room()
    front: Any = Front(door, pages, ["desk.example"])  # type: ignore[arg-type]  # a room in the door's place
    scope = {"type": "http", "path": path, "headers": [(b"host", host)]}
    await front(scope, None, None)
    taken = front.short.take(scope, b"", None)
    assert door.came == ([path, f"short {path}"] if whose == "door" else [])
    assert pages.came == ([] if whose == "door" else [path])
    assert taken == (whose == "door")
    assert front.short.url == door.url
