"""The addresses of the console: the desk's, and before them what anybody reads; its registers are others."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from shouze.authority import (
    complaining,
    feeds,
    looks,
    misconduct,
    overviewing,
    planned,
    public,
    rechecking,
    unfiled,
    witnessing,
)
from shouze.desk.urls import handler403, handler404, handler500
from shouze.desk.urls import urlpatterns as desk

PUBLIC: list[URLPattern | URLResolver] = [
    path("public/", public.listed, name="public"),
    path("public/complain", complaining.complain, name="public-complain"),
    path("public/misconduct", misconduct.public, name="public-misconduct"),
    path("public/misconduct/outcome", misconduct.outcome, name="public-misconduct-outcome"),
    path("public/log", public.log, name="public-log"),
    path("public/feed.json", feeds.json_feed, name="public-feed-json"),
    path("public/feed.atom", feeds.atom, name="public-feed-atom"),
    path("public/list.csv", feeds.table, name="public-table"),
    path("public/<str:number>", public.entry, name="public-entry"),
    path("public/<str:number>/<int:edition>.json", public.text, name="public-text"),
    path("public/<str:number>/notice.<slug:kind>", public.notice, name="public-notice"),
    path("public/<str:number>/<int:edition>.tlog-proof", public.proof, name="public-proof"),
]
OWN: list[URLPattern | URLResolver] = [
    path("misconduct/report", misconduct.inside, name="misconduct-report"),
    path("misconduct/<str:number>/told", misconduct.told, name="misconduct-told"),
    path("appeals/<str:number>/told", complaining.told, name="appeal-told"),
    path("witnessed/<str:number>/contradiction.json", witnessing.contradiction, name="witnessed-contradiction"),
    path("plans/<str:number>/drawn.csv", planned.drawn, name="plan-drawn"),
    path("filings/unfiled", unfiled.listed, name="filings-unfiled"),
    path("filings/unfiled.csv", unfiled.table, name="filings-unfiled-table"),
    path("batches/<str:number>/recheck", rechecking.recheck, name="batch-recheck"),
    path("batches/<str:number>/recheck.csv", rechecking.table, name="batch-recheck-table"),
    path("looks", looks.looks, name="looks"),
    path("overview", overviewing.overview, name="overview"),
    path("overview.csv", overviewing.table, name="overview-table"),
]
urlpatterns: list[URLPattern | URLResolver] = [*PUBLIC, *OWN, *desk]

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]
