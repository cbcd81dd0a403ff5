"""Keeps the log beside whatever a process serves: compared, cosigned, published, its records ended, its node heard."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog

from shouze import wiring
from shouze.cli.terminal import Terminal
from shouze.errors import ShouzeError
from shouze.journal.journal import Journal
from shouze.ledger.moments import micros
from shouze.ledger.note import Verifier
from shouze.sequencer.cosigning import witness_key
from shouze.settings import Settings
from shouze.store.driver import Database

Log = structlog.typing.FilteringBoundLogger
BEATING_SECONDS = 10.0
"""Seconds from one heartbeat of a node to the next: a record lost with all that came after it shows by the silence."""
LATE_SECONDS = 60.0
"""Seconds after which a record without a signed checkpoint is told of: it takes one where a sequencer runs."""
SPARING_SECONDS = 60.0
WATCHING_SECONDS = 1.0
"""Seconds from one look of a gateway at the last cosignature to the next."""


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
        cosign(settings, database, verifier, stop, log, journal),
        wiring.retaining(settings, database, stop, ending, lambda: datetime.now(UTC)),
    )


def tell_witness(terminal: Terminal, settings: Settings) -> None:
    """Say at the start by whom the log is witnessed, or that it is by nobody; InvalidError for a key that is none."""
    if settings.witness_vkey:
        name = witness_key(settings.witness_vkey).name
        terminal.say(f"日志由 {name} 见证", f"the log is witnessed by {name}")
    else:
        terminal.say(
            "日志没有见证人：持有签名私钥者可以整体改写，外人无从得知（witness_vkey）",
            "no witness of the log: who holds its signing key could rewrite all of it unseen (witness_vkey)",
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


async def watch_sequencer(waiting: wiring.Waiting, stop: asyncio.Event, log: Log) -> None:
    """Say once when records have waited long for a signed checkpoint, and once when they wait no longer."""
    late = False
    while not stop.is_set():
        try:
            seconds = await waiting.look()
        except ShouzeError as problem:
            _warn(log, "sequencer", problem)
        else:
            if late != (seconds > LATE_SECONDS):
                late = not late
                log.warning("unsequenced" if late else "sequenced", seconds=round(seconds))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), BEATING_SECONDS)


def now_and_then(log: Log, event: str) -> Callable[[ShouzeError], None]:
    """Return what warns of a failure that repeats itself many times a second: at once, then once a minute."""
    told = -SPARING_SECONDS

    def failed(problem: ShouzeError) -> None:
        nonlocal told
        if time.monotonic() - told >= SPARING_SECONDS:
            told = time.monotonic()
            _warn(log, event, problem)

    return failed


async def watch_witness(
    settings: Settings, database: Database, stop: asyncio.Event, log: Log, journal: Journal
) -> None:
    """Hold the journal of a gateway that runs apart while the log is not witnessed, as its tables tell.

    Where they do not answer, what held goes on to hold.
    """
    hold = _Holding(settings, log, journal)
    while not stop.is_set():
        try:
            await wiring.unwitnessed(settings, database, hold.hear)
        except ShouzeError as problem:
            _warn(log, "witness", problem)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), WATCHING_SECONDS)


class _Holding:
    """Holds a journal once the last cosignature is as old as the settings say, and lets it go on by itself."""

    def __init__(self, settings: Settings, log: Log, journal: Journal | None) -> None:
        self._patience, self._log, self._journal = settings.witness_hours * 3_600_000_000, log, journal
        self._begun = micros(datetime.now(UTC))

    def hear(self, since: int | None) -> None:
        """Take in since when something waits for the witness: its last cosignature, 0 without any, None for nothing."""
        held = since is not None and 0 < self._patience < micros(datetime.now(UTC)) - (since or self._begun)
        if self._journal is not None and held != self._journal.held:
            self._journal.held = held
            self._log.warning("unwitnessed" if held else "witnessed")


async def cosign(
    settings: Settings, database: Database, verifier: Verifier, stop: asyncio.Event, log: Log,
    journal: Journal | None = None,
) -> None:  # fmt: skip
    """Have new checkpoints cosigned until ``stop`` is set; a witness that does not is told of once until it does.

    Where the settings say after how long, ``journal`` is held while the witness is away, and goes on when it is back.
    """
    told, hold = set[str](), _Holding(settings, log, journal)

    def failed(problem: ShouzeError) -> None:
        if problem.kind.code not in told:
            told.add(problem.kind.code)
            log.warning("witness", code=problem.kind.code)

    def waiting(since: int | None) -> None:
        if since is None:
            told.clear()
        hold.hear(since)

    await wiring.cosigning(settings, database, verifier, stop, failed, waiting)


def _warn(log: Log, event: str, problem: ShouzeError) -> None:
    log.warning(event, code=problem.kind.code)
