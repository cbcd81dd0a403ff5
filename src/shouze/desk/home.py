"""The day at a glance: what is overdue, what is due soon, what waits for me, what was done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from shouze.desk.charts import by_age, by_day
from shouze.desk.guide import steps_for
from shouze.registers.entitling import may_see, sees_all
from shouze.registers.finding import numbers_of, registers
from shouze.registers.people.models import Person
from shouze.registers.rows import Clock, Effect, Event
from shouze.web.pages.asking import person_of

SOON = timedelta(days=14)
MOST = 12
LATELY = 12


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show the day; a house without people begins with its first one."""
    if not request.user.is_authenticated and not Person.objects.exists():
        return redirect("begin")
    return _home(request)


@login_required
def _home(request: HttpRequest) -> HttpResponse:
    person, now = person_of(request), timezone.now()
    running, owed, late = visible(person).filter(met=None), waiting_for(person), Q(due__lt=now)
    refused = Effect.objects.exclude(problem="").exclude(done_at=None)
    shown: dict[str, Any] = {
        "charts": [*(by_day(now) if may_see(registers()["records"], person) else ()), by_age(visible(person), now)],
        "overdue": _first(running.filter(late)),
        "soon": _first(running.filter(due__gte=now, due__lt=now + SOON)),
        "mine": running.filter(owed).order_by(F("due").asc(nulls_first=True), "since")[:MOST],
        "lately": _lately(person),
        "steps": steps_for(person),
        **running.aggregate(overdue_count=Count("id", filter=late), mine_count=Count("id", filter=owed)),
        "waiting_effects": Effect.objects.filter(done_at=None).count(),
        "refused_effects": refused.count(),
    }
    return render(request, "desk/home.html", shown)


def visible(person: Person) -> QuerySet[Clock]:
    """Return the clocks of the registers that a person may see."""
    seen = [each for each in registers().values() if may_see(each, person)]
    whole = [each.name for each in seen if sees_all(each, person)]
    # Of what is put before each of many people, everybody sees their own.
    own = Q(register__in=[each.name for each in seen], person=person)
    return Clock.objects.filter(Q(register__in=whole) | own)


def waiting_for(person: Person) -> Q:
    """Return the condition of clocks that a person or one of their roles owes."""
    owed = Q(person=person)
    for role in person.roles:
        owed |= Q(person=None, roles__contains=f",{role},")
    return owed


def _first(clocks: QuerySet[Clock]) -> QuerySet[Clock]:
    return clocks.order_by("due")[:MOST]


def _lately(person: Person) -> list[dict[str, Any]]:
    known = registers()
    seen = [name for name, each in known.items() if sees_all(each, person)]
    events = Event.objects.filter(register__in=seen).select_related("by").order_by("-id")[:LATELY]
    numbers = numbers_of(list(events))
    return [
        {"event": each, "register": known[each.register], "number": numbers.get((each.register, each.entry), ""),
         "act": known[each.register].title_of(each.act)}
        for each in events
    ]  # fmt: skip
