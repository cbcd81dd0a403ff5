"""Measures how long it takes to answer every duty, over many complaints and grants, and to keep the answers in step.

    python benchmarks/duties.py [--complaints 100000] [--grants 10000] [--database postgresql://…] [--rounds 5]

Rows are written by SQL as acts leave them: each complaint has its clock and its events, each grant its own. Told are
seconds (the median of the rounds) and, for the whole, the ratio to counting the same rows once in plain SQL.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from shouze.settings import Settings
from shouze.wiring.desk import configure

GOAL = 1.0
"""Seconds for answering all duties anew."""
CHUNK = 5_000
DAY = timedelta(days=1)


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--complaints", type=int, default=100_000)
    parser.add_argument("--grants", type=int, default=10_000)
    parser.add_argument("--database", default="")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        configure(Path(folder), Settings(database=given.database), None, None).migrate()
        fill(given.complaints, given.grants)
        for name, seconds in measure(given.rounds).items():
            print(f"{name:46} {seconds * 1000:9.1f} ms")


def fill(complaints: int, grants: int) -> None:
    """Write a year of complaints with their clocks and events, and grants."""
    from django.utils import timezone  # noqa: PLC0415 - Django is set up first

    from shouze.registers.complaints.models import Complaint, Term  # noqa: PLC0415 - Django is set up first
    from shouze.registers.grants.models import Grant  # noqa: PLC0415 - Django is set up first
    from shouze.registers.rows import Clock, Effect, Event  # noqa: PLC0415 - Django is set up first

    chance, now = random.Random(24), timezone.now()
    moments = [now - chance.uniform(0, 365) * DAY for _ in range(complaints)]
    answered = [at + chance.expovariate(1 / 3) * DAY for at in moments]
    _write(Complaint, (Complaint(number=f"K-{n}", title="x", state="answered" if done < now else "open", received_at=at)
                       for n, (at, done) in enumerate(zip(moments, answered, strict=True))))  # fmt: skip
    keys = Complaint.objects.order_by("pk").values_list("pk", flat=True)
    rows = list(zip(keys, moments, answered, strict=True))
    _write(Clock, (_clock(*row, now) for row in rows))
    _write(Term, (Term(complaint_id=key, place=0, received_at=at, counting="calendar-15", due=at + 15 * DAY,
                       answered_at=done if done < now else None) for key, at, done in rows))  # fmt: skip
    events = (("receive", at) for at in moments), (("answer", at + DAY) for at in moments)
    for told in events:
        _write(Event, (Event(register="complaints", entry=n, act=act, at=min(at, now - DAY), duty="A12-15d", salt=b"",
                             evidence="") for n, (act, at) in enumerate(told)))  # fmt: skip
    _write(Grant, (Grant(number=f"G-{n}", title="x", state="granted", holder=f"person:{n}", until=now + 90 * DAY)
                   for n in range(grants)))  # fmt: skip
    _write(Effect, (Effect(kind="entries", register="grants", entry=n, content=b"{}", done_at=now)
                    for n in range(grants)))  # fmt: skip


def _clock(entry: int, at: datetime, answered: datetime, now: datetime) -> Any:
    from shouze.registers.rows import Clock  # noqa: PLC0415 - Django is set up first

    return Clock(register="complaints", entry=entry, number=f"K-{entry}", kind="answer", title_zh="x", title_en="x",
                 since=at, due=at + 15 * DAY, met=answered if answered < now else None, duty="A12-15d")  # fmt: skip


def _write(model: Any, rows: Any) -> None:
    model.objects.bulk_create(rows, batch_size=CHUNK)


def measure(rounds: int) -> dict[str, float]:
    """Return the median seconds of each thing measured."""
    from django.db import connection  # noqa: PLC0415 - Django is set up first
    from django.utils import timezone  # noqa: PLC0415 - Django is set up first

    from shouze.registers.rows import Event  # noqa: PLC0415 - Django is set up first
    from shouze.registers.standings.keeping import answer_now, keep  # noqa: PLC0415 - Django is set up first

    def plain() -> None:
        with connection.cursor() as cursor:
            for told in ("min(since), max(due) FROM registers_clock", "max(until) FROM grants_grant"):
                cursor.execute(f"SELECT count(*), {told}")
                cursor.fetchone()

    def one_act() -> None:
        Event.objects.create(register="grants", entry=1, act="approve", at=timezone.now(), salt=b"", evidence="")
        keep(timezone.now())

    keep(timezone.now())
    told = {
        "all duties answered anew (goal: 1000 ms)": _median(lambda: answer_now(timezone.now()), rounds),
        "all duties answered anew and kept": _median(lambda: keep(timezone.now(), whole=True), rounds),
        "kept in step where nothing was done": _median(lambda: keep(timezone.now()), rounds),
        "kept in step after an act upon a grant": _median(one_act, rounds),
        "the same rows counted in plain SQL": _median(plain, rounds),
    }
    whole = told["all duties answered anew (goal: 1000 ms)"]
    print(f"all duties anew / counting the rows once: {whole / told['the same rows counted in plain SQL']:.1f}")
    return told


def _median(act: Callable[[], object], rounds: int) -> float:
    seconds = []
    for _ in range(rounds):
        begin = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - begin)
    return median(seconds)


if __name__ == "__main__":
    main()
