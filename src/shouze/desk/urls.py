"""The addresses of the desk."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from shouze.desk import beginning, bulk, calendar, home, searching
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
    path("bulk/<str:number>/file", bulk.file, name="bulk-file"),
    path("bulk/<str:number>/certificate", bulk.certificate, name="bulk-certificate"),
    path("r/", include(PAGES)),
]

handler404 = "shouze.web.problems.missing"
handler403 = "shouze.web.problems.denied"
handler500 = "shouze.web.problems.broken"
