"""The authority's overview: a year's figures, each leading to its list; months as charts; the same as a table."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from shouze.chinatime import SHANGHAI
from shouze.desk.charts import Chart
from shouze.language import Text
from shouze.registers.ports import GIVEN
from shouze.registers.referrals.summing import joint
from shouze.registers.roles import OVERLOOKING
from shouze.registers.standings.report import FIRST_YEAR, asked_year
from shouze.registers.supervised.overview import Overview, Told
from shouze.web.pages.asking import person_of
from shouze.web.reading import say

_MONTH = Text("月份", "Month")
_CHARTS = {
    "incidents": (Text("收到的事件报告", "Incidents reported"), "bad"),
    "opened": (Text("立案", "Cases opened"), "accent"),
    "decided": (Text("作出决定", "Cases decided"), "accent"),
}


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Show a year: this one, or the one asked for."""
    told = _asked(request)
    months = told.months()
    charts = [
        Chart(name, title, _MONTH, [(str(n), number) for n, number in enumerate(months[name], 1)], tone)
        for name, (title, tone) in _CHARTS.items()
    ]
    this = GIVEN.now().astimezone(SHANGHAI).year
    sections = told.sections()
    shown = {
        "told": told, "sections": sections, "charts": charts, "years": range(this, FIRST_YEAR - 1, -1),
        "joint": joint(told.year, _words(sections)),
    }  # fmt: skip
    return render(request, "public/overview.html", shown)


@login_required
@require_GET
def table(request: HttpRequest) -> HttpResponse:
    """Give the same figures as CSV, with how each was counted and the list it leads to."""
    told = _asked(request)
    answer = HttpResponse("".join((*_lines(told), *_joint_lines(told))), content_type="text/csv; charset=utf-8")
    answer["content-disposition"] = f'attachment; filename="overview-{told.year}.csv"'
    return answer


def _asked(request: HttpRequest) -> Overview:
    # A18-own: what the authority holds is looked at by those whose work it is
    if not OVERLOOKING & person_of(request).roles:
        raise PermissionDenied
    now = GIVEN.now()
    return Overview(asked_year(request.GET.get("year", ""), now), now)


def _words(sections: Told) -> list[Text]:
    return [*(title for title, _ in sections), *(each.label for _, figures in sections for each in figures)]


def _joint_lines(told: Overview) -> Iterator[str]:
    """Return the sums of what other authorities told, and of how many each is; nothing where nobody told anything."""
    found = joint(told.year, _words(told.sections()))
    for heading, lines in found.sections:
        for each in lines:
            address = f"{reverse('overview')}?year={told.year}"
            yield _line(say(heading), say(each.label), each.total, say(found.how(each)), address)


def _lines(told: Overview) -> Iterator[str]:
    heads = (
        Text("类别", "Of"),
        Text("项目", "What"),
        Text("数量", "Number"),
        Text("口径", "Counted"),
        Text("列表", "List"),
    )
    yield "\ufeff" + _line(*map(say, heads))
    for title, figures in told.sections():
        for each in figures:
            yield _line(say(title), say(each.label), each.value, say(each.how), each.address)


def _line(*cells: object) -> str:
    written = StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()
