"""A program that runs a bulk request and is killed before or after the n-th call to a port."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from shouze import wiring
from shouze.gateway.bulk.office import Bulk
from shouze.settings import Settings
from shouze.store.opening import Stores
from shouze.wiring.bulk import bulk_of
from tests.gateway.bulk.scene import ANALYST
from tests.gateway.dying import Fate, Mortal
from tests.installation import MovingClock


async def main(request: str, point: int, minutes: int, home: Path, database: str) -> None:
    """Run the request some minutes after the story's begin."""
    fate, clock = Fate(0), MovingClock()
    clock.move(timedelta(minutes=minutes))

    def mortal(stores: Stores) -> Stores:
        ports = {name: Mortal(getattr(stores, name), fate) for name in ("custody", "keys", "staging")}
        return stores._replace(**ports)  # type: ignore[arg-type]  # stand-ins that do what the ports do

    async with wiring.installation(home, Settings(database=database), clock=clock, decorate=mortal) as opened:
        means = bulk_of(opened).means
        requests, results = (cast("Any", Mortal(port, fate)) for port in (means.requests, means.results))
        fate.left = point
        await Bulk(replace(means, chunk=10, requests=requests, results=results)).run(ANALYST, request)
        fate.left = 0
