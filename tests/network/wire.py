"""The wire between two installations: it passes on what is posted, or loses, doubles, garbles, or is cut."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

MISHAPS = ("pass", "double", "lose-answer", "lose", "garble", "replay")


@dataclass
class Wire:
    """What was carried so far, and what the wire may do to what comes next: one of ``moods`` at random."""

    to: str
    port: int = 0
    moods: tuple[str, ...] = ("pass",)
    carried: list[bytes] = field(default_factory=list)
    happened: list[str] = field(default_factory=list)
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def pass_on(self, path: str, raw: bytes) -> tuple[int, bytes]:
        mood = self.chance.choice(self.moods)
        self.happened.append(mood)
        if mood == "lose":
            return 502, b""
        if mood == "garble":
            at = self.chance.randrange(len(raw))
            raw = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
        if mood == "replay" and self.carried:
            self._post(path, self.chance.choice(self.carried))
        if mood == "double":
            self._post(path, raw)
        status, answer = self._post(path, raw)
        if mood != "garble":
            self.carried.append(raw)
        return (502, b"") if mood == "lose-answer" else (status, answer)

    def _post(self, path: str, raw: bytes) -> tuple[int, bytes]:
        try:
            answer = httpx.post(self.to + path, content=raw, trust_env=False, timeout=20)
        except httpx.HTTPError:
            return 502, b""
        return answer.status_code, answer.content

    def ask(self, path: str) -> tuple[int, bytes]:
        answer = httpx.get(self.to + path, trust_env=False, timeout=20)
        return answer.status_code, answer.content


@contextmanager
def wire(to: str) -> Iterator[Wire]:
    """Lay a wire to an installation."""
    laid = Wire(to)

    class Carrying(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self._answer(*laid.pass_on(self.path, self.rfile.read(int(self.headers["content-length"]))))

        def do_GET(self) -> None:
            self._answer(*laid.ask(self.path))

        def _answer(self, status: int, content: bytes) -> None:
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Carrying)
    laid.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield laid
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
