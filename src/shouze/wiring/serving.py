"""Joins the door with its face to programs: the ASGI application."""

from __future__ import annotations

from shouze.api.app import Application, create_app
from shouze.api.lines import Lines
from shouze.api.pages import Check
from shouze.gateway.bulk.office import Bulk
from shouze.sequencer.counting import Counting
from shouze.store.log_exercised import StoredCounts
from shouze.store.opening_reading import StoredOpenings
from shouze.wiring.bulk import bulk_of
from shouze.wiring.clocks import check_clock
from shouze.wiring.joining import Gateway, Installation
from shouze.wiring.shards import keeping, published_logs, searched_logs
from shouze.wiring.waiting import Waiting
from shouze.worker.measuring import Duties


def asgi(opened: Gateway, lines: Lines | None = None, office: Bulk | None = None) -> Application:
    """Return the application over an open door; a gateway alone reads the log, and offers no publication or tokens.

    ``office`` carries out bulk requests; whoever gives one closes it, so that its runs end before the door does.
    """
    database, whole = opened.stores.databases["log"], opened if isinstance(opened, Installation) else None
    first, waiting = whole.signer.verifier() if whole else None, Waiting(database, opened.clock.now)
    log = published_logs(database)
    return create_app(
        opened.door,
        publisher=whole.publisher if whole else None,
        replies=opened.stores.replies,
        first_seen=opened.stores.custody.first_seen,
        mac=opened.ring.lookup_mac,
        settings=opened.settings,
        checks=_checks(opened),
        lines=lines,
        office=office or bulk_of(opened),
        log=log,
        counting=Counting(log, StoredCounts(database)),
        searched=searched_logs(database, first),
        brought=keeping(database, first),
        openings=StoredOpenings(database) if whole else None,
        collectors=(Duties(), waiting),
        measured=waiting.look,
    )


def _checks(opened: Gateway) -> dict[str, Check]:
    """Return what readiness asks for beside store and policy."""

    async def recorded() -> None:
        opened.journal.check()

    async def timed() -> None:
        opened.clock.now()
        await check_clock(opened.stores.databases["log"])

    checks: dict[str, Check] = {"journal": recorded, "clock": timed}
    if isinstance(opened, Installation):
        sequencer = opened.sequencer

        async def sequenced() -> None:
            if sequencer.standing.halted is not None:
                raise sequencer.standing.halted

        checks["sequencer"] = sequenced
    return checks
