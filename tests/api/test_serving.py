"""Serving: the application over a real socket, with bounds on what a connection may cost."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest
import uvicorn
from msgspec.structs import replace

from shouze.api import serving
from shouze.api.serving import server
from shouze.wiring.memory import settle_memory
from tests.api.gate import TOKENS, USUAL, Gate, Prepared, open_gate
from tests.installation import PERSON

PATIENCE = 60.0
"""Seconds that a connection may take on a busy machine to be closed."""


@asynccontextmanager
async def served(gate: Gate) -> AsyncIterator[int]:
    """Serve the gate's application on a free port of the loopback."""
    running = server(gate.app, replace(gate.opened.settings, port=0))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        task = asyncio.create_task(running.serve(sockets=[listening]))
        await _started(running)
        yield listening.getsockname()[1]
        running.should_exit = True
        await task


async def _started(running: uvicorn.Server) -> None:
    for _ in range(6000):
        if running.started:
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


async def test_a_value_is_released_over_a_real_socket(gate: Gate) -> None:
    async with served(gate) as port, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        headers = {"authorization": f"Bearer {TOKENS['clerk'][0]}"}
        answer = await client.post("/v1/release", json=gate.about(**USUAL), headers=headers)
        assert (answer.status_code, answer.json()["items"]["name"]) == (200, PERSON["name"])
        assert "server" not in answer.headers


async def test_an_address_that_a_caller_claims_is_not_believed(gate: Gate) -> None:
    async with served(gate) as port, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        headers = {"authorization": f"Bearer {TOKENS['crm'][0]}", "x-forwarded-for": "203.0.113.9"}
        await client.post("/v1/release", json=gate.about(**USUAL), headers=headers)
        rows = await gate.opened.stores.databases["log"].fetch("SELECT * FROM log.staging")
        assert not [row for row in rows if any(b"203.0.113.9" in value for value in row if isinstance(value, bytes))]


async def test_headers_that_do_not_come_are_not_waited_for(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "HEADER_SECONDS", 0.1)
    async with served(gate) as port:
        for begun in (b"", b"POST /v1/release HTTP/1.1\r\nhost: a\r\nx: ", b"\r\n\r\n"):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(begun)
            assert await asyncio.wait_for(reader.read(), PATIENCE) == b""
            writer.close()


async def test_a_slow_second_request_is_not_waited_for(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "HEADER_SECONDS", 0.1)
    monkeypatch.setattr(serving, "IDLE_SECONDS", 0.1)
    async with served(gate) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\nGET /he")
        answered = await asyncio.wait_for(reader.read(), PATIENCE)
        assert answered.count(b"HTTP/1.1 200") == 1
        writer.close()


async def test_headers_without_end_are_not_read_on(gate: Gate) -> None:
    async with served(gate) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /healthz HTTP/1.1\r\nx: ")
        sent = 0
        with suppress(ConnectionError):
            while sent < 100 * serving.LARGEST_HEADERS and not reader.at_eof():
                writer.write(b"y" * 8192)
                await writer.drain()
                sent += 8192
        assert sent < 100 * serving.LARGEST_HEADERS
        writer.close()


@pytest.mark.parametrize(
    "broken",
    [b"\x16\x03\x01\x02", b"GET / HTTP/9.9\r\n\r\n", b"GET /\x00 HTTP/1.1\r\n\r\n", b"\r\n" * 1000 + b"X"],
)
async def test_what_is_no_http_is_refused(prepared: Prepared, tmp_path: Path, broken: bytes) -> None:
    async with open_gate(prepared, tmp_path) as gate, served(gate) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(broken)
        writer.write_eof()
        assert (await asyncio.wait_for(reader.read(), PATIENCE))[:12] in {b"HTTP/1.1 400", b""}
        writer.close()


def test_what_the_program_has_loaded_is_passed_over_by_the_collector() -> None:
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)  # whatever ran before in this process may have settled its memory
    try:
        settle_memory()
        assert gc.get_freeze_count() > 10_000
        assert gc.get_threshold() > (700, 10, 10)
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
