"""Counting media: numbers are typed, or read from labels by the browser's camera where it can (Art. 13(4))."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from django_htmx.middleware import HtmxDetails

from shouze.errors import ConflictError, InvalidError
from shouze.language import Text
from shouze.registers.ports import GIVEN
from shouze.registers.stocktakes.counting import Seen, see
from shouze.registers.stocktakes.models import Difference, Expected, Stocktake
from shouze.registers.stocktakes.register import COUNTING, DIFFERENCES, REGISTER
from shouze.web.pages.asking import entry_of, person_of, register_of
from shouze.web.reading import say

MOST = 200
_TOLD = {
    "expected": Text("{mark}：在清单上，已记下", "{mark}: on the list, noted"),
    "again": Text("{mark}：已经记过", "{mark}: noted already"),
    "unexpected": Text("{mark}：不应在此，已记为差异", "{mark}: should not be here; noted as a difference"),
    "unknown": Text("{mark}：没有登记，已记为差异", "{mark}: not registered; noted as a difference"),
}
_TONES = {"expected": "good", "again": "plain", "unexpected": "waiting", "unknown": "bad"}


@login_required
@require_http_methods(["GET", "POST"])
def count(request: HttpRequest, number: str) -> HttpResponse:
    """Show what is still to be seen; a POST notes one carrier as seen."""
    person = person_of(request)
    row = entry_of(register_of(request, REGISTER.name), number, person)
    if not isinstance(row, Stocktake):
        raise Http404
    if not COUNTING & person.roles:
        raise PermissionDenied
    if row.state != "running":
        return HttpResponseRedirect(reverse("row", args=[REGISTER.name, number]))
    shown: dict[str, Any] = {"register": REGISTER, "entry": row}
    htmx = HtmxDetails(request)
    if request.method == "POST":
        try:
            shown |= _told(see(row, request.POST.get("mark", ""), person, GIVEN.now()))
        except (InvalidError, ConflictError) as problem:
            shown |= {"told": problem.detail, "tone": "bad"}
        if not htmx:
            messages.info(request, say(shown["told"]))
            return HttpResponseRedirect(reverse("stocktaking", args=[number]))
    part = "desk/stocktaking_counted.html" if htmx else "desk/stocktaking.html"
    return render(request, part, shown | _standing(row))


def _told(seen: Seen) -> dict[str, Any]:
    return {"told": _TOLD[seen.outcome].fill(mark=seen.mark), "tone": _TONES[seen.outcome]}


def _standing(row: Stocktake) -> dict[str, Any]:
    listed = Expected.objects.filter(stocktake=row)
    unseen = listed.filter(seen_at=None).select_related("medium__keeper").order_by("medium__place", "medium_id")
    differences = Difference.objects.filter(stocktake=row).select_related("medium").order_by("-pk")[:MOST]
    return {
        "seen": listed.exclude(seen_at=None).count(),
        "unseen": unseen[:MOST],
        "differences": [(DIFFERENCES[each.kind], each) for each in differences],
    }
