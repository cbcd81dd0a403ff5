"""What stands before the pages of a desk or portal of its own: health, readiness, metrics, and each request counted.

# Invariant: none of them says anything of a person, a row or an address that somebody asked for.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

import httpx
import msgspec
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shouze.api.answers import HealthAnswer, ReadyAnswer
from shouze.api.pages import Check, outcome_of
from shouze.worker.measuring import Duties

if TYPE_CHECKING:
    from shouze.wiring.configured import Configured

JSON = "application/json"
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_OUTCOMES = {1: "done", 2: "done", 3: "done", 4: "refused", 5: "failed"}
Page = Callable[[], Awaitable[Response]]


class DeskFront:
    """A plain ASGI application around the pages; ``face`` says in the metrics' names whose they are."""

    def __init__(self, pages: ASGIApp, checks: Mapping[str, Check], patience: float, face: str = "desk") -> None:
        """``checks`` are what readiness asks for, by name; each gets ``patience`` seconds."""
        self._pages, self._checks, self._patience = pages, checks, patience
        self._registry = CollectorRegistry()
        self._requests = Counter(
            f"shouze_{face}_requests", "Requests for pages by outcome", ("outcome",), registry=self._registry
        )
        self._seconds = Histogram(
            f"shouze_{face}_request_seconds", "Seconds from a request's arrival to its answer", buckets=_BUCKETS,
            registry=self._registry,
        )  # fmt: skip
        if face == "desk":
            from shouze.worker.owing import Owed  # noqa: PLC0415 - Django is set up by now, not on loading this

            self._registry.register(Owed())
            self._registry.register(Duties())  # its rounds answer them, in this process
        self._own: dict[str, Page] = {"/healthz": self._live, "/readyz": self._ready, "/metrics": self._metrics}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        own = self._own.get(scope.get("path", "")) if scope["type"] == "http" else None
        if own is not None and scope["method"] in ("GET", "HEAD"):
            await (await own())(scope, receive, send)
            return
        begun, status = time.perf_counter(), 0

        async def told(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._pages(scope, receive, told)
        finally:
            if scope["type"] == "http":
                self._requests.labels(_OUTCOMES.get(status // 100, "cut-off")).inc()
                self._seconds.observe(time.perf_counter() - begun)

    async def _live(self) -> Response:
        return Response(msgspec.json.encode(HealthAnswer("alive")), media_type=JSON)

    async def _ready(self) -> Response:
        found = {name: await outcome_of(check, self._patience) for name, check in self._checks.items()}
        fine = set(found.values()) == {"ok"}
        return Response(msgspec.json.encode(ReadyAnswer(fine, found)), 200 if fine else 503, media_type=JSON)

    async def _metrics(self) -> Response:
        told = await asyncio.to_thread(generate_latest, self._registry)
        return Response(told, media_type=CONTENT_TYPE_LATEST)


def checks_of(configured: Configured, door_url: str, policy: Check) -> dict[str, Check]:
    """Return what a desk's readiness asks for: its tables, the policy in force, a gateway that is ready."""

    return {"tables": threaded(configured.answer), "policy": policy, "door": ready(door_url)}


def threaded(check: Callable[[], object]) -> Check:
    """Return a check that is run in a thread of its own."""

    async def asked() -> object:
        return await asyncio.to_thread(check)

    return asked


def ready(url: str) -> Check:
    """Return the check whether the gateway at a URL is ready."""

    async def asked() -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            (await client.get(f"{url.rstrip('/')}/readyz")).raise_for_status()

    return asked
