"""Matching with known users: what a program asks, and what it is answered."""

from __future__ import annotations

from collections.abc import Sequence

from shouze.client.answers import Receipt
from shouze.client.messages import Message, Place


class Match(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Count how many users hold one of 100 to 10,000 values of an item; which value is whose is told to nobody."""

    hidden = ("values", "reason", "ticket")
    service: str
    purpose: str
    item: str
    values: Sequence[str]
    place: Place = Place()
    ticket: str | None = None
    reason: str | None = None


class Matched(Message, frozen=True, kw_only=True):
    """About how many users hold one of the ``compared`` values, to within ``margin``; batches ``left`` today."""

    compared: int
    subjects: int
    margin: int
    left: int
    receipt: Receipt | None
