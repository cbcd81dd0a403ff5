"""Sends one kind of request over many connections from a process of its own, and says how fast answers came.

``python benchmarks/load.py PORT CONNECTIONS SECONDS HOME`` prints a JSON object. Each connection sends its next
request when its answer has come.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from pathlib import Path

import uvloop
from population import SUBJECT_FILE, TOKEN_FILE, body_about

PATIENCE = 10.0
"""Seconds that a server may take for its last answer."""
WARM_UP = 0.25
"""The share of the time that is not counted, at the beginning."""


class Asker(asyncio.Protocol):
    """One connection."""

    def __init__(self, requests: list[bytes], begin: float, end: float, seconds: list[float]) -> None:
        self._requests = requests
        self._begin, self._end, self._seconds = begin, end, seconds
        self._received = b""
        self._sent = 0.0
        self.answers = 0
        self.failures: list[str] = []
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as asyncio has it
        """Send the first request."""
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        """Note a whole answer, and ask again while there is time."""
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found or len(body) < int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]):
            return
        self._received, now = b"", time.perf_counter()
        self.answers += 1
        if not head.startswith(b"HTTP/1.1 200"):
            self.failures.append(head.partition(b"\r\n")[0].decode())
        elif self._sent >= self._begin:
            self._seconds.append(now - self._sent)
        if now < self._end:
            self._ask()
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """End; a connection that the server closed is a failure."""
        if time.perf_counter() < self._end:
            self.failures.append(f"connection lost: {exc}")
        self.ended.set_result(None)

    def _ask(self) -> None:
        self._sent = time.perf_counter()
        self._transport.write(random.choice(self._requests))


async def ask(port: int, connections: int, seconds: float, home: Path) -> dict[str, float]:
    """Return answers a second, their latencies in milliseconds and how many came; RuntimeError for any but a 200."""
    token = (home / TOKEN_FILE).read_text()
    requests = [_request(subject, token) for subject in (home / SUBJECT_FILE).read_text().split()]
    begin = time.perf_counter() + WARM_UP * seconds
    end, times = begin + seconds, list[float]()
    loop = asyncio.get_running_loop()
    askers = [
        (await loop.create_connection(lambda: Asker(requests, begin, end, times), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    async with asyncio.timeout_at(loop.time() + 2 * seconds + PATIENCE):
        await asyncio.gather(*(asker.ended for asker in askers))
    failures = [failure for asker in askers for failure in asker.failures]
    if failures or not times:
        message = f"{len(failures)} failures, the first: {(failures or ['no answer in time'])[0]}"
        raise RuntimeError(message)
    times.sort()
    p50, p99 = (1000 * times[int(len(times) * part)] for part in (0.5, 0.99))
    return {"per_second": len(times) / seconds, "p50": p50, "p99": p99, "answers": sum(each.answers for each in askers)}


def _request(subject: str, token: str) -> bytes:
    body = body_about(subject)
    head = (
        "POST /v1/release HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


if __name__ == "__main__":
    _port, _connections, _seconds, _home = sys.argv[1:]
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(ask(int(_port), int(_connections), float(_seconds), Path(_home)))))
