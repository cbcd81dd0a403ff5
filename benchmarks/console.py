"""An authority's console that is filled, on a PostgreSQL of its own, and its pages asked one by one."""

from __future__ import annotations

import argparse
import contextlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg
from borrowed import postgres
from lists import Asked, head, line

from shouze.settings import Settings
from shouze.wiring.desk import configure

ROUNDS = 5


def asked(doc: str | None, rows: int, operators: int) -> argparse.ArgumentParser:
    """Return what the command line asks."""
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("--rows", type=int, default=rows)
    parser.add_argument("--operators", type=int, default=operators)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    return parser


@contextlib.contextmanager
def filled(
    given: argparse.Namespace, what: str, fill: Callable[[int, int, Any], None], pages: Sequence[Asked]
) -> Iterator[None]:
    """Fill a console (``fill`` gets operators, rows, an officer), print its pages' table, and keep it open."""
    with tempfile.TemporaryDirectory() as folder, _settings() as settings:
        configure(Path(folder), settings, None, None).migrate()
        browser = _browser(given, fill)
        print(f"{given.rows:,} {what} of {given.operators:,} operators, medians of {given.rounds}")
        print(head())
        for page in pages:
            print(line(page, browser, given.rounds))
        yield


@contextlib.contextmanager
def _settings() -> Iterator[Settings]:
    """Yield the settings of an authority on a database of its own."""
    reservation = postgres.Reservation()
    try:
        with postgres.database() as url:
            with psycopg.connect(url, autocommit=True) as owner:
                owner.execute("CREATE SCHEMA desk")
            yield Settings(database=url, house="authority")
    finally:
        reservation.end()


def _browser(given: argparse.Namespace, fill: Callable[[int, int, Any], None]) -> Any:
    """Fill the tables, and return an officer's browser, signed in."""
    from django.test import Client

    from shouze.registers import acting
    from shouze.registers.people.models import Person
    from shouze.registers.people.register import REGISTER

    person = Person(username="C-0001", name="某人", title="某人", roles_held=["inspector", "head"])
    acting.enrol(REGISTER, person, None)
    fill(given.operators, given.rows, person)
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(person, "allauth.account.auth_backends.AuthenticationBackend")
    return browser
