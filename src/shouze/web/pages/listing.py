"""The list of a register: filters, search, saved views, pages; a dozen queries at most, whatever the length."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import ForeignKey, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from django_htmx.middleware import HtmxDetails

from shouze.language import Text
from shouze.registers.describing import Choices, Field, Register
from shouze.registers.entitling import open_pages, refusal_of, seen_rows
from shouze.registers.people.models import Person
from shouze.registers.rows import Clock, Kept, View
from shouze.web.pages.asking import person_of, register_of
from shouze.web.pages.period import asked_period, cut, moments
from shouze.web.reading import say

PAGE = 50
MOST_COUNTED, MOST_FOUND = 10_000, 1_000
"""Rows of a list, and hits of a search, that pages are made of; exports have all of them."""
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
    page, more = page_of(register, request.GET, person)
    rows, due = list(page), _open_clocks(register, page)
    columns = Columns([register.field(name) for name in register.columns])
    shown = {
        "register": register,
        "page": page,
        "more": more,
        "columns": columns.fields,
        "rows": [(row, register.states[row.state], columns.cells(row), due.get(row.pk)) for row in rows],
        "filters": [(each, request.GET.get(each.name, "")) for each in filters_of(register)],
        "query": request.GET.get("q", ""),
        "moments": moments(register),
        "period": asked_period(register, request.GET),
        "kept": without(request.GET, "page"),
        "views": person.views.filter(register=register.name).order_by("name"),
        "pages": open_pages(register, person),
        "may_make": refusal_of(register, register.creating, register.model(), person, timezone.now()) is None,
    }
    part = "web/rows.html" if htmx and not htmx.boosted else "web/listing.html"
    return render(request, part, shown)


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
    """Return the rows that filters and search ask for and the person sees, newest first."""
    rows: QuerySet[Kept] = seen_rows(register, person).order_by("-id")
    if others := {*_others(register), *register.joins}:
        rows = rows.select_related(*others)
    for each in filters_of(register):
        if (value := asked.get(each.name)) and value in (each.offered() or {}):
            rows = rows.filter(**{each.name: value})
    if period := asked_period(register, asked):
        rows = cut(register, rows, period)
    if query := asked.get("q", "").strip()[:100]:
        rows = _looked(register, rows, query)
    return rows


def _looked(register: Register[Any], rows: QuerySet[Kept], query: str) -> QuerySet[Kept]:
    """Return the rows that a search finds: those that bear it as a number or name; if none does, those that contain it.

    The first is answered from indexes; only what nobody bears has every row looked through.
    """
    if _NAME.fullmatch(query):
        named = Q(number=query.upper())
        for name in register.search:
            named |= Q(**{name: query})
        if rows.filter(named).exists():
            return rows.filter(named)
    contains = Q(number=query.upper()) | Q(title__icontains=query)
    for name in register.search:
        contains |= Q(**{f"{name}__icontains": query})
    return rows.filter(contains)


def page_of(register: Register[Any], asked: QueryDict, person: Person) -> tuple[Page[Kept], bool]:
    """Return the page of a list that an address asks for, and whether there is more than its pages hold.

    Rows are counted up to a bound only: beyond it nobody turns pages, and counting costs more the more there is. What a
    search finds is looked for once, not once to count and once to show.
    """
    rows = asked_rows(register, asked, person)
    if asked.get("q", "").strip():
        found = list(rows.values_list("pk", flat=True)[: MOST_FOUND + 1])
        rows, most, counted = rows.filter(pk__in=found[:MOST_FOUND]), MOST_FOUND, len(found)
    else:
        most, counted = MOST_COUNTED, rows[: MOST_COUNTED + 1].count()
    pages = Paginator(rows, PAGE)
    pages.count = min(counted, most)
    return pages.get_page(asked.get("page")), counted > most


Show = Callable[[Kept], object]
_COMMA = Text("、", ", ")
_YES_NO = (Text("是", "Yes"), Text("否", "No"))


class Columns:
    """The fields that a table shows; their words are asked for and chosen once, however many rows there are."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self.fields = fields
        self._show = [_shower(each, each.offered() or {}) for each in fields]

    def cells(self, row: Kept) -> list[object]:
        """Return a row's cells, as the list and exports show them."""
        return [show(row) for show in self._show]


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
        return value

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
    clocks = Clock.objects.filter(register=register.name, entry__in=ids, met=None).order_by("-due")
    return {each.entry: each for each in clocks}
