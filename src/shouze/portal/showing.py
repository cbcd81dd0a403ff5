"""Pages of the portal: one frame, the sign-in beside it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shouze.portal.ports import GIVEN
from shouze.portal.visiting import of_browser


def show(request: HttpRequest, template: str, shown: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    """Return a page."""
    frame = {"visit": of_browser(request), "office": GIVEN.office is not None}
    return render(request, f"portal/{template}.html", {**frame, **(shown or {})}, status=status)
