"""What is said of users who are taken over from another system, many at a time, and what became of each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Literal, NamedTuple

from shouze.rules.standing import Consent

MOST = 1_000
"""Arrivals in one batch: one leaf of the log speaks of up to so many subjects."""


class Arrival(NamedTuple):
    """One user: the row of the source, values by item in their normal form, consents by purpose that are proven.

    ``identifiers`` names those items by which a user already known is found; all must point to the same one.
    """

    number: int
    values: Mapping[str, str]
    consents: Mapping[str, Consent] = {}
    identifiers: tuple[str, ...] = ()


class Arrived(NamedTuple):
    """What became of one row.

    ``kind``: a new subject; a known one with something written anew; nothing to write; an identifier that points to
    somebody else (``what`` names the item); refused (``what`` is the code). ``to_ask`` names the purposes that still
    want the user's consent: until it is given nothing is opened for them, and at the end of the term it is erased.
    """

    number: int
    kind: Literal["new", "updated", "unchanged", "conflict", "refused"]
    subject: str | None = None
    what: str | None = None
    to_ask: tuple[str, ...] = ()


class Mark(NamedTuple):
    """How far a run has come once its batch is in; written together with the batch.

    ``run`` is the id of the run (26 lower-case letters and digits), ``row`` the number of the last row of the batch;
    ``body`` is what the run itself wants to remember (counts; never a value).
    """

    run: str
    row: int
    body: bytes


Turn = Callable[[], Awaitable[Mark]]
"""Waits until the batch before is in and noted; returns the mark that this batch writes."""
