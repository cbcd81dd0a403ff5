"""Measures how long it takes to say what one account did: how many uses of how many users, which items, which days.

The index is filled by SQL with the rows that following a log leaves there (``sequencer.finding``), and asked through
the store as the door asks it, under the patience that the door has. The account's records lie among all others, evenly.
"""

from __future__ import annotations

import time
from statistics import median
from typing import Any, NamedTuple

import psycopg
from measuring import Ratio, Result

from shouze.sequencer.finding import Sought, Tally
from shouze.store.log_index import StoredPlaces
from shouze.store.opening import prepare_postgres
from shouze.store.postgres import PostgresDatabase

GOAL = 2.0
"""Seconds."""
ACCOUNT, ACTORS, DAYS = "S-004711", 500, 250
_MICROS = 86_400_000_000
_SINCE = 1_767_225_600_000_000
"""2026-01-01, UTC, in microseconds."""
_KINDS = [
    (1, "read", "permitted", ",name,phone,"), (2, "read", "permitted", ",phone,"), (3, "use", "permitted", ",phone,"),
    (4, "correct", "permitted", ",address,"), (5, "read", "refused", ",id-number,"),
]  # fmt: skip
_TABLES = ("placed", "record_kind", "touched")


class Answered(NamedTuple):
    """What was asked among how many records, the answer's numbers, seconds of each round, bytes of each table."""

    records: int
    tally: Tally
    seconds: list[float]
    bounded: list[float]
    found: list[float]
    sizes: dict[str, int]


async def measure(url: str, records: int, uses: int, subjects: int, rounds: int) -> Answered:
    """Fill the index and ask it: everything of the account, its last thirty days of one item, a page of its records."""
    prepare_postgres(url)
    sizes = fill(url, records, uses, subjects)
    database = PostgresDatabase(url)
    index = StoredPlaces(database)
    try:
        month = Sought(actor=ACCOUNT, item="phone", since=_SINCE + (DAYS - 30) * _MICROS)
        told = await index.tally(Sought(actor=ACCOUNT))
        seconds, bounded, found = [], [], []
        for _ in range(rounds):
            seconds.append(await _timed(lambda: index.tally(Sought(actor=ACCOUNT))))
            bounded.append(await _timed(lambda: index.tally(month)))
            found.append(await _timed(lambda: index.latest(Sought(actor=ACCOUNT), records + 1, 100)))
    finally:
        await database.close()
    return Answered(records, told, seconds, bounded, found, sizes)


async def _timed(ask: Any) -> float:
    start = time.perf_counter()
    await ask()
    return time.perf_counter() - start


def fill(url: str, records: int, uses: int, subjects: int) -> dict[str, int]:
    """Fill the index of places; return bytes of each table with its indexes."""
    every = max(records // uses, 1)
    with psycopg.connect(url, autocommit=True) as server:
        for number, act, outcome, items in _KINDS:
            server.execute(
                "INSERT INTO log.record_kind (id, words, act, outcome, items) VALUES (%s, %s, %s, %s, %s)",
                (number, f"{act}{items}{outcome}", act, outcome, items),
            )
        server.execute(
            "INSERT INTO log.placed (place, node, boot, nseq, at, actor, kind)"
            " SELECT i, 1, 'b', i + 1, %(since)s + i * (%(days)s::bigint * %(day)s / %(records)s),"
            " CASE WHEN i %% %(every)s = 0 THEN %(account)s ELSE 'S-' || i %% %(actors)s END, 1 + (i / %(every)s) %% 5"
            " FROM generate_series(0, %(records)s - 1) AS i",
            {"since": _SINCE, "days": DAYS, "day": _MICROS, "records": records, "every": every, "account": ACCOUNT,
             "actors": ACTORS},
        )  # fmt: skip
        server.execute(
            "INSERT INTO log.look_up (node, boot, nseq, tag)"
            " SELECT 1, 'b', i + 1, sha256(convert_to(CASE WHEN i %% %(every)s = 0"
            " THEN 'a' || (i / %(every)s) %% %(subjects)s ELSE 'b' || i %% 1000000 END, 'UTF8'))"
            " FROM generate_series(0, %(records)s - 1) AS i",
            {"every": every, "subjects": subjects, "records": records},
        )
        server.execute(
            "INSERT INTO log.touched (actor, at, place, kind, subject)"
            " SELECT p.actor, p.at, p.place, p.kind, substr(l.tag, 1, 8) FROM log.placed p"
            " JOIN log.look_up l ON l.node = p.node AND l.boot = p.boot AND l.nseq = p.nseq"
        )
        server.execute("VACUUM ANALYZE log.placed, log.look_up, log.touched, log.record_kind")
        rows = server.execute(
            "SELECT relname, pg_total_relation_size(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE nspname = 'log' AND relname = ANY(%s)",
            (list(_TABLES),),
        ).fetchall()
    return {str(name): int(size) for name, size in rows}


def results(answered: Answered) -> list[Result]:
    """Return the seconds of each question, the first held to the goal."""
    asked = (
        ("records, what an account did [s]", answered.seconds, GOAL),
        ("      its last 30 days of one item [s]", answered.bounded, None),
        ("      its newest 100 records found [s]", answered.found, None),
    )
    return [
        Result(Ratio(name, "seconds", "one", goal=goal, at_least=False), median(each), min(each), max(each))
        for name, each, goal in asked
    ]


def write(answered: Answered) -> str:
    """Return the answer and its cost as lines of text."""
    told, sizes = answered.tally, answered.sizes
    lines = [f"  {name:<14}{size / answered.records:>8,.1f} bytes a record" for name, size in sorted(sizes.items())]
    asked = f"{told.records:,} uses by one account touching {told.subjects:,} users among {answered.records:,} records"
    return "\n".join([f"{asked}, on {len(told.days)} days: {median(answered.seconds):.3f} s", *lines])
