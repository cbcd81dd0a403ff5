"""Which face a request is for, told by its host: the desk, or the portal, whose addresses are others."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

PORTAL = "shouze.portal.urls"


class Faces:
    """Gives requests for the portal's hosts its addresses, where one process answers for both faces."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as the face that was asked."""
        if request.META.get("HTTP_HOST", "").partition(":")[0] in getattr(settings, "PORTAL_HOSTS", ()):
            request.urlconf = PORTAL
        return self._answer(request)
