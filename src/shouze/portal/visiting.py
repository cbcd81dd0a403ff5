"""Who is signed in: a secret in the browser's cookie or an app's header, its digest in a row, one subject.

A sign-in is never in an address, is made anew each time, ends after half an hour of rest and at the latest after eight
hours, and every page of the subject's asks for it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from hashlib import sha256
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from shouze.client import Client
from shouze.portal.models import Visit
from shouze.portal.ports import GIVEN, door
from shouze.registers.languages import current

COOKIE = "portal-sign-in"
LASTS, RESTS = timedelta(hours=8), timedelta(minutes=30)
APP_LASTS = timedelta(minutes=15)
TOUCHED = timedelta(minutes=1)
P = ParamSpec("P")


class Visiting(HttpRequest):
    """A request of somebody who is signed in."""

    visit: Visit


def begin(subject: str, way: str, lasts: timedelta = LASTS) -> tuple[str, Visit]:
    """Begin a sign-in; return the secret that the browser keeps, and the row."""
    token, now = secrets.token_urlsafe(32), GIVEN.now()
    visit = Visit.objects.create(
        token=_digest(token), subject=subject, name=f"portal-{secrets.token_hex(8)}", way=way, begun_at=now,
        used_at=now, until=now + lasts,
    )  # fmt: skip
    return token, visit


def keep(answer: HttpResponse, request: HttpRequest, token: str) -> HttpResponse:
    """Give the secret to the browser."""
    answer.set_cookie(
        COOKIE, token, max_age=int(LASTS.total_seconds()), secure=request.is_secure(), httponly=True, samesite="Lax"
    )
    return answer


def visit_of(token: str | None) -> Visit | None:
    """Return the sign-in of a secret while it lasts."""
    if not token:
        return None
    now = GIVEN.now()
    visit = Visit.objects.filter(token=_digest(token), ended_at=None, until__gt=now, used_at__gt=now - RESTS).first()
    if visit is not None and now - visit.used_at > TOUCHED:
        Visit.objects.filter(pk=visit.pk).update(used_at=now)
    return visit


def of_browser(request: HttpRequest) -> Visit | None:
    """Return the sign-in of a browser, looked up once for each request."""
    known: Any = request
    if not hasattr(known, "_visit"):
        known._visit = visit_of(request.COOKIES.get(COOKIE))  # noqa: SLF001 - kept on the request itself
    found: Visit | None = known._visit  # noqa: SLF001 - see above
    return found


def of_app(request: HttpRequest) -> Visit | None:
    """Return the sign-in of an app, which stands in a header alone."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return visit_of(token) if scheme.lower() == "bearer" else None


def end(visit: Visit) -> None:
    """End a sign-in."""
    Visit.objects.filter(pk=visit.pk).update(ended_at=GIVEN.now())


def end_all(subject: str) -> None:
    """End every sign-in of a subject."""
    Visit.objects.filter(subject=subject, ended_at=None).update(ended_at=GIVEN.now())


def signed_in(
    page: Callable[Concatenate[Visiting, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Show a page to whoever is signed in; others are led to the sign-in."""

    @wraps(page)
    def guarded(request: HttpRequest, /, *args: P.args, **fields: P.kwargs) -> HttpResponse:
        visit = of_browser(request)
        if visit is None:
            return redirect("sign-in")
        known: Any = request
        known.visit = visit
        return page(known, *args, **fields)

    return guarded


def own_door(visit: Visit) -> Client:
    """Return the door as it answers the subject that is signed in, in the language of the page."""
    return door().acting_for(visit.subject, visit.name, current())


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
