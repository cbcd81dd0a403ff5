"""Says where every microsecond of one release over HTTP goes.

``python benchmarks/profile_release.py [--seconds 4] [--sqlite]`` serves the door within its own process, lets the load
generator ask over 64 connections, and prints the processor time of each stage for one release. The stages and the
timing's own cost add up to the processor time of the process; what no stage claims is the remainder: event loop,
tasks and futures, garbage. The same server without the timing is measured beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import uvloop
from borrowed import postgres
from over_http import CONNECTIONS, HERE
from population import filled
from served import gateway
from stages import Cost, Meter, Spent, Stage, costs, timing

from shouze.api.serving import server
from shouze.settings import Settings, load_settings
from shouze.wiring.memory import settle_memory

_PROTOCOL, _SHORT = "shouze.api.serving:BoundedProtocol", "shouze.api.short_way:ShortWay"
_PASSAGE, _WORDING, _BATCHING = "shouze.gateway.passage", "shouze.gateway.wording", "shouze.gateway.batching:Batching"
_MANY, _DISCLOSURE, _JOURNAL = "shouze.gateway.many", "shouze.ledger.disclosure", "shouze.journal.journal:Journal"

STAGES = (
    Stage("http: read and parse the request", tuple(
        f"{_PROTOCOL}.{each}" for each in ("data_received", "on_headers_complete", "on_message_complete")
    )),
    Stage("http: write the answer", ("shouze.api.serving:_Whole.write",)),
    Stage("request: taken, its id, who and where", (f"{_SHORT}.take", "shouze.api.watch:Watch.call")),
    Stage("token", ("shouze.api.identity:Identity.known",)),
    Stage("body: parse strictly", ("shouze.api.reading:strictly!",)),
    Stage("answer: made and encoded", (
        f"{_SHORT}.answer", f"{_SHORT}._write", "shouze.api.operations:encode_answer", "shouze.api.calls:headers_of",
    )),
    Stage("metrics", ("shouze.api.measures:Measures.note",)),
    Stage("log line", ("shouze.api.watch:Watch.note", "shouze.api.lines:Lines.request")),
    Stage("release: say who is meant", (f"{_MANY}:Releases.put",)),
    Stage("release: wait and go together", (f"{_BATCHING}.put", f"{_BATCHING}._answer", f"{_MANY}:_release_all")),
    Stage("find: statement, rows, standing", ("shouze.store.custody:StoredCustody.look_up",)),
    Stage("decide", (f"{_MANY}:arrive_all", f"{_PASSAGE}:Courses.__call__", "shouze.gateway.release:chosen_grounds")),
    Stage("record: build", (
        f"{_MANY}:_record", f"{_WORDING}:words_of", f"{_WORDING}:verdict_of", f"{_WORDING}:who_and_where",
        "shouze.gateway.room:Room.record_key",
    )),
    Stage("record: commitments", tuple(f"{_DISCLOSURE}:{each}" for each in ("commit", "commit_one", "digests"))),
    Stage("record: leaf, checked and hashed", ("shouze.ledger.entry:seal_leaf", "shouze.ledger.tree:leaf_hash")),
    Stage("record: seal openings", ("shouze.vault.seal:seal_opening",)),
    Stage("record: journal", (f"{_JOURNAL}.record_all", f"{_JOURNAL}._write_all")),
    Stage("record: write the batch", ("shouze.store.staging:StoredStaging.stage",)),
    Stage("keys: fetch", (f"{_MANY}:_keys", "shouze.store.keys:StoredKeys.fetch_many")),
    Stage("keys: unwrap", ("shouze.vault.keys:unwrap_subject_key",)),
    Stage("open the values", (f"{_MANY}:_released", "shouze.gateway.sealing:opened_with")),
)  # fmt: skip
"""Every stage: the one place to change where a function is moved."""


class Line(NamedTuple):
    """Microseconds of one stage for one release, and how often a release enters it."""

    name: str
    microseconds: float
    entered: float


class Profile(NamedTuple):
    """The stages of one release, the whole, and the whole without the timing."""

    lines: list[Line]
    whole: float
    untimed: float
    releases: int
    missing: list[str]


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line, profile, print the table; ``--json`` writes it to a file."""
    parser = argparse.ArgumentParser(description="Say where every microsecond of one release over HTTP goes.")
    parser.add_argument("--users", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--sqlite", action="store_true", help="on SQLite instead of PostgreSQL")
    parser.add_argument("--json", type=Path, help="write the table to this file")
    given = parser.parse_args(arguments)
    reservation = postgres.Reservation()
    try:
        with tempfile.TemporaryDirectory(prefix="shouze-profile-") as folder, postgres.database() as url:
            settings = Settings() if given.sqlite else Settings(database=url)
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                profile = runner.run(measure(Path(folder) / "home", settings, given.users, given.seconds))
    finally:
        reservation.end()
    print(write(profile))
    if given.json:
        given.json.write_text(json.dumps(profile._asdict(), indent=1))


async def measure(home: Path, settings: Settings, users: int, seconds: float) -> Profile:
    """Fill an installation, serve it without the timing and with it, and return the profile."""
    async with filled(home, settings, users):
        pass
    call, step = costs()
    meter = Meter(call, step)
    untimed, releases = await _served(home, seconds)
    with timing(meter, STAGES) as missing:
        whole, releases = await _served(home, seconds, meter)
    lines = [_line(name, spent, call, step, releases) for name, spent in meter.spent().items()]
    own = sum(each.calls * call.whole + each.steps * step.whole for each in meter.spent().values())
    lines.append(Line("the timing itself", own / 1000 / releases, sum(line.entered for line in lines)))
    lines.append(Line("remainder: event loop, tasks, garbage", whole - sum(line.microseconds for line in lines), 1))
    return Profile(lines, whole, untimed, releases, missing)


def _line(name: str, spent: Spent, call: Cost, step: Cost, releases: int) -> Line:
    taken = spent.nanoseconds - spent.calls * call.inside - spent.steps * step.inside
    return Line(name, taken / 1000 / releases, (spent.calls + spent.steps) / releases)


def write(profile: Profile) -> str:
    """Return the table as lines of text."""
    lines = [f"{'stage':<44}{'us':>8}{'share':>8}{'entered':>9}"]
    lines += [f"{name:<44}{us:>8.1f}{us / profile.whole:>8.1%}{entered:>9.2f}" for name, us, entered in profile.lines]
    lines.append(f"{'processor time of one release':<44}{profile.whole:>8.1f}{1:>8.1%}")
    lines.append(f"{'the same without the timing':<44}{profile.untimed:>8.1f}")
    lines += [f"not there any more: {target}" for target in profile.missing]
    return "\n".join(lines)


async def _served(home: Path, seconds: float, meter: Meter | None = None) -> tuple[float, int]:
    """Return the microseconds of processor that one release takes under load, and how many there were."""
    async with gateway(home, sequenced=False) as app:
        settle_memory()
        with socket.create_server(("127.0.0.1", 0)) as listening:
            serving = server(app, load_settings(home, os.environ))
            served = asyncio.create_task(serving.serve([listening]))
            if meter is not None:
                meter.clear()
            spent = time.process_time()
            answers = await _asked(listening.getsockname()[1], seconds, home)
            spent = time.process_time() - spent
            serving.should_exit = True
            await served
    return 1_000_000 * spent / answers, answers


async def _asked(port: int, seconds: float, home: Path) -> int:
    arguments = (str(port), str(CONNECTIONS), str(seconds), home)
    asking = await asyncio.create_subprocess_exec(
        sys.executable, HERE / "load.py", *arguments, stdout=asyncio.subprocess.PIPE
    )
    written, _ = await asking.communicate()
    return int(json.loads(written)["answers"])


if __name__ == "__main__":
    main()
