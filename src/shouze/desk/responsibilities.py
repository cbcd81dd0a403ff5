"""Who answers for what: the matrix of duties, departments and posts, with the gaps in front (Art. 13(1))."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from shouze.language import Text
from shouze.registers.departments.tree import departments
from shouze.registers.posts.matrix import Matrix, matrix
from shouze.registers.posts.register import REGISTER
from shouze.rules.catalogue import Duty
from shouze.web.pages.asking import register_of
from shouze.web.reading import say

MOST_COLUMNS = 60
_DUTY, _ARTICLE = Text("义务", "Duty"), Text("条款", "Article")


@login_required
@require_GET
def shown(request: HttpRequest) -> HttpResponse:
    """Show the matrix; of a large house, the columns of one department."""
    register, chosen = register_of(request, REGISTER.name), request.GET.get("department", "")
    known = departments()
    found = matrix(chosen if chosen in known else "")
    told = {
        "register": register, "matrix": found, "departments": known.items(), "department": chosen,
        "too_wide": len(found.columns) > MOST_COLUMNS, "columns": found.columns[:MOST_COLUMNS],
        "lines": _lines(found), "now": timezone.now(),
    }  # fmt: skip
    return render(request, "desk/responsibilities.html", told)


def _lines(found: Matrix) -> list[tuple[Duty, Sequence[bool], bool]]:
    """Return every duty with its cells and whether nobody answers for it: those in front."""
    gaps = {each.id for each in found.unanswered}
    lines = [(line.duty, line.cells[:MOST_COLUMNS], line.duty.id in gaps) for line in found.lines]
    return sorted(lines, key=lambda line: not line[2])


@login_required
@require_GET
def file(request: HttpRequest) -> HttpResponse:
    """Give the whole matrix as CSV."""
    register_of(request, REGISTER.name)
    answer = HttpResponse(_csv(matrix()), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="responsibilities-{timezone.localdate()}.csv"'
    return answer


def _csv(found: Matrix) -> str:
    out = io.StringIO()
    out.write("\ufeff")
    table = csv.writer(out)
    table.writerow([say(_ARTICLE), say(_DUTY), *(say(each.title) for each in found.columns)])
    for line in found.lines:
        cells = ["●" if cell else "" for cell in line.cells]
        table.writerow([line.duty.article, say(line.duty.text), *cells])
    return out.getvalue()
