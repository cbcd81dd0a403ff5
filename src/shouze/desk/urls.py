"""The addresses of the desk."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from shouze.desk import beginning, calendar, counter, home, incidents, records, searching
from shouze.web import preferring
from shouze.web.pages.urls import PAGES

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("begin", beginning.begin, name="begin"),
    path("search", searching.search, name="search"),
    path("calendar", calendar.calendar, name="calendar"),
    path("calendar/<str:feed>.ics", calendar.feed, name="feed"),
    path("language", preferring.language, name="language"),
    path("account/", include("allauth.urls")),
    path("records/search", records.search, name="records-search"),
    path("records/export", records.export, name="records-export"),
    path("records/import", records.take_in, name="records-import"),
    path("counter", counter.counter, name="counter"),
    path("counter/<str:number>", counter.call, name="call"),
    path("incidents/<str:number>/report", incidents.report, name="incident-report"),
    path("incidents/<str:number>/notice", incidents.notice, name="incident-notice"),
    path("r/", include(PAGES)),
]

handler404 = "shouze.web.problems.missing"
handler403 = "shouze.web.problems.denied"
handler500 = "shouze.web.problems.broken"
