"""The line to a PostgreSQL server: a proxy that knows the wire protocol just enough to see statements pass.

A fault waits for the nth statement that holds a text, or for the commit of a transaction that did one. It then cuts
the line, swallows what comes, or kills whoever stands behind, before the server has seen the statement or after it has
answered in full.
"""

from __future__ import annotations

import contextlib
import io
import os
import signal
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

Fate = Literal["fails", "fails but is done", "hangs", "hangs but is done", "killed before", "killed after"]
FATES: tuple[Fate, ...] = (
    "fails", "fails but is done", "hangs", "hangs but is done", "killed before", "killed after",
)  # fmt: skip
SYNC = "SYNC"
_WISHES = {80877103, 80877104}
"""A client that wishes to speak TLS or GSSAPI first."""
_DONE_FATES = {"fails but is done", "hangs but is done", "killed after"}


@dataclass
class Fault:
    """What waits on the line: for the nth statement that holds ``text``, or the commit of its transaction."""

    text: str
    fate: Fate
    commit: bool = False
    nth: int = 1
    victim: int = 0
    crash: bool = False
    """Whether it is the server that is killed, in place of the victim: the process at the line's other end."""
    hit: threading.Event = field(default_factory=threading.Event)


class Line:
    """The proxy before one server; ``url`` is the database as its clients see it.

    ``silent``: nothing passes any more, either way. ``lingers``: the server's end of a line that hangs stays open when
    the client has hung up.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        assert parts.port is not None
        self._server = (parts.hostname, parts.port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._port = self._listening.getsockname()[1]
        self.url = urlunsplit(parts._replace(netloc=f"{parts.username}@127.0.0.1:{self._port}"))
        self.fault: Fault | None = None
        self.statements: list[str] = []
        self.lock = threading.Lock()
        self.silent = False
        self.lingers = False
        self._calls: list[_Call] = []
        threading.Thread(target=self._answer, args=(self._listening,), daemon=True).start()

    def cut(self) -> None:
        """Be a server that is gone: hang up, and refuse whoever calls."""
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.hang_up()

    def mend(self) -> None:
        """Be there again, at the same address."""
        self._listening = socket.create_server(("127.0.0.1", self._port))
        threading.Thread(target=self._answer, args=(self._listening,), daemon=True).start()

    def hang_up(self) -> None:
        """End every call."""
        calls, self._calls = self._calls, []
        for call in calls:
            call.hang_up()

    def _answer(self, listening: socket.socket) -> None:
        while True:
            try:
                client, _ = listening.accept()
                server = socket.create_connection(self._server)
            except OSError:
                return
            call = _Call(self, client, server)
            self._calls.append(call)
            call.begin()


class _Call:
    """One client's connection through the line."""

    def __init__(self, line: Line, client: socket.socket, server: socket.socket) -> None:
        self._line, self._client, self._server = line, client, server
        self._texts: dict[bytes, str] = {}
        self._since_begin: list[str] = []
        self._met: Fault | None = None
        self._backend = 0
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def begin(self) -> None:
        for way in (self._forward, self._back):
            threading.Thread(target=way, daemon=True).start()

    def hang_up(self) -> None:
        for end in (self._client, self._server):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _forward(self) -> None:
        """Pass on what the client says, up to the statement at which a fault waits."""
        with contextlib.suppress(OSError), self._client.makefile("rb", buffering=0) as said:
            self._greet(said)
            for kind, body in _messages(said):
                self._meet(self._statement(kind, body))
                if not self._swallowed():
                    self._server.sendall(kind + struct.pack("!I", len(body) + 4) + body)
        # Behind a line that hangs the server hears nothing: it has to end by itself what was begun.
        if self._met is None or "hangs" not in self._met.fate or not self._line.lingers:
            self.hang_up()

    def _back(self) -> None:
        """Pass on what the server says; after the statement of a fault, nothing, and act when it is ready again."""
        with contextlib.suppress(OSError), self._server.makefile("rb", buffering=0) as said:
            for kind, body in _messages(said):
                met = self._met
                if kind == b"K":
                    (self._backend,) = struct.unpack("!I", body[:4])
                if met is None and not self._line.silent:
                    self._client.sendall(kind + struct.pack("!I", len(body) + 4) + body)
                elif met is not None and kind == b"Z" and met.fate in _DONE_FATES:
                    self._act(met)
        if self._met is None:
            self.hang_up()

    def _greet(self, said: io.RawIOBase) -> None:
        while True:
            length, code = struct.unpack("!II", _exactly(said, 8))
            rest = _exactly(said, length - 8)
            if code not in _WISHES:
                self._server.sendall(struct.pack("!II", length, code) + rest)
                return
            self._client.sendall(b"N")

    def _statement(self, kind: bytes, body: bytes) -> str:
        """Return the text of the statement that a message lets run, SYNC for the end of a pipeline, else nothing."""
        if kind == b"P":
            name, text, _ = body.split(b"\0", 2)
            self._texts[name] = text.decode()
        if kind == b"S":
            return SYNC
        if kind == b"Q":
            return body.rstrip(b"\0").decode()
        return self._texts.get(body.split(b"\0", 2)[1], "") if kind == b"B" else ""

    def _meet(self, text: str) -> None:
        if not text:
            return
        with self._line.lock:
            self._line.statements.append(text)
            fault = self._line.fault
            if fault is not None and not fault.hit.is_set() and self._is_due(fault, text):
                fault.nth -= 1
                if fault.nth == 0:
                    fault.hit.set()
                    self._met = fault
        self._since_begin = [] if self._commits(text) else [*self._since_begin, text]
        if self._met is not None and self._met.fate not in _DONE_FATES:
            self._act(self._met)

    def _is_due(self, fault: Fault, text: str) -> bool:
        if fault.commit:
            return self._commits(text) and any(fault.text in each for each in self._since_begin)
        return fault.text in text

    def _commits(self, text: str) -> bool:
        """Tell whether a statement ends a transaction: its COMMIT, or the end of a pipeline without a BEGIN."""
        begun = any(each.startswith("BEGIN") for each in self._since_begin)
        return text.startswith("COMMIT") or (text == SYNC and not begun)

    def _act(self, fault: Fault) -> None:
        if "killed" in fault.fate:
            os.kill(self._backend if fault.crash else fault.victim, signal.SIGKILL)
        if "hangs" not in fault.fate:
            self.hang_up()

    def _swallowed(self) -> bool:
        return self._line.silent or (self._met is not None and self._met.fate not in _DONE_FATES)


def _messages(said: io.RawIOBase) -> Iterator[tuple[bytes, bytes]]:
    while kind := said.read(1):
        (length,) = struct.unpack("!I", _exactly(said, 4))
        yield kind, _exactly(said, length - 4)


def _exactly(said: io.RawIOBase, size: int) -> bytes:
    whole = b""
    while len(whole) < size:
        part = said.read(size - len(whole))
        if not part:
            raise ConnectionResetError
        whole += part
    return whole
