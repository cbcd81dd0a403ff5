"""A row as a report: PDF for paper and archives, JSON for programs."""

from __future__ import annotations

import msgspec
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from shouze.errors import NotFoundError
from shouze.registers.languages import chosen
from shouze.registers.reporting import report_of
from shouze.reports.report import Report, said
from shouze.reports.typesetting import set_pdf
from shouze.web.pages.asking import entry_of, person_of, register_of

MEDIA = {"pdf": "application/pdf", "json": "application/json"}


@login_required
@require_GET
def report(request: HttpRequest, register_name: str, number: str, name: str, kind: str) -> HttpResponse:
    """Give a report of a row, in the page's language or the one that ``lang`` names."""
    if kind not in MEDIA:
        raise Http404
    register = register_of(request, register_name)
    entry = entry_of(register, number, person_of(request))
    try:
        told = report_of(register, entry, name, timezone.now())
    except NotFoundError:
        raise Http404 from None
    return given(told, request, kind, f"{entry.number}-{name}")


def given(told: Report, request: HttpRequest, kind: str, stem: str) -> HttpResponse:
    """Give a report as a PDF or as data, named ``stem``, in the page's language or the one that ``lang`` names."""
    content = said(told, chosen(request.GET.get("lang")))
    body = set_pdf(content) if kind == "pdf" else msgspec.json.encode(content)
    answer = HttpResponse(body, content_type=MEDIA[kind])
    answer.headers["Content-Disposition"] = f'inline; filename="{stem}.{kind}"'
    return answer
