"""The list of a register: filters, search, saved views, pages; a dozen queries at most, whatever the length."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import F, ForeignKey, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from django_htmx.middleware import HtmxDetails

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers.describing import Choices, Field, Register
from shouze.registers.entitling import open_pages, refusal_of, seen_rows
from shouze.registers.people.models import Person
from shouze.registers.rows import Clock, Kept, View
from shouze.web.pages.asking import person_of, register_of
from shouze.web.pages.period import NAMES, asked_period, cut, moments
from shouze.web.reading import say

PAGE = 50
MOST_COUNTED, MOST_FOUND = 10_000, 1_000
"""Rows of a list, and hits of a search, that pages are made of; exports have all of them."""
MOST_LOOKED = 50_000
"""Rows, the newest first, that a page looks through for words; whoever asks has all of them looked through."""
_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z/:._@+-]{4,}")
STATE = Field(name="state", label=Text("状态", "State"))


@login_required
@require_GET
def listing(request: HttpRequest, register_name: str) -> HttpResponse:
    """Show a page of a register's rows."""
    register, person = register_of(request, register_name), person_of(request)
    htmx = HtmxDetails(request)
    if register.gather and not htmx:
        register.gather(person)
    part = "web/rows.html" if htmx and not htmx.boosted else "web/listing.html"
    shown = _asked(register, request, person)
    try:
        return render(request, part, shown | _found(register, request, person))
    except InvalidError as problem:
        # htmx puts nothing in its place of what has an error's status.
        status = 200 if part == "web/rows.html" else problem.kind.status
        return render(request, part, shown | {"problem": problem}, status=status)


def _asked(register: Register[Any], request: HttpRequest, person: Person) -> dict[str, Any]:
    """Return what a list is asked by, as it was asked, right or wrong."""
    return {
        "register": register,
        "filters": [(each, request.GET.get(each.name, "")) for each in filters_of(register)],
        "query": request.GET.get("q", ""),
        "moments": moments(register),
        "period": {name: request.GET.get(name, "").strip() for name in NAMES},
        "kept": without(request.GET, "page"),
        "views": person.views.filter(register=register.name).order_by("name"),
        "pages": open_pages(register, person),
        "may_make": refusal_of(register, register.creating, register.model(), person, timezone.now()) is None,
    }


def _found(register: Register[Any], request: HttpRequest, person: Person) -> dict[str, Any]:
    listed = page_of(register, request.GET, person)
    rows, due = list(listed.page), _open_clocks(register, listed.page)
    columns = Columns([register.field(name) for name in register.columns])
    return {
        "page": listed.page,
        "more": listed.more,
        "older": f"{MOST_LOOKED:,}" if listed.older else "",
        "columns": columns.fields,
        "rows": [(row, register.states[row.state], columns.labelled(row), due.get(row.pk)) for row in rows],
    }


@login_required
@require_POST
def keep_view(request: HttpRequest, register_name: str) -> HttpResponse:
    """Save the filters under a name, or forget them."""
    register, person = register_of(request, register_name), person_of(request)
    name, query = request.POST.get("name", "").strip()[:60], request.POST.get("query", "")[:500]
    if name and "forget" in request.POST:
        View.objects.filter(person=person, register=register.name, name=name).delete()
    elif name:
        View.objects.update_or_create(person=person, register=register.name, name=name, defaults={"query": query})
    return HttpResponseRedirect(f"{reverse('listing', args=[register.name])}?{query}")


def filters_of(register: Register[Any]) -> list[Field]:
    """Return the fields a list is filtered by, with their choices: the state first."""
    states = Field(name="state", label=STATE.label, choices={key: each.label for key, each in register.states.items()})
    return [states, *(register.field(name) for name in register.filters)]


def asked_rows(register: Register[Any], asked: QueryDict, person: Person) -> QuerySet[Kept]:
    """Return all rows that filters and search ask for and the person sees, newest first."""
    rows, query = _filtered(register, asked, person), _query(asked)
    if not query:
        return rows
    bearing = _bearing(register, rows, query)
    return rows.filter(_containing(register, query)) if bearing is None else bearing


def looked_rows(register: Register[Any], asked: QueryDict, person: Person) -> tuple[QuerySet[Kept], bool]:
    """Return the rows asked for as far as a page looks, and whether there are older ones that it did not look through.

    What rows bear as their number or name is found by indexes, however many there are. What they merely contain is
    looked for in the newest ones only, unless the address asks for `all`: the time of a page does not grow with them.
    """
    rows, query = _filtered(register, asked, person), _query(asked)
    if not query:
        return rows, False
    bearing = _bearing(register, rows, query)
    if bearing is not None:
        return bearing, False
    edge = None if "all" in asked else rows.values_list("pk", flat=True)[MOST_LOOKED : MOST_LOOKED + 1].first()
    newest = rows if edge is None else rows.filter(pk__gt=edge)
    return newest.filter(_containing(register, query)), edge is not None


def _query(asked: QueryDict) -> str:
    return asked.get("q", "").strip()[:100]


def _filtered(register: Register[Any], asked: QueryDict, person: Person) -> QuerySet[Kept]:
    rows: QuerySet[Kept] = seen_rows(register, person).order_by("-id")
    if others := {*_others(register), *register.joins}:
        rows = rows.select_related(*others)
    for each in filters_of(register):
        if (value := asked.get(each.name)) and value in (each.offered() or {}):
            rows = rows.filter(**{each.name: value})
    period = asked_period(register, asked)
    return cut(register, rows, period) if period else rows


def _bearing(register: Register[Any], rows: QuerySet[Kept], query: str) -> QuerySet[Kept] | None:
    """Return the rows that bear what is searched for as a number or name, by indexes; None if none does."""
    if not _NAME.fullmatch(query):
        return None
    named = Q(number=query.upper())
    for name in register.search:
        named |= Q(**{name: query})
    bearing = rows.filter(named)
    return bearing if bearing.exists() else None


def _containing(register: Register[Any], query: str) -> Q:
    contains = Q(number=query.upper()) | Q(title__icontains=query)
    for name in register.search:
        contains |= Q(**{f"{name}__icontains": query})
    return contains


@dataclass(frozen=True)
class Listed:
    """A page of a list; whether there are `more` rows than its pages hold, or `older` ones not looked through."""

    page: Page[Kept]
    more: bool
    older: bool


def page_of(register: Register[Any], asked: QueryDict, person: Person) -> Listed:
    """Return the page of a list that an address asks for.

    Rows are counted up to a bound only: beyond it nobody turns pages, and counting costs more the more there is. What a
    search finds is looked for once, not once to count and once to show.
    """
    rows, older = looked_rows(register, asked, person)
    if _query(asked):
        found = list(rows.values_list("pk", flat=True)[: MOST_FOUND + 1])
        rows, most, counted = rows.filter(pk__in=found[:MOST_FOUND]), MOST_FOUND, len(found)
    else:
        most, counted = MOST_COUNTED, rows[: MOST_COUNTED + 1].count()
    pages = Paginator(rows, PAGE)
    pages.count = min(counted, most)
    return Listed(pages.get_page(asked.get("page")), counted > most, older)


Show = Callable[[Kept], object]
_COMMA = Text("、", ", ")
_YES_NO = (Text("是", "Yes"), Text("否", "No"))


class Columns:
    """The fields that a table shows; their words are asked for and chosen once, however many rows there are."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self.fields = fields
        self._labels = [say(each.label) for each in fields]
        self._show = [_shower(each, each.offered() or {}) for each in fields]

    def cells(self, row: Kept) -> list[object]:
        """Return a row's cells, as the list and exports show them."""
        return [show(row) for show in self._show]

    def labelled(self, row: Kept) -> list[tuple[str, object]]:
        """Return a row's cells with the words of their columns, for where there is no room for a head above them."""
        return list(zip(self._labels, self.cells(row), strict=True))


def cell(field: Field, row: Kept) -> object:
    """Return what a field of a row shows: choices by their words, times as they are."""
    return _shower(field, field.offered() or {})(row)


def _shower(field: Field, offered: Choices) -> Show:
    """Return what shows this field of any row, in the language of the page being made."""
    words, named = {key: say(text) for key, text in offered.items()}, field.name
    yes, no = map(say, _YES_NO)
    comma = say(_COMMA)

    def show(row: Kept) -> object:
        value = getattr(row, named, None)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            return words.get(value, value)
        if isinstance(value, bool):
            return yes if value else no
        if isinstance(value, list):
            return comma.join(words.get(each, each) if isinstance(each, str) else str(each) for each in value) or None
        return say(value.named) if isinstance(value, Person) else value

    return show


def without(asked: QueryDict, *names: str) -> str:
    """Return the query of a page without some of its parts."""
    return urlencode([(name, value) for name, value in asked.items() if name not in names and value])


def _others(register: Register[Any]) -> list[str]:
    """Return the fields that name rows of other tables, so that they are read with their rows."""
    columns = register.model_fields()
    return [each.name for each in register.fields if isinstance(columns.get(each.name), ForeignKey)]


def _open_clocks(register: Register[Any], rows: Iterable[Kept]) -> dict[int, Clock]:
    ids = [row.pk for row in rows]
    clocks = Clock.objects.filter(register=register.name, entry__in=ids, met=None)
    # The last one counts: what is owed at once, which has no date, else what is due first.
    return {each.entry: each for each in clocks.order_by(F("due").desc(nulls_last=True))}
