"""The re-check of a whole batch on one page: a table to choose in, or a spreadsheet to take out and send back."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from shouze.errors import ConflictError, InvalidError, NotYoursError
from shouze.language import Text
from shouze.registers import acting
from shouze.registers.acting import Asked, Attached
from shouze.registers.batches.models import Batch
from shouze.registers.batches.rechecking import HEADINGS, RESULTS, Found, waiting
from shouze.registers.batches.register import REGISTER
from shouze.registers.describing import Act
from shouze.registers.dooring import send_waiting
from shouze.registers.entitling import refusal_of
from shouze.registers.notices.models import NamedApp
from shouze.registers.notices.register import REGISTER as NOTICES
from shouze.web.pages.asking import entry_of, person_of, register_of, version_of
from shouze.web.pages.exporting import guarded
from shouze.web.reading import say

ON_A_PAGE = 200
"""More stand in the spreadsheet alone: a form of thousands of fields helps nobody."""
LONGEST = 2_000


@login_required
@require_http_methods(["GET", "POST"])
def recheck(request: HttpRequest, number: str) -> HttpResponse:
    """Show the apps that wait for a check; a POST notes what was found of those that have a result."""
    batch, act = _asked(request, number)
    if (why := refusal_of(REGISTER, act, batch, person_of(request), timezone.now())) is not None:
        shown: dict[str, Any] = {"title": why, "back": reverse("row", args=[REGISTER.name, number])}
        return render(request, "web/problem.html", shown, status=403)
    apps, problem = waiting(batch), None
    if request.method == "POST":
        try:
            acting.do(REGISTER, act, batch.pk, person_of(request), _given(request, apps[:ON_A_PAGE]))
        except (InvalidError, ConflictError, NotYoursError) as wrong:
            problem = wrong
        else:
            send_waiting()
            messages.success(request, say(Text("已登记复测结果", "The results are noted")))
            return HttpResponseRedirect(reverse("row", args=[REGISTER.name, number]))
    told = [(each, NOTICES.states[each.state], request.POST.get(f"result-{each.number}", ""),
             request.POST.get(f"found-{each.number}", "")) for each in apps[:ON_A_PAGE]]  # fmt: skip
    shown = {"register": REGISTER, "entry": batch, "act": act, "apps": told, "problem": problem, "results": RESULTS,
             "all": len(apps), "more": len(apps) - len(told)}  # fmt: skip
    return render(request, "public/recheck.html", shown, status=422 if problem else 200)


@login_required
@require_GET
def table(request: HttpRequest, number: str) -> HttpResponse:
    """Give the apps that wait for a check as a spreadsheet, with empty columns for what is found."""
    batch, _ = _asked(request, number)
    written = StringIO()
    lines = csv.writer(written)
    lines.writerow([say(each) for each in HEADINGS])
    for app in waiting(batch):
        told = (app.number, app.title, app.developer, app.source, app.app_version, "、".join(app.problems), "", "")
        lines.writerow([guarded(each) for each in told])
    answer = HttpResponse("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8")
    answer["content-disposition"] = f'attachment; filename="recheck-{number}.csv"'
    return answer


def _asked(request: HttpRequest, number: str) -> tuple[Batch, Act[Batch]]:
    batch = entry_of(register_of(request, REGISTER.name), number, person_of(request))
    if not isinstance(batch, Batch):
        raise Http404
    return batch, REGISTER.act("recheck")


def _given(request: HttpRequest, apps: list[NamedApp]) -> Asked:
    results = {}
    for each in apps:
        result = request.POST.get(f"result-{each.number}", "")
        if result in RESULTS:
            results[each.number] = Found(result, request.POST.get(f"found-{each.number}", "")[:LONGEST])
    files = [Attached(each.name or "", each.content_type or "", each.read()) for each in request.FILES.getlist("sheet")]
    return Asked({"results": results}, documents=files, version=version_of(request) or 0)
