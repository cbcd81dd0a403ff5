"""Brings a row's clocks, and what the door is to hear of it, in step with what the row says now.

# Invariant: what follows from the row alone is told anew at any time, and what was sent already is not sent again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

import msgspec

from shouze.registers.clocking import clock_of
from shouze.registers.describing import Register
from shouze.registers.finding import registers
from shouze.registers.rows import Clock, Effect, Kept
from shouze.rules.entries import KINDS

K = TypeVar("K", bound=Kept)


def settle(register: Register[K], entry: K, now: datetime) -> None:
    """Bring the row's clocks, what the door holds of it, and rows that look at it, in step with the row."""
    _settle(register, entry, now)
    for name, other_id in register.concerns(entry):
        other = registers()[name]
        _settle(other, other.rows().get(pk=other_id), now)


def _settle(register: Register[K], entry: K, now: datetime) -> None:
    _keep_clocks(register, entry, now)
    _owe_entries(register, entry)
    if (document := register.declares(entry)) is not None:
        _owe(register, entry, "declaration", document)


def _keep_clocks(register: Register[K], entry: K, now: datetime) -> None:
    there = {each.kind: each for each in Clock.objects.filter(register=register.name, entry=entry.pk)}
    for running in register.clocks(entry, now):
        clock_of(register, entry, running, now, there.pop(running.kind, None)).save()
    Clock.objects.filter(pk__in=[each.pk for each in there.values()]).delete()


def _owe_entries(register: Register[K], entry: K) -> None:
    """Write down the policy entries that the row stands for now, unless they are what was sent last."""
    wanted = register.entries(entry)
    if not wanted:
        return
    written: dict[str, list[Any]] = {kind: [] for kind in KINDS}
    removed = [name for name, found in wanted.items() if found is None]
    for name, found in wanted.items():
        if found is not None:
            written[name.partition("/")[0]].append(found)
    document = msgspec.json.encode({"format": "shouze-policy/1", **written, "remove": removed})
    if any(wanted.values()) or _sent(register, entry, "entries") is not None:
        _owe(register, entry, "entries", document)


def _owe(register: Register[K], entry: K, kind: str, document: bytes) -> None:
    """Write down what the door is to hear of a row, unless it is what was sent last."""
    if _sent(register, entry, kind) != document:
        Effect.objects.create(kind=kind, register=register.name, entry=entry.pk, content=document)


def _sent(register: Register[K], entry: K, kind: str) -> bytes | None:
    of_row = Effect.objects.filter(register=register.name, entry=entry.pk, kind=kind).order_by("-id")
    last = of_row.values_list("content", flat=True).first()
    return None if last is None else bytes(last)
