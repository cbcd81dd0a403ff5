"""Lets one at a time do what may not be done twice at once, among all threads and processes of a desk.

On PostgreSQL the turn is an advisory lock of the session, so that a process that dies gives it back; SQLite's files
have one process.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from django.db import connection

_locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)


@contextmanager
def turn(name: str, *, wait: bool) -> Iterator[bool]:
    """Hold the turn of this name while this goes on; False where another has it and ``wait`` is false."""
    lock = _locks[name]
    if not lock.acquire(blocking=wait):
        yield False
        return
    try:
        if connection.vendor != "postgresql":
            yield True
            return
        with _session_lock(name, wait=wait) as mine:
            yield mine
    finally:
        lock.release()


@contextmanager
def _session_lock(name: str, *, wait: bool) -> Iterator[bool]:
    key = key_of(name)
    take = "SELECT pg_advisory_lock(%s) IS NOT NULL" if wait else "SELECT pg_try_advisory_lock(%s)"
    with connection.cursor() as cursor:
        cursor.execute(take, [key])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine and connection.connection is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


def key_of(name: str) -> int:
    """Return the number of the advisory lock that stands for a turn."""
    return int.from_bytes(sha256(f"shouze/desk/{name}".encode()).digest()[:8], "big", signed=True)
