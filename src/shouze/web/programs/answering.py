"""How programs are answered: JSON, and every error as a problem (RFC 9457) in the reader's language."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpResponse

from shouze.errors import ShouzeError, TooManyError, UnauthenticatedError
from shouze.web.reading import say

JSON, PROBLEM_JSON = "application/json", "application/problem+json"
_encode = msgspec.json.Encoder(order="sorted").encode


class FieldProblem(msgspec.Struct, frozen=True):
    """What is wrong with one field."""

    field: str
    detail: str


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RFC 9457, with the members of the door's own problems, and ``errors`` where several fields are wrong."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    remedy: str
    field: str | None = None
    errors: tuple[FieldProblem, ...] = ()


def answer(content: Any, status: int = 200) -> HttpResponse:
    """Return content as JSON."""
    return HttpResponse(_encode(content), JSON, status)


def problem(error: ShouzeError, errors: tuple[FieldProblem, ...] = ()) -> HttpResponse:
    """Return an error; what stood in a field is in none of its words."""
    kind = error.kind
    told = Problem(
        type=f"urn:shouze:problem:{kind.code}", title=say(kind.title), status=kind.status, detail=say(error.detail),
        code=kind.code, remedy=say(error.remedy), field=error.field, errors=errors,
    )  # fmt: skip
    answered = HttpResponse(_encode(told), PROBLEM_JSON, kind.status)
    if isinstance(error, TooManyError):
        answered.headers["Retry-After"] = str(error.seconds)
    if isinstance(error, UnauthenticatedError):
        answered.headers["WWW-Authenticate"] = "Bearer"
    return answered
