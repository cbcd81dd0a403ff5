"""The addresses of the pages that every register has; no address holds personal information."""

from __future__ import annotations

from django.urls import URLPattern, path

from shouze.web.pages import exporting, importing, listing, printing, row

PAGES: list[URLPattern] = [
    path("<slug:register_name>/", listing.listing, name="listing"),
    path("<slug:register_name>/views", listing.keep_view, name="keep-view"),
    path("<slug:register_name>/import", importing.take_in, name="import"),
    path("<slug:register_name>/new", row.make, name="make"),
    path("<slug:register_name>/export.<slug:kind>", exporting.export, name="export"),
    path("<slug:register_name>/<str:number>/", row.row, name="row"),
    path("<slug:register_name>/<str:number>/row.json", exporting.row_json, name="row-json"),
    path("<slug:register_name>/<str:number>/reports/<slug:name>.<slug:kind>", printing.report, name="report"),
    path("<slug:register_name>/<str:number>/documents/<int:document_id>", row.document, name="document"),
    path("<slug:register_name>/<str:number>/<slug:act_name>", row.act, name="act"),
]
