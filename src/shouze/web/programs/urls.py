"""The addresses for programs, below ``/api/v1/``; none holds personal information."""

from __future__ import annotations

from django.urls import URLPattern, path

from shouze.web.programs import acting, openapi, reading

PROGRAMS: list[URLPattern] = [
    path("openapi.json", openapi.document, name="openapi"),
    path("registers", reading.listed, name="programs-registers"),
    path("registers/<slug:register_name>", acting.rows, name="programs-rows"),
    path("registers/<slug:register_name>/<str:number>", acting.row, name="programs-row"),
    path("registers/<slug:register_name>/<str:number>/<slug:act_name>", acting.act, name="programs-act"),
]
