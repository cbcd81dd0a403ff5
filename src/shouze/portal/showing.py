"""Pages of the portal: one frame, the sign-in beside it, errors of the door in words."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shouze.client import ClientError
from shouze.errors import ShouzeError
from shouze.language import Text
from shouze.portal.ports import GIVEN
from shouze.portal.visiting import of_browser
from shouze.rules.citing import article_words
from shouze.rules.refusal import CATALOGUE


def show(request: HttpRequest, template: str, shown: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    """Return a page."""
    frame = {"visit": of_browser(request), "office": GIVEN.office is not None}
    return render(request, f"portal/{template}.html", {**frame, **(shown or {})}, status=status)


def told(problem: ShouzeError) -> Text:
    """Return what went wrong in both languages: title, article where it rests on one, and remedy."""
    known = CATALOGUE.get(problem.code) if isinstance(problem, ClientError) else None
    title, remedy = (known.title, known.remedy) if known else (problem.detail, problem.remedy)
    article = getattr(problem, "article", None)
    named = Text("（{article}）", " ({article})").fill(article=article_words(article)) if article else Text("", "")
    return Text(f"{title.zh}{named.zh}：{remedy.zh}", f"{title.en}{named.en}: {remedy.en}")


def status_of(problem: ShouzeError) -> int:
    """Return the status of a page that tells of an error; only a door asks its caller to sign in."""
    return problem.kind.status if problem.kind.status != 401 else 403
