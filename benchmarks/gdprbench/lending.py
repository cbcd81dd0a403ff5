"""Lends a private PostgreSQL that keeps a log, and copies of its databases."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
from borrowed import postgres

LOGGED = "logging_collector=on,log_destination=csvlog,log_rotation_size=0"
"""How the server logs; statements only of the databases that are set to log them."""


@contextmanager
def server() -> Iterator[None]:
    """Start a private PostgreSQL that keeps a CSV log."""
    before = os.environ.get(postgres.SETTINGS)
    os.environ[postgres.SETTINGS] = ",".join(filter(None, (before, LOGGED)))
    reservation = postgres.Reservation()
    try:
        yield
    finally:
        reservation.end()
        os.environ[postgres.SETTINGS] = before or ""


@contextmanager
def copy_of(url: str) -> Iterator[str]:
    """Lend a copy of a database that nobody is connected to."""
    parts, name = urlsplit(url), f"run_{uuid4().hex}"
    place = parts._replace(path="/postgres").geturl()
    template = parts.path.removeprefix("/")
    with psycopg.connect(place, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
    try:
        yield parts._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(place, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
