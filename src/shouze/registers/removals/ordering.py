"""Orders stores to take down what was not corrected: one order for each store, with its own apps alone.

# Invariant: nothing of it is published, and no store learns of an app that it does not carry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from shouze.errors import ConflictError, InvalidError
from shouze.language import Text
from shouze.link.kinds import Correction
from shouze.registers import acting, delivery
from shouze.registers.acting import Asked
from shouze.registers.batches.models import Batch
from shouze.registers.describing import Doing
from shouze.registers.notices import ladder
from shouze.registers.notices.models import NamedApp
from shouze.registers.people.models import Person
from shouze.registers.ports import working_days
from shouze.registers.removals.models import Removal
from shouze.registers.supervised.calling import operator_called
from shouze.registers.supervised.models import Supervised
from shouze.registers.supervised.reaching import tell

NAME = "removals"
TOGETHER = "together"
"""In the values of an app's take-down: its store is told with the batch, not by an order of its own."""
_BETWEEN = re.compile(r"[、，,;；/\n]+")


def stores(app: NamedApp) -> list[str]:
    """Return the stores that an app was found in, as its notice names them."""
    return list(dict.fromkeys(each.strip()[:200] for each in _BETWEEN.split(app.source) if each.strip()))


def take_down(doing: Doing[Batch]) -> None:
    """Have every app of a batch taken down that failed its re-check; its stores are ordered, each once."""
    batch = doing.entry
    failed = list(NamedApp.objects.filter(batch=batch.number, state=ladder.FAILED).order_by("id"))
    if not failed:
        raise ConflictError(Text("没有复测未改正的应用", "No app has failed its re-check"))
    for app in failed:
        acting.followed("notices", app, "take-down", Asked({TOGETHER: True}, reason=doing.reason), doing.person)
    due = ladder.due(doing.now, doing.values.get("removal_due"), working_days())
    _order(failed, doing.reason, due, doing.person)


def taken_down(doing: Doing[NamedApp], _before: Mapping[str, Any]) -> None:
    """Order the stores of one app that is taken down by itself."""
    if not doing.values.get(TOGETHER):
        _order([doing.entry], doing.reason, ladder.due(doing.now, None, working_days()), doing.person)


def _order(apps: Iterable[NamedApp], because: str, due: datetime, by: Person) -> None:
    found: dict[str, list[NamedApp]] = {}
    for app in apps:
        for store in stores(app):
            found.setdefault(store, []).append(app)
    for store, carried in found.items():
        operator = Supervised.objects.filter(title=store, state="supervised").first()
        row = Removal(
            title=store, batch=carried[0].batch, operator=operator.number if operator else "", because=because,
            due=due, apps=[each.number for each in carried],
        )  # fmt: skip
        acting.entered(NAME, row, "order", by=by)
        if row.operator:
            _send(row, by)


def _send(row: Removal, by: Person) -> str:
    """Send it by dispatch, where dispatches go to the store; return its SHA-256, nothing where none go."""
    body = Correction(order=row.number, authority=authority_of(row), demand=demand(row)[:20_000], due=row.due)
    sent = tell(row.operator, "correction", row.number, body, by)
    if sent:
        acting.followed(NAME, row, "sent", Asked({"dispatch": sent}), by)
        row.refresh_from_db()
    return sent


def demand(row: Removal) -> str:
    """Return what the store is ordered to do, in words."""
    lines = [f"{each.title}{f'（{each.app_version}）' if each.app_version else ''}：{each.developer}"
             for each in apps_of(row)]  # fmt: skip
    return "下架以下逾期未改正的应用，并报告结果：\n" + "\n".join(lines)


def apps_of(row: Removal) -> QuerySet[NamedApp]:
    """Return the apps that a store takes down."""
    return NamedApp.objects.filter(number__in=row.apps).order_by("id")


def authority_of(row: Removal) -> str:
    """Return the authority in whose name the apps were ordered."""
    batch = Batch.objects.filter(number=row.batch).first()
    app = apps_of(row).first()
    return ((batch.body if batch else "") or (app.authority if app else "") or "—")[:500]


def note_sent(doing: Doing[Removal]) -> None:
    """Keep by which dispatch it went; it is served when the store's receipt is here, which the outbox shows."""
    doing.entry.dispatch, doing.entry.served_at = doing.values["dispatch"], doing.now


def address(doing: Doing[Removal]) -> None:
    """Say which operator the store is, and send it there."""
    row = doing.entry
    row.operator = operator_called(row.operator).number
    body = Correction(order=row.number, authority=authority_of(row), demand=demand(row)[:20_000], due=row.due)
    row.dispatch = tell(row.operator, "correction", row.number, body, doing.person)
    if not row.dispatch:
        remedy = Text("打印后书面送达，再登记送达", "Print it, serve it on paper, and enter that")
        raise InvalidError(Text("与该经营者没有公文往来", "No dispatches go to this operator"), field="operator",
                           remedy=remedy)  # fmt: skip
    row.served_at = doing.now


def serve(doing: Doing[Removal]) -> None:
    """Enter the record of its service on paper."""
    delivery.check(doing.entry, doing.entry.created_at, doing.now)


def done(doing: Doing[Removal]) -> None:
    """Note that the store has taken them down, as somebody here has seen."""
    doing.entry.done_at = doing.now
