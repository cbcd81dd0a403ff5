"""Errors as pages: one place turns what Shouze raises into what a person reads."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from shouze.errors import ShouzeError
from shouze.language import Text

_log = logging.getLogger("shouze.web")
_MISSING = Text("没有这一页", "There is no such page")
_DENIED = Text("您无权查看此页", "You may not see this page")


class Problems:
    """Answers an error with a page that says what is wrong and what to do."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self._answer(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """Return the page for an error of ours; anything else is Django's to answer."""
        if isinstance(problem, ShouzeError):
            shown = {"title": problem.detail, "remedy": problem.remedy}
            return render(request, "web/problem.html", shown, status=problem.kind.status)
        if isinstance(problem, Http404):
            return render(request, "web/problem.html", {"title": _MISSING}, status=404)
        if isinstance(problem, PermissionDenied):
            return render(request, "web/problem.html", {"title": _DENIED}, status=403)
        _log.error("page failed: %s at %s", type(problem).__name__, _place(problem))
        return None


def _place(problem: Exception) -> str:
    """Return file and line where it was raised; never its message, which may quote what somebody wrote."""
    frames = traceback.extract_tb(problem.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django passes it
    """Answer 404."""
    return render(request, "web/problem.html", {"title": _MISSING}, status=404)


def denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django passes it
    """Answer 403."""
    return render(request, "web/problem.html", {"title": _DENIED}, status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer 500."""
    title = Text("这一页出错了", "Something went wrong on this page")
    remedy = Text("请稍后再试；如仍出错，请告知管理员", "Try again later; tell the administrator if it stays")
    return render(request, "web/problem.html", {"title": title, "remedy": remedy}, status=500)


def stale(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django passes it
    """Answer a form whose page has become too old (CSRF)."""
    title = Text("页面已过期，没有提交任何内容", "The page was too old; nothing was submitted")
    remedy = Text("返回上一页，刷新后重新提交", "Go back, reload the page and submit again")
    return render(request, "web/problem.html", {"title": title, "remedy": remedy}, status=403)
