"""Spells a subject's next state as rows of the tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from shouze.gateway.ports import Change
from shouze.ledger.moments import micros
from shouze.rules.standing import Standing
from shouze.rules.use import USAGE
from shouze.store.standing_form import write_standing

AT_ONCE = 0
"""When a subject with a key to destroy is due."""


class SubjectRow(NamedTuple):
    """The row of ``custody.subject``; ``revision`` is the one that it follows."""

    subject: str
    revision: int
    standing: bytes
    next_due: int | None


class Erasure(NamedTuple):
    """The row of ``custody.erasure``."""

    subject: str
    revision: int
    at: int | None
    standing: bytes


def row_of(change: Change, writes: int) -> SubjectRow:
    """Return the subject's row as it is written."""
    standing = change.standing
    return SubjectRow(change.subject, change.revision, write_standing(standing, writes), due_of(standing))


def due_of(standing: Standing) -> int | None:
    """Return when the clocks have to look at a subject, in microseconds; None for never."""
    due = standing.next_due()
    return None if due is None else micros(due)


def usage_swept(changes: Sequence[Change]) -> list[tuple[str, str]]:
    """Return the subjects and grounds of which records of use lose a key."""
    return sorted({
        (each.subject, key.ground.removesuffix(USAGE))
        for each in changes
        for key in each.endings
        if key.ground.endswith(USAGE)
    })  # fmt: skip


def moves(change: Change) -> bool:
    """Tell whether the subject may use other services from now on than before."""
    return change.former is None or change.former.services != change.standing.services


def in_use(changes: Sequence[Change]) -> list[tuple[str, str]]:
    """Return the subjects with the services that they use from now on."""
    return sorted(
        (each.subject, service)
        for each in changes
        for service, ended in each.standing.services.items()
        if ended is None
    )


def listed(changes: Sequence[Change], writes: int) -> list[Erasure]:
    """Return the list's rows of changes that end something, so that restoring an older backup ends it again.

    One row for a change, whatever it ended.
    """
    rows: list[Erasure] = []
    for each in changes:
        at = each.at or each.standing.erased_at
        if each.endings or each.standing.erased_at is not None:
            moment = None if at is None else micros(at)
            rows.append(Erasure(each.subject, each.revision + 1, moment, write_standing(each.standing, writes)))
    return rows
