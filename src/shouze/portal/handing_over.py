"""Signed hand-over: an app of the operator's, where the user is signed in, vouches for them once, within two minutes.

A compact JWS (RFC 7515, Ed25519) by one of the apps in the settings: ``iss`` the app, ``aud`` ``shouze-portal``,
``sub`` the subject's id, or ``item`` and ``value`` of an identifier; ``iat``, ``exp``, ``jti``. It comes in a form's
body, never in an address, and a browser is asked before it is signed in: nobody is signed in by following a link.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from shouze.client.asserted import Claims, read_signed
from shouze.portal.models import Spent
from shouze.portal.ports import GIVEN, door
from shouze.portal.showing import show
from shouze.portal.signing_in import arrived

LARGEST = 4096


class HandOver(Claims, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an app says beside: of whom it speaks, by the subject's id or by an identifier."""

    aud: Literal["shouze-portal"]
    sub: Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-z]{26}\Z")] | None = None
    item: str | None = None
    value: str | None = None


_claims = msgspec.json.Decoder(HandOver)


@csrf_exempt
@require_POST
def arrive(request: HttpRequest) -> HttpResponse:
    """Take a hand-over from the app's page, and ask the browser's user to go on."""
    text = request.POST.get("assertion", "")
    claims = read(text)
    return show(request, "hand_over", {"assertion": text, "app": claims.iss})


@require_POST
def go_on(request: HttpRequest) -> HttpResponse:
    """Sign the user in; the hand-over is spent."""
    subject, app = spend(request.POST.get("assertion", ""))
    return arrived(request, subject, f"app:{app}")


def read(text: str) -> HandOver:
    """Return what an app says; PermissionDenied for every reason against it alike."""
    for app, public in GIVEN.apps.items() if len(text) <= LARGEST else ():
        signed = read_signed(text, public, _claims)
        claims = signed[0] if signed else None
        if claims and claims.iss == app and claims.holds(GIVEN.now()) and (claims.sub is None) != (claims.item is None):
            return claims
    raise PermissionDenied


def spend(text: str) -> tuple[str, str]:
    """Return the subject that an app hands over, and the app; once. PermissionDenied for every reason against it."""
    claims, now = read(text), GIVEN.now()
    Spent.objects.filter(until__lt=now).delete()
    # Invariant: the number is spent before anybody is signed in by it.
    try:
        with transaction.atomic():
            Spent.objects.create(issuer=claims.iss, number=claims.jti, until=claims.over)
    except IntegrityError:
        raise PermissionDenied from None
    subject = claims.sub or door().recognise(claims.item or "", claims.value or "")
    if subject is None:
        raise PermissionDenied
    return subject, claims.iss
