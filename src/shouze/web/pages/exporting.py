"""A register as a file: CSV and XLSX, and as JSON; streamed, and without personal fields."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from itertools import chain, islice
from typing import Any

import msgspec
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_GET

from shouze.language import Text
from shouze.registers.describing import Field, Register
from shouze.registers.languages import current
from shouze.registers.rows import Kept
from shouze.web.pages.asking import entry_of, person_of, register_of
from shouze.web.pages.listing import Columns, asked_rows
from shouze.web.pages.row import history
from shouze.web.pages.spreadsheet import workbook
from shouze.web.reading import say

CHUNK = 2000
BATCH = 500
_HEADINGS = (Text("编号", "Number"), Text("名称", "Name"), Text("状态", "State"), Text("登记时间", "Registered"))
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@login_required
@require_GET
def export(request: HttpRequest, register_name: str, kind: str) -> HttpResponseBase:
    """Give the rows that the list's filters ask for as a file."""
    register = register_of(request, register_name)
    rows = asked_rows(register, request.GET, person_of(request)).iterator(chunk_size=CHUNK)
    table = _table(register, rows)
    if kind == "csv":
        answer: HttpResponseBase = StreamingHttpResponse(_csv(table), content_type="text/csv; charset=utf-8")
    elif kind == "xlsx":
        answer = StreamingHttpResponse(workbook(say(register.title), table), content_type=_XLSX)
    elif kind == "json":
        answer = StreamingHttpResponse(_json(register, rows), content_type="application/json")
    else:
        raise Http404
    answer.headers["Content-Disposition"] = f'attachment; filename="{register.name}-{timezone.localdate()}.{kind}"'
    return answer


@login_required
@require_GET
def row_json(request: HttpRequest, register_name: str, number: str) -> HttpResponse:
    """Give one row with its history as JSON."""
    register = register_of(request, register_name)
    entry = entry_of(register, number, person_of(request))
    events = plain_events(register, entry)
    return HttpResponse(msgspec.json.encode(plain_row(register, entry) | {"events": events}), "application/json")


def plain_events(register: Register[Any], entry: Kept) -> list[dict[str, object]]:
    """Return what was done to a row, newest first, as plain JSON."""
    return [
        {"act": event.act, "at": event.at, "by": event.by and event.by.username, "program": event.program or None,
         "changes": event.changes, "evidence": event.evidence, "receipt": event.receipt}
        for event in (each["event"] for each in history(register, entry))
    ]  # fmt: skip


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _shown(register: Register[Any]) -> list[Field]:
    return [each for each in register.fields if not each.personal]


def _table(register: Register[Any], rows: Iterator[Kept]) -> Iterator[list[str]]:
    """Return the headings and the rows; all words are chosen here, since the rows are read after the page is made."""
    columns, states = Columns(_shown(register)), {name: say(each.label) for name, each in register.states.items()}
    heads = [*map(say, _HEADINGS), *(say(each.label) for each in columns.fields)]
    zone, language = timezone.get_current_timezone(), current()

    def text(value: object) -> str:
        if value is None:
            return ""
        if isinstance(value, datetime):
            return value.astimezone(zone).strftime("%Y-%m-%d %H:%M")
        return guarded(value if isinstance(value, str) else str(value))

    def told(row: Kept) -> list[str]:
        begin = (row.number, row.called.to(language), states[row.state], row.created_at)
        return [text(each) for each in (*begin, *columns.cells(row))]

    return chain((heads,), map(told, rows))


def guarded(cell: str) -> str:
    """Return a cell's words so that no spreadsheet takes them for a formula."""
    # Invariant: no spreadsheet takes what somebody wrote for a formula.
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _csv(table: Iterator[list[str]]) -> Iterator[str]:
    yield "\ufeff"
    while batch := list(islice(table, BATCH)):
        lines = io.StringIO()
        csv.writer(lines).writerows(batch)
        yield lines.getvalue()


def _json(register: Register[Any], rows: Iterator[Kept]) -> Iterator[bytes]:
    yield b"["
    for place, row in enumerate(rows):
        yield (b"," if place else b"") + msgspec.json.encode(plain_row(register, row))
    yield b"]"


def plain_row(register: Register[Any], row: Kept) -> dict[str, object]:
    """Return a row as plain JSON, without personal fields."""
    fixed = {"number": row.number, "title": row.title, "state": row.state, "created_at": row.created_at}
    return fixed | {each.name: _plain(getattr(row, each.name, None)) for each in _shown(register)}


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | bool | list | dict | datetime | None) else str(value)
