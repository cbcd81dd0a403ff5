"""The operators of whom no network filing stands (Art. 13(7)), by province; as a page and as CSV."""

from __future__ import annotations

import csv
from io import StringIO

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from shouze.language import Text
from shouze.registers.filings.register import SEEN
from shouze.registers.filings.taking import unfiled
from shouze.registers.supervised.models import Supervised
from shouze.web.pages.asking import person_of
from shouze.web.pages.exporting import guarded
from shouze.web.pages.listing import without
from shouze.web.reading import say

PAGE = 50
_HEADS = (Text("编号", "Number"), Text("经营者", "Operator"), Text("省份", "Province"), Text("许可证", "Licence"),
          Text("备案号", "Filing"))  # fmt: skip


@login_required
@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Show who has not filed."""
    rows = _asked(request)
    pages = Paginator(rows, PAGE)
    provinces = unfiled().exclude(province="").order_by("province").values_list("province", flat=True).distinct()
    shown = {"page": pages.get_page(request.GET.get("page")), "count": pages.count, "provinces": provinces,
             "province": request.GET.get("province", ""), "heads": _HEADS,
             "kept": without(request.GET, "page")}  # fmt: skip
    return render(request, "public/unfiled.html", shown)


@login_required
@require_GET
def table(request: HttpRequest) -> HttpResponse:
    """Give the same as CSV."""
    rows, written = _asked(request), StringIO()
    lines = csv.writer(written)
    lines.writerow([say(each) for each in _HEADS])
    for each in rows.iterator(500):
        lines.writerow([guarded(cell) for cell in (each.number, each.title, each.province, each.licence, each.filing)])
    answer = HttpResponse("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8")
    answer["content-disposition"] = 'attachment; filename="unfiled.csv"'
    return answer


def _asked(request: HttpRequest) -> QuerySet[Supervised]:
    if not SEEN & person_of(request).roles:
        raise PermissionDenied
    province = request.GET.get("province", "")
    return unfiled().filter(province=province) if province else unfiled()
