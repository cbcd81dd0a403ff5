"""Which language a page speaks: the person's own choice, else the browser's, else the installation's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from shouze.language import Language, Text, preferred
from shouze.registers.languages import DJANGO, TAGS, current, speaking

COOKIE = "language"
TOLD = Text("{detail}。{remedy}", "{detail}. {remedy}")
"""How one line says what is wrong and what to do about it."""


class Told(Protocol):
    """An error that says what is wrong and what to do, in both languages."""

    detail: Text
    remedy: Text


def say(text: Text) -> str:
    """Return the words in the language of the page being made."""
    return text.to(current())


def told(problem: Told) -> str:
    """Return what is wrong and what to do about it, in the language of the page being made."""
    return say(TOLD.fill(detail=problem.detail, remedy=problem.remedy))


class Reading:
    """Chooses the language of each request; pages are not kept by shared caches."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the reader's language."""
        wanted = request.COOKIES.get(COOKIE) or getattr(request.user, "language", "")
        default: Language = "zh" if settings.LANGUAGE_CODE.startswith("zh") else "en"
        accepted = preferred(request.headers.get("accept-language"), default)
        language: Language = wanted if wanted in DJANGO else accepted
        with speaking(language):
            response = self._answer(request)
        response.headers.setdefault("Content-Language", TAGS[language])
        response.headers.setdefault("Cache-Control", "no-store")
        return response
