"""The addresses of the desk."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path

from shouze.desk import (
    beginning,
    bulk,
    calendar,
    consenting,
    counter,
    declaring,
    home,
    incidents,
    records,
    searching,
)
from shouze.web import forgotten, preferring, problems
from shouze.web.linking import LINK
from shouze.web.pages.urls import PAGES

NOT_HERE = (
    r"^account/(?:(?:email|confirm-email|signup|social|login/code|reauthenticate/code)/.*|3rdparty/(?:signup/)?)$"
)
"""Pages of allauth's for what is not done here: people, with their address, are registered by others."""

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("begin", beginning.begin, name="begin"),
    path("search", searching.search, name="search"),
    path("calendar", calendar.calendar, name="calendar"),
    path("calendar/<str:feed>.ics", calendar.feed, name="feed"),
    path("language", preferring.language, name="language"),
    re_path(NOT_HERE, problems.missing),
    path("account/password/reset/", forgotten.forgotten),
    path("account/", include("allauth.urls")),
    path("bulk/<str:number>/file", bulk.file, name="bulk-file"),
    path("bulk/<str:number>/certificate", bulk.certificate, name="bulk-certificate"),
    path("declarations/import", declaring.take_in, name="declaration-import"),
    path("declarations/<str:number>/edit", declaring.edit, name="declaration-edit"),
    path("declarations/<str:number>/check", declaring.check, name="declaration-check"),
    path("declarations/<str:number>/rules", declaring.rules, name="declaration-rules"),
    path("declarations/<str:number>/compare", declaring.compare, name="declaration-compare"),
    path("declarations/<str:number>/file", declaring.file, name="declaration-file"),
    path("consents/subject", consenting.subject, name="consents-subject"),
    path("consents/numbers", consenting.numbers, name="consents-numbers"),
    path("records/search", records.search, name="records-search"),
    path("records/export", records.export, name="records-export"),
    path("records/import", records.take_in, name="records-import"),
    path("counter", counter.counter, name="counter"),
    path("counter/<str:number>", counter.call, name="call"),
    path("incidents/<str:number>/report", incidents.report, name="incident-report"),
    path("incidents/<str:number>/notice", incidents.notice, name="incident-notice"),
    path("link/", include(LINK)),
    path("r/", include(PAGES)),
]

handler404 = "shouze.web.problems.missing"
handler403 = "shouze.web.problems.denied"
handler500 = "shouze.web.problems.broken"
