"""One search over all registers that a person may see; personal fields are not searched."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from shouze.registers.describing import Register, State
from shouze.registers.entitling import may_see
from shouze.registers.finding import registers
from shouze.registers.rows import Kept
from shouze.web.pages.asking import person_of
from shouze.web.pages.listing import MOST_LOOKED, looked_rows

MOST = 8


@login_required
@require_http_methods(["GET", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Show what is found, register by register; the words come in the body, so that they stand in no log line."""
    query, person = request.POST.get("q", "").strip()[:100], person_of(request)
    found: list[tuple[Register[Any], list[tuple[Kept, State]]]] = []
    newest: list[Register[Any]] = []
    asked = QueryDict(mutable=True)
    asked["q"] = query
    for each in registers().values() if query else ():
        if may_see(each, person):
            rows, older = looked_rows(each, asked, person)
            if seen := [(row, each.states[row.state]) for row in rows[:MOST]]:
                found.append((each, seen))
            if older:
                newest.append(each)
    shown = {"query": query, "found": found, "newest": newest, "looked": f"{MOST_LOOKED:,}"}
    return render(request, "desk/search.html", shown)
