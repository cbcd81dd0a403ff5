"""Deadlines by day, and as a feed that calendars subscribe to (RFC 5545)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from django.contrib.auth.decorators import login_required
from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from shouze.desk.home import visible, waiting_for
from shouze.language import Language
from shouze.registers.people.models import Person
from shouze.registers.rows import Clock
from shouze.web.pages.asking import person_of

AHEAD = timedelta(days=120)
MOST = 2000
PAGE = 300
_DIGITS = 7
_LONGEST_LINE = 75


@login_required
@require_http_methods(["GET", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """Show the deadlines ahead by day; a POST gives the person a new feed address, and ends the old one.

    ``mine`` asks for all that the person owes, what has no date as well, however far ahead: whatever the home page
    counts is found here.
    """
    person = person_of(request)
    if request.method == "POST":
        Person.objects.filter(pk=person.pk).update(feed=secrets.token_urlsafe(32))
        return redirect("calendar")
    page = int(text) if (text := request.GET.get("page", "")).isdecimal() and len(text) < _DIGITS else 1
    begin = max(page - 1, 0) * PAGE
    mine = "mine" in request.GET
    asked = waiting_for(person) if mine else Q(due__lt=timezone.now() + AHEAD)
    running = visible(person).filter(asked, met=None).order_by(F("due").asc(nulls_first=True), "since", "id")
    found = list(running[begin : begin + PAGE + 1])
    days = [(day, list(each)) for day, each in groupby(found[:PAGE], _day)]
    address = request.build_absolute_uri(reverse("feed", args=[person.feed])) if person.feed else ""
    shown = {
        "days": days, "mine": mine, "feed": address, "earlier": page - 1 if begin else None,
        "later": page + 1 if len(found) > PAGE else None,
    }  # fmt: skip
    return render(request, "desk/calendar.html", shown)


def _day(clock: Clock) -> date | None:
    return timezone.localdate(clock.due) if clock.due else None


@require_GET
def feed(_request: HttpRequest, feed: str) -> HttpResponse:
    """Give the feed at its secret address: numbers and deadlines, no content of any row."""
    person = Person.objects.filter(feed=feed, is_active=True).first() if feed else None
    if person is None:
        raise Http404
    clocks = visible(person).filter(met=None).exclude(due=None).order_by("due")[:MOST]
    lines = "\r\n".join(folded for line in _lines(clocks, person.reads) for folded in _folded(line))
    return HttpResponse(lines + "\r\n", "text/calendar; charset=utf-8")


def _lines(clocks: Iterable[Clock], language: Language) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Shouze//desk//ZH", "CALSCALE:GREGORIAN")
    for clock in clocks:
        title = clock.title_en if language == "en" else clock.title_zh
        yield from (
            "BEGIN:VEVENT",
            f"UID:clock-{clock.pk}@shouze",
            f"DTSTAMP:{_utc(clock.since)}",
            f"DTSTART:{_utc(clock.due or clock.since)}",
            f"SUMMARY:{_escaped(f'{clock.number} {title}')}",
            "END:VEVENT",
        )
    yield "END:VCALENDAR"


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    """Return text as RFC 5545, 3.3.11 writes it."""
    for mark in ("\\", ";", ","):
        text = text.replace(mark, f"\\{mark}")
    return text.replace("\r", "").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Return a content line in pieces of at most 75 octets (RFC 5545, 3.1), none of which cuts a character."""
    piece = ""
    for sign in line:
        if len((piece + sign).encode()) > _LONGEST_LINE:
            yield piece
            piece = " "
        piece += sign
    yield piece
