"""Hands out the list that a plan was drawn from, so that whoever has it draws again by hand."""

from __future__ import annotations

import csv
from hashlib import sha256
from io import StringIO

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from shouze.language import Text
from shouze.registers.plans.models import Plan
from shouze.registers.plans.register import SEEN
from shouze.web.pages.asking import person_of
from shouze.web.pages.exporting import guarded
from shouze.web.reading import say

_HEADS = (Text("次序", "Place"), Text("编号", "Number"), Text("SHA-256（种子:编号）", "SHA-256(seed:number)"),
          Text("抽中", "Drawn"), Text("种子", "Seed"))  # fmt: skip
_DRAWN = Text("抽中", "Drawn")


@login_required
@require_GET
def drawn(request: HttpRequest, number: str) -> HttpResponse:
    """Give everybody the draw was among, in its order, with the digest of each: ``printf %s SEED:NUMBER | sha256sum``.

    A plan of before the list was kept has those alone that were drawn.
    """
    if not SEEN & person_of(request).roles:
        raise PermissionDenied
    row = get_object_or_404(Plan, number=number)
    chosen = [each["operator"] for each in row.named if each["why"] == "random"]
    digests = {each: sha256(f"{row.seed}:{each}".encode()).hexdigest() for each in row.pool or chosen}
    written = StringIO()
    lines = csv.writer(written)
    lines.writerow([say(each) for each in _HEADS])
    for place, each in enumerate(sorted(digests, key=digests.__getitem__), 1):
        told = (str(place), each, digests[each], say(_DRAWN) if each in chosen else "", row.seed)
        lines.writerow([guarded(cell) for cell in told])
    answer = HttpResponse("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8")
    answer["content-disposition"] = f'attachment; filename="{row.number}-drawn.csv"'
    return answer
