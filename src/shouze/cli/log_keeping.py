"""Keeps the log beside whatever a process serves: compared, cosigned, published, its records ended, its node heard."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog

from shouze import wiring
from shouze.errors import ShouzeError
from shouze.journal.journal import Journal
from shouze.ledger.moments import micros
from shouze.ledger.note import Verifier
from shouze.settings import Settings
from shouze.store.driver import Database

Log = structlog.typing.FilteringBoundLogger
BEATING_SECONDS = 10.0
"""Seconds from one heartbeat of a node to the next: a record lost with all that came after it shows by the silence."""


async def compare(settings: Settings, database: Database, verifier: Verifier, log: Log) -> None:
    """Compare the log with what its witness shows, before anything is signed; TamperedError where it was put back."""
    await wiring.compare_with_witness(settings, database, verifier, partial(_warn, log, "witness"))


def keepers(
    settings: Settings, database: Database, verifier: Verifier, stop: asyncio.Event, log: Log,
    journal: Journal | None = None,
) -> tuple[Coroutine[Any, Any, None], ...]:  # fmt: skip
    """Return what publishes, has cosigned and ends what is past until ``stop`` is set, to run beside what is served.

    What fails is told of and tried again; ``journal`` as in ``cosign``.
    """
    ending = partial(_warn, log, "ending records")
    return (
        wiring.publishing(settings, database, verifier, stop, partial(_warn, log, "publishing")),
        cosign(settings, database, stop, log, journal),
        wiring.retaining(settings, database, stop, ending, lambda: datetime.now(UTC)),
    )


async def beat(journal: Journal, stop: asyncio.Event, log: Log) -> None:
    """Record the node's heartbeat until ``stop`` is set; a log that cannot be written is told of, and tried again."""
    while not stop.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), BEATING_SECONDS)
            return
        try:
            await journal.beat()
        except ShouzeError as problem:
            _warn(log, "heartbeat", problem)


async def cosign(
    settings: Settings, database: Database, stop: asyncio.Event, log: Log, journal: Journal | None = None
) -> None:
    """Have new checkpoints cosigned until ``stop`` is set; a witness that does not is told of once until it does.

    Where the settings say after how long, ``journal`` is held while the witness is away, and goes on when it is back.
    """
    told: set[str] = set()
    begun = micros(datetime.now(UTC))

    def failed(problem: ShouzeError) -> None:
        if problem.kind.code not in told:
            told.add(problem.kind.code)
            log.warning("witness", code=problem.kind.code)

    def waiting(since: int | None) -> None:
        if since is None:
            told.clear()
        patience = settings.witness_hours * 3_600_000_000
        held = since is not None and 0 < patience < micros(datetime.now(UTC)) - (since or begun)
        if journal is not None and held != journal.held:
            journal.held = held
            log.warning("unwitnessed" if held else "witnessed")

    await wiring.cosigning(settings, database, stop, failed, waiting)


def _warn(log: Log, event: str, problem: ShouzeError) -> None:
    log.warning(event, code=problem.kind.code)
