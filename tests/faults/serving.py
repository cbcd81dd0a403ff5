"""A running installation with a disk or a line that can be hurt, and callers who keep every byte that it says."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from shouze.settings import Settings
from tests.api.gate import TOKENS, UNTIL
from tests.cli.shell import PATIENCE, address, running
from tests.hostile.watching import sung
from tests.installation import PERSON, MovingClock, apply, operator, subscribe

CALLERS = {
    "crm": {"kind": "service", "actor": "crm"},
    "clerk": {"kind": "staff", "actor": "S-0042", "post": "customer-service"},
}
USUAL: dict[str, Any] = {
    "service": "mobile", "subject": {"identifiers": {"phone": PERSON["phone"]}}, "purposes": ["customer-service"],
}  # fmt: skip
OPENING: Sequence[tuple[str, str, dict[str, Any]]] = (
    ("crm", "release", {**USUAL, "items": ["name"]}),
    ("clerk", "release", {**USUAL, "items": ["name", "phone"]}),
    ("crm", "release", {**USUAL, "items": ["phone"]}),
    ("clerk", "release", {**USUAL, "items": ["name"]}),
)
"""What opens values: who asks, for what."""
ASKING: Sequence[tuple[str, str, dict[str, Any]]] = (
    *OPENING,
    ("crm", "check", {**USUAL, "items": ["name"]}),
    ("crm", "correct", {**USUAL, "values": {"name": "王五"}}),
    ("nobody", "release", {**USUAL, "items": ["name"]}),
)
"""Everything that is asked while a store is hurt: it is recorded, or refused."""


async def prepare(home: Path, settings: Settings) -> None:
    """Make an installation with callers and a subscriber, at the time of the machine."""
    callers = [
        {"id": f"{name}-1", "secret_sha256": TOKENS[name][1], "until": UNTIL, **caller}
        for name, caller in CALLERS.items()
    ]
    async with operator(home, settings, clock=MovingClock(datetime.now(UTC))) as opened:
        await apply(opened, f"callers: {json.dumps(callers)}\n")
        await opened.door.refresh()
        await subscribe(opened)
    (home / "shouze.toml").write_text(f'database = "{settings.database}"\npatience = {settings.patience}\n')


@dataclass(frozen=True)
class Said:
    """All bytes of one answer."""

    raw: bytes

    @property
    def status(self) -> int:
        """HTTP's status; 0 where the line ended without an answer."""
        return int(self.raw.split(b" ", 2)[1]) if self.raw.startswith(b"HTTP/1.1 ") else 0

    @property
    def body(self) -> dict[str, Any]:
        """The answer's members."""
        found: dict[str, Any] = json.loads(self.raw.partition(b"\r\n\r\n")[2] or b"{}")
        return found

    @property
    def sings(self) -> set[str]:
        """The values of people that are in it, wherever."""
        return sung(self.raw.decode("utf-8", "replace"))


@dataclass(frozen=True)
class Served:
    """A server that runs, at its address."""

    url: str

    def ask(self, caller: str, verb: str, body: dict[str, Any]) -> Said:
        """Send one request on a connection of its own; return every byte that came back until the line ended."""
        place, content = urlsplit(self.url), json.dumps(body).encode()
        head = (
            f"POST /v1/{verb} HTTP/1.1\r\nhost: {place.netloc}\r\nauthorization: Bearer {TOKENS[caller][0]}\r\n"
            f"content-type: application/json\r\ncontent-length: {len(content)}\r\nconnection: close\r\n\r\n"
        )
        said = b""
        with socket.create_connection((str(place.hostname), place.port or 0), PATIENCE) as line:
            line.sendall(head.encode() + content)
            try:
                while part := line.recv(65536):
                    said += part
            except ConnectionResetError:
                pass
        return Said(said)

    def ask_all(self, asked: Sequence[tuple[str, str, dict[str, Any]]] = ASKING) -> list[Said]:
        """Send them all at once."""
        with ThreadPoolExecutor(len(asked)) as callers:
            return list(callers.map(lambda each: self.ask(*each), asked))


@contextmanager
def served(home: Path, **environment: str) -> Iterator[tuple[Served, Any]]:
    """Run ``shouze up`` on a home; yield the server and its process."""
    with running(home, "up", "--port", "0", **environment) as process:
        yield Served(address(process)), process
