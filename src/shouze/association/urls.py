"""The addresses of an association: the desk's, and before them what anybody reads; its registers are others."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from shouze.association import public
from shouze.authority import public as published
from shouze.desk.urls import handler403, handler404, handler500
from shouze.desk.urls import urlpatterns as desk

PUBLIC: list[URLPattern | URLResolver] = [
    path("public/", public.listed, name="public"),
    path("public/log", published.log, {"frame": "association/page.html"}, name="public-log"),
    path("public/<str:number>", public.entry, name="public-entry"),
    path("public/<str:number>/members.json", public.members, name="public-members"),
    path("public/<str:number>/<int:edition>.json", published.text, name="public-text"),
    path("public/<str:number>/<int:edition>.tlog-proof", published.proof, name="public-proof"),
]
urlpatterns: list[URLPattern | URLResolver] = [*PUBLIC, *desk]

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]
