"""Labels of media to print, the page that a label leads to, and the certificate of a destruction (Art. 13(4)).

A label shows an opaque address of the desk and nothing of what the carrier holds.
"""

from __future__ import annotations

from collections.abc import Iterable

import segno
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET

from shouze.registers.entitling import open_pages
from shouze.registers.media.models import Medium
from shouze.registers.media.register import METHODS, REGISTER
from shouze.registers.rows import Event
from shouze.web.pages.asking import entry_of, person_of, register_of
from shouze.web.pages.listing import cell

MOST = 240
"""Labels on one page: ten sheets."""


@login_required
@require_GET
def tagged(request: HttpRequest, tag: str) -> HttpResponse:
    """Lead from a label to its carrier."""
    register = register_of(request, REGISTER.name)
    found = Medium.objects.filter(tag=tag).first()
    if found is None:
        raise Http404
    return HttpResponseRedirect(reverse("row", args=[register.name, found.number]))


@login_required
@require_GET
def labels(request: HttpRequest) -> HttpResponse:
    """Show sheets of labels: of what is kept, all of it or at one place."""
    register = register_of(request, REGISTER.name)
    if "media-labels" not in {each.name for each in open_pages(register, person_of(request))}:
        raise PermissionDenied
    place = request.GET.get("place", "")
    media = Medium.objects.filter(state__in=("kept", "issued")).order_by("place", "pk")
    places = media.order_by("place").values_list("place", flat=True).distinct()
    wanted = media.filter(place=place) if place else media
    shown = {
        "register": register, "labels": _labels(request, wanted[:MOST]), "place": place, "places": places,
        "more": max(wanted.count() - MOST, 0),
    }  # fmt: skip
    return render(request, "desk/labels.html", shown)


@login_required
@require_GET
def label(request: HttpRequest, number: str) -> HttpResponse:
    """Show the label of one carrier."""
    medium = _medium(request, number)
    shown = {"register": REGISTER, "entry": medium, "labels": _labels(request, [medium])}
    return render(request, "desk/labels.html", shown)


@login_required
@require_GET
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    """Show the certificate of a carrier's destruction, with both people and the log's records, to print."""
    medium = _medium(request, number)
    if medium.state != "destroyed":
        raise Http404
    acts = Event.objects.filter(register=REGISTER.name, entry=medium.pk, act__in=("destroy", "attest"))
    shown = {
        "entry": medium, "register": REGISTER, "method": METHODS.get(medium.method),
        "kind": cell(REGISTER.field("kind"), medium), "items": cell(REGISTER.field("items"), medium),
        "acts": [(REGISTER.title_of(each.act), each) for each in acts.select_related("by").order_by("-id")[:2]],
        "now": timezone.now(),
    }  # fmt: skip
    return render(request, "desk/medium_certificate.html", shown)


def _medium(request: HttpRequest, number: str) -> Medium:
    found = entry_of(register_of(request, REGISTER.name), number, person_of(request))
    if not isinstance(found, Medium):
        raise Http404
    return found


def _labels(request: HttpRequest, media: Iterable[Medium]) -> list[tuple[Medium, SafeString]]:
    return [(each, _code(request.build_absolute_uri(reverse("medium", args=[each.tag])))) for each in media]


def _code(address: str) -> SafeString:
    """Return an address as a QR code (ISO/IEC 18004), SVG without any style of its own."""
    code = segno.make(address, error="m", micro=False)
    return mark_safe(code.svg_inline(omitsize=True, border=2))  # noqa: S308 - an image made of the address's modules
