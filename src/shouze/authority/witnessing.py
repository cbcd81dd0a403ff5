"""Hands out a log's contradiction as a file that stands alone."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from shouze.registers.witnessed.models import WatchedLog
from shouze.registers.witnessed.register import REGISTER
from shouze.web.pages.asking import person_of


@login_required
@require_GET
def contradiction(request: HttpRequest, number: str) -> HttpResponse:
    """Give the file; whoever sees the row may have it, and anybody verifies it with the log's key."""
    if not REGISTER.seen_by & person_of(request).roles:
        raise PermissionDenied
    row = get_object_or_404(WatchedLog, number=number)
    if not row.contradiction:
        raise Http404
    answer = HttpResponse(row.contradiction, content_type="application/json")
    answer["content-disposition"] = f'attachment; filename="contradiction-{row.number}.json"'
    return answer
