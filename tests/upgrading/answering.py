"""Asks an installation over HTTP, which every release answers: what was recorded of one can be asked of another.

Receipts are left out of answers, since they are new each time, and the words of refusals: their codes are what stays.
So is the purpose of a refusal, which 0.1.0 did not tell.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import httpx

from shouze import wiring
from shouze.wiring.serving import asgi

LEFT_OUT = ("receipt", "instance", "title", "detail", "remedy", "purpose")
Asked = dict[str, Any]
"""``token``, ``path`` and ``body`` of a request, ``key`` where it may be repeated, ``days`` to go on before it."""


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time


@asynccontextmanager
async def caller(opened: wiring.Gateway) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(asgi(opened), client=("192.0.2.7", 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://gate.test") as client:
        yield client


async def answers(
    opened: wiring.Gateway, clock: Clock, tokens: dict[str, str], asked: Iterable[Asked]
) -> list[dict[str, Any]]:
    """Send the requests one after another; return status and content of each answer."""
    async with caller(opened) as client:
        return [await _answer(client, clock, tokens, each) for each in asked]


async def _answer(client: httpx.AsyncClient, clock: Clock, tokens: dict[str, str], asked: Asked) -> dict[str, Any]:
    clock.time += timedelta(days=asked.get("days", 0))
    headers = {"authorization": f"Bearer {tokens[asked['token']]}", "accept-language": "en"}
    headers |= {"content-type": "application/json"} | ({"idempotency-key": asked["key"]} if "key" in asked else {})
    content = json.dumps(asked["body"], ensure_ascii=False).encode()
    answer = await client.post(asked["path"], content=content, headers=headers)
    return {"status": answer.status_code, **_stripped(answer.json())}


def _stripped(content: Any) -> Any:
    if isinstance(content, dict):
        return {name: _stripped(each) for name, each in content.items() if name not in LEFT_OUT}
    return content
