"""What stands before a desk of its own: health, readiness, metrics."""

from __future__ import annotations

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from shouze.errors import UnavailableError
from shouze.registers.rows import Effect
from shouze.registers.standings.latest import remember
from shouze.rules.duties.answering import Answer
from shouze.wiring.desk_front import DeskFront


async def pages(scope: Scope, _receive: Receive, send: Send) -> None:
    status = 404 if scope["path"] == "/missing" else 200
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": b"a page"})


async def well() -> None:
    return None


async def ill() -> None:
    raise UnavailableError


def browser(**checks: object) -> httpx.AsyncClient:
    front = DeskFront(pages, checks, 1.0)  # type: ignore[arg-type]  # what a test names is a check
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=front), base_url="http://desk.localhost")


async def test_it_lives_and_is_ready_when_all_that_it_needs_answers() -> None:
    async with browser(tables=well, door=well) as asked:
        assert (await asked.get("/healthz")).json() == {"status": "alive"}
        ready = await asked.get("/readyz")
        assert (ready.status_code, ready.json()["checks"]) == (200, {"tables": "ok", "door": "ok"})


async def test_it_is_not_ready_while_something_is_away() -> None:
    async with browser(tables=well, door=ill) as asked:
        ready = await asked.get("/readyz")
    assert (ready.status_code, ready.json()["checks"]["door"]) == (503, "unavailable")


@pytest.mark.django_db(transaction=True)
async def test_it_measures_the_duties_that_its_rounds_answer() -> None:
    remember([Answer(duty="A12-contact", state="breached")])
    try:
        async with browser() as asked:
            told = (await asked.get("/metrics")).text
    finally:
        remember([])
    assert 'shouze_duty{duty="A12-contact",state="breached"} 1.0' in told


@pytest.mark.django_db(transaction=True)
async def test_it_counts_requests_and_what_is_owed_and_names_nobody() -> None:
    await Effect.objects.acreate(kind="entries", register="agents", entry=1, content=b"{}")
    async with browser() as asked:
        assert (await asked.get("/r/people/P-2026-0001/")).text == "a page"
        assert (await asked.get("/missing")).status_code == 404
        told = (await asked.get("/metrics")).text
    assert 'shouze_desk_requests_total{outcome="done"} 1.0' in told
    assert 'shouze_desk_requests_total{outcome="refused"} 1.0' in told
    assert "shouze_desk_effects_waiting 1.0" in told
    assert "P-2026" not in told
