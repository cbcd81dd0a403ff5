"""What programs read: which registers they may, rows a page at a time, one row with its history."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers.describing import Act, Register
from shouze.registers.entitling import may_see, refusal_of
from shouze.registers.finding import registers
from shouze.registers.programs.models import Program
from shouze.registers.rows import Kept
from shouze.web.pages.asking import entry_of
from shouze.web.pages.exporting import plain_events, plain_row
from shouze.web.pages.listing import asked_rows, filters_of
from shouze.web.pages.period import NAMES
from shouze.web.programs.answering import answer
from shouze.web.programs.entering import for_programs, register_for

PAGE, LARGEST_PAGE = 50, 200
_OWN = ("q", *NAMES, "limit", "cursor")


@for_programs("GET")
def listed(_request: HttpRequest, program: Program) -> HttpResponse:
    """List the registers that the program may read."""
    person = program.person
    open_to = [each for each in registers().values() if each.name in {*program.reads, *program.acts}]
    told = [
        {"name": each.name, "title": each.title._asdict(), "acts": each.name in program.acts}
        for each in open_to if may_see(each, person)
    ]  # fmt: skip
    return answer({"registers": told})


def rows_page(request: HttpRequest, program: Program, register_name: str) -> HttpResponse:
    """Give a page of rows, newest first, and where the next one begins."""
    register, asked = register_for(program, register_name), request.GET
    _check_asked(register, asked)
    limit, rows = _limit(asked.get("limit")), asked_rows(register, asked, program.person)
    if (after := _after(asked.get("cursor"))) is not None:
        rows = rows.filter(pk__lt=after)
    elif register.gather:
        register.gather(program.person)
    found = list(rows[: limit + 1])
    more = len(found) > limit
    return answer({"rows": [told(register, row) for row in found[:limit]],
                   "next": _cursor(found[limit - 1].pk) if more else None})  # fmt: skip


def row_page(program: Program, register_name: str, number: str) -> HttpResponse:
    """Give one row, what was done to it, and the acts that are open to the program now."""
    register = register_for(program, register_name)
    entry = entry_of(register, number, program.person)
    if register.look:
        register.look(entry, program.person)
    return answer(whole(register, entry, program))


def told(register: Register[Any], row: Kept) -> dict[str, object]:
    """Return a row as programs see it: without personal fields, as in every list and export."""
    return plain_row(register, row) | {"version": row.version, "changed_at": row.changed_at}


def whole(register: Register[Any], entry: Kept, program: Program) -> dict[str, object]:
    """Return a row with its history and the acts that are open."""
    may_act, now = register.name in program.acts, timezone.now()
    acts = [
        each.name for each in offered(register.acts)
        if may_act and refusal_of(register, each, entry, program.person, now) is None
    ]  # fmt: skip
    return told(register, entry) | {"events": plain_events(register, entry), "acts": acts}


def offered(acts: Sequence[Act[Any]]) -> list[Act[Any]]:
    """Return the acts that programs may do: not a second person's, none with a page or a secret of its own."""
    return [each for each in acts if not (each.apart_from or each.follows or each.page or each.tells)]


def _check_asked(register: Register[Any], asked: QueryDict) -> None:
    """Name what the list does not know: a filter passed over would give more than was asked for."""
    filters = {each.name: each for each in filters_of(register)}
    for name, value in asked.items():
        if name in _OWN:
            continue
        if name not in filters:
            remedy = Text(f"可用：{'、'.join((*filters, *_OWN))}", f"Known are {', '.join((*filters, *_OWN))}")
            raise InvalidError(Text("没有这个参数", "There is no such parameter"), field=name, remedy=remedy)
        if value not in (filters[name].offered() or {}):
            raise InvalidError(Text("没有这个选项", "There is no such choice"), field=name)


def _limit(text: str | None) -> int:
    if text is None:
        return PAGE
    if not (text.isdecimal() and 1 <= int(text) <= LARGEST_PAGE):
        remedy = Text(f"写 1 至 {LARGEST_PAGE}", f"Write 1 to {LARGEST_PAGE}")
        raise InvalidError(Text("条数不对", "The limit is not right"), field="limit", remedy=remedy)
    return int(text)


def _cursor(last: int) -> str:
    return base64.urlsafe_b64encode(f"1:{last}".encode()).decode().rstrip("=")


def _after(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    try:
        mark, _, last = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").partition(":")
    except (binascii.Error, ValueError):
        mark, last = "", ""
    if mark != "1" or not last.isdecimal() or len(last) > 18:
        remedy = Text("原样使用上一页的 next", "Use the last page's next as it is")
        raise InvalidError(Text("游标不对", "The cursor is not right"), field="cursor", remedy=remedy)
    return int(last)
