"""Measures the desk's lists among 100,000 rows: queries and server time of each page, and of whole exports.

Each is divided by the seconds of a plain SELECT of the same rows in the same run, through the same connection, fetched
and thrown away. Requests go through all of Django's layers, in this process; nothing goes over a network.
"""

from __future__ import annotations

import argparse
import contextlib
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import psycopg
from borrowed import postgres

from shouze.settings import Settings
from shouze.wiring.desk import configure

ROWS, ROUNDS = 100_000, 5
GOAL = 0.2
"""Seconds of server time for a page."""
CHUNK = 2000


class Asked(NamedTuple):
    """A page: its name, its address, the plain SELECT of its rows, whether it is a page (or an export)."""

    name: str
    address: str
    plain: str
    is_page: bool = True


PAGES = (
    Asked("list", "/r/agents/", "SELECT * FROM agents_agent ORDER BY id DESC LIMIT 50"),
    Asked("list, page 200", "/r/agents/?page=200", "SELECT * FROM agents_agent ORDER BY id DESC LIMIT 50 OFFSET 9950"),
    Asked("filter", "/r/agents/?state=engaged",
          "SELECT * FROM agents_agent WHERE state = 'engaged' ORDER BY id DESC LIMIT 50"),
    Asked("search", "/r/agents/?q=营业厅 4711",
          "SELECT * FROM agents_agent WHERE title LIKE '%营业厅 4711%' ORDER BY id DESC LIMIT 50"),
    Asked("calendar", "/calendar", "SELECT * FROM registers_clock WHERE met IS NULL ORDER BY due LIMIT 500"),
    Asked("home", "/", "SELECT * FROM registers_clock WHERE met IS NULL ORDER BY due LIMIT 12"),
    Asked("CSV", "/r/agents/export.csv", "SELECT * FROM agents_agent ORDER BY id DESC", is_page=False),
    Asked("JSON", "/r/agents/export.json", "SELECT * FROM agents_agent ORDER BY id DESC", is_page=False),
    Asked("XLSX", "/r/agents/export.xlsx", "SELECT * FROM agents_agent ORDER BY id DESC", is_page=False),
)  # fmt: skip


def main() -> None:
    """Fill a desk, ask every page in turns with its plain SELECT, print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--sqlite", action="store_true", help="on SQLite in place of PostgreSQL")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, _settings(on_server=not given.sqlite) as settings:
        configure(Path(folder), settings, None, None).migrate()
        browser = _browser(given.rows)
        print(f"{given.rows:,} rows on {'SQLite' if given.sqlite else 'PostgreSQL'}, medians of {given.rounds}")
        print(head())
        for asked in PAGES:
            print(line(asked, browser, given.rounds if asked.is_page else 1))


@contextlib.contextmanager
def _settings(*, on_server: bool) -> Iterator[Settings]:
    if not on_server:
        yield Settings()
        return
    reservation = postgres.Reservation()
    try:
        with postgres.database() as url:
            with psycopg.connect(url, autocommit=True) as owner:
                owner.execute("CREATE SCHEMA desk")
            yield Settings(database=url)
    finally:
        reservation.end()


def _browser(rows: int) -> Any:
    """Fill agents and their clocks, and return somebody's browser, signed in."""
    from django.test import Client

    from shouze.registers import acting
    from shouze.registers.people.models import Person
    from shouze.registers.people.register import REGISTER

    person = Person(username="S-0001", name="某人", title="某人", roles_held=["officer", "security"])
    acting.enrol(REGISTER, person, None)
    _fill(rows)
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(person, "allauth.account.auth_backends.AuthenticationBackend")
    return browser


def _fill(rows: int) -> None:
    from django.db import transaction
    from django.utils import timezone

    from shouze.registers.agents.models import Agent
    from shouze.registers.rows import Clock

    now = timezone.now()
    states, hour = ("engaged", "proposed", "fit", "ended"), timezone.timedelta(hours=1)
    with transaction.atomic():
        Agent.objects.bulk_create(
            (
                Agent(
                    number=f"A-2026-{n:06}", title=f"营业厅 {n}", title_en=f"Stores {n}", name=f"stores-{n}",
                    state=states[n % 4], contract=f"HT-{n}", contract_since=now, contract_until=now + 300 * hour,
                    tasks="开户、补卡、过户", services=["mobile", "broadband"], actions=["collect", "read"],
                    purposes=["customer-service"], sites=f"S-{n}", created_at=now, changed_at=now,
                )
                for n in range(rows)
            ),
            CHUNK,
        )  # fmt: skip
        Clock.objects.bulk_create(
            (
                Clock(register="agents", entry=n + 1, number=f"A-2026-{n:06}", kind="supervise", title_zh="监督检查",
                      title_en="Supervise", since=now, due=now + (n % 2000) * hour, roles=",officer,")
                for n in range(rows)
            ),
            CHUNK,
        )  # fmt: skip


def head() -> str:
    """Return the words over the columns of ``line``."""
    return f"{'page':<20} {'queries':>7} {'seconds':>8} {'cpu':>7} {'plain':>8} {'ratio':>7}  peak memory"


def line(asked: Asked, browser: Any, rounds: int) -> str:
    """Ask a page in turns with its plain SELECT; return what was measured, as a line."""
    from django.db import connection

    queries, seconds, spent, plain = 0, list[float](), list[float](), list[float]()

    def counted(execute: Callable[..., Any], *args: Any) -> Any:
        nonlocal queries
        queries += 1
        return execute(*args)

    for number in range(rounds + asked.is_page):  # a page's first round warms caches that a server has warm
        queries, cpu = 0, time.process_time()
        with connection.execute_wrapper(counted):
            took = _timed(lambda: _read(browser.get(asked.address)))
        cpu = time.process_time() - cpu
        bare = _timed(lambda: _fetch(asked.plain))
        if number or not asked.is_page:
            seconds.append(took)
            spent.append(cpu)
            plain.append(bare)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    middle, bare = median(seconds), median(plain)
    verdict = ("reached" if middle <= GOAL else "not reached") if asked.is_page else ""
    measured = f"{queries:>7} {middle:>8.3f} {median(spent):>7.3f} {bare:>8.4f} {middle / bare:>7.1f}"
    return f"{asked.name:<20} {measured}  {peak:.0f} MiB {verdict}"


def _read(answer: Any) -> None:
    if answer.status_code != 200:
        raise SystemExit(f"{answer.status_code}: {answer.content[:200]!r}")
    for part in answer.streaming_content if answer.streaming else (answer.content,):
        del part


def _fetch(sql: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql)
        while cursor.fetchmany(CHUNK):
            pass


def _timed(do: Callable[[], None]) -> float:
    start = time.perf_counter()
    do()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
