"""Turns every error into one form: RFC 9457 ``application/problem+json``.

# Invariant: a problem carries codes, names and places, never a value that was sent or held.
"""

from __future__ import annotations

import re

import msgspec

from shouze.errors import (
    ConflictError,
    ConflictOfInterestError,
    InvalidError,
    Kind,
    NotFoundError,
    NotYoursError,
    OfficeUnknownError,
    SealedError,
    ShouzeError,
    TamperedError,
    TooManyError,
    UnauthenticatedError,
    UnavailableError,
)  # fmt: skip
from shouze.language import Language, Text
from shouze.link.refusing import RejectedError
from shouze.rules.catalogue import StatuteError
from shouze.rules.refusal import CATALOGUE, Refusal, RefusedError, article_of

PROBLEM_JSON = "application/problem+json"
RETRY_SECONDS = 1
_PLACE = re.compile(r"[A-Za-z_][\w.\[\]-]{0,199}", re.ASCII)


class MalformedError(ShouzeError):
    """The request cannot be read at all: broken JSON, broken text, a header given twice."""

    kind = Kind(
        "malformed",
        400,
        Text("请求无法读取", "The request cannot be read"),
        Text("发送 UTF-8 编码的 JSON，每个字段和标头只出现一次", "Send JSON in UTF-8, with each field and header once"),
    )


class MethodError(ShouzeError):
    """The path exists, but not for this method; ``allow`` lists those it has."""

    kind = Kind(
        "method-not-allowed",
        405,
        Text("此路径不支持该方法", "The path does not take this method"),
        Text("使用 Allow 标头列出的方法", "Use a method that the Allow header lists"),
    )

    def __init__(self, allow: str) -> None:
        self.allow = allow
        super().__init__()


class TooSlowError(ShouzeError):
    """The request's body did not arrive in time."""

    kind = Kind(
        "too-slow",
        408,
        Text("请求内容未及时到达", "The body did not arrive in time"),
        Text("重新发送请求", "Send the request again"),
    )


class TooLargeError(ShouzeError):
    """The request's body is larger than the installation reads."""

    kind = Kind(
        "too-large",
        413,
        Text("请求内容过大", "The body is too large"),
        Text("减小内容，或请管理员调整 largest_body", "Send less, or ask the administrator to raise largest_body"),
    )


class MediaTypeError(ShouzeError):
    """The body is of a type that this path does not read."""

    kind = Kind(
        "unsupported-media-type",
        415,
        Text("不支持此内容类型", "The content type is not supported"),
        Text("使用文档列出的 Content-Type", "Use a Content-Type that the documentation lists"),
    )


class BusyError(ShouzeError):
    """As many requests as the gateway takes are under way."""

    kind = Kind(
        "busy",
        503,
        Text("同时处理的请求过多", "Too many requests are under way"),
        Text("按 Retry-After 的秒数等待后重试", "Try again after the seconds in Retry-After"),
    )


_RAISED: tuple[type[ShouzeError], ...] = (
    ShouzeError, InvalidError, UnauthenticatedError, NotFoundError, ConflictError, TamperedError, SealedError,
    ConflictOfInterestError,
    NotYoursError, TooManyError, UnavailableError, OfficeUnknownError, MalformedError, MethodError, TooSlowError,
    TooLargeError,
    MediaTypeError, BusyError, RejectedError, StatuteError,
)  # fmt: skip


def catalogue() -> list[Kind]:
    """Return every kind of error and every refusal, by code."""
    kinds = [each.kind for each in _RAISED] + list(CATALOGUE.values())
    return sorted(kinds, key=lambda kind: kind.code)


class RefusalAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A shut door: code, article, what was refused, and the words for it.

    ``purpose`` is the one of several under which it was refused, where not each of them refuses alike.
    """

    code: str
    article: str
    what: str | None
    title: str
    purpose: str | None = None


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RFC 9457, with Shouze's own members after ``instance``."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    remedy: str
    article: str | None = None
    purpose: str | None = None
    field: str | None = None
    line: int | None = None
    withheld: dict[str, RefusalAnswer] | None = None


def refusal_answer(refusal: Refusal, language: Language) -> RefusalAnswer:
    """Return a refusal in the reader's language."""
    title = refusal.kind.title.to(language)
    return RefusalAnswer(
        code=refusal.code, article=refusal.article, what=_what(refusal), title=title, purpose=refusal.purpose
    )


def withheld_answer(withheld: dict[str, Refusal], language: Language) -> dict[str, RefusalAnswer]:
    """Return refusals by item in the reader's language."""
    return {item: refusal_answer(refusal, language) for item, refusal in withheld.items()}


def problem(error: ShouzeError, language: Language, request_id: str) -> Problem:
    """Return the one form in which every error is answered."""
    if error.kind.code == "caller-unknown":
        error = UnauthenticatedError()  # whoever is not known learns nothing about why
    kind, withheld = error.kind, error.withheld if isinstance(error, RefusedError) else {}
    return Problem(
        type=f"/v1/errors#{kind.code}",
        title=kind.title.to(language),
        status=kind.status,
        detail=error.detail.to(language),
        instance=f"urn:uuid:{request_id}",
        code=kind.code,
        remedy=error.remedy.to(language),
        article=article_of(kind.duty) if kind.duty else None,
        purpose=error.refusal.purpose if isinstance(error, RefusedError) else None,
        field=_what(error.refusal) if isinstance(error, RefusedError) else _safe(error.field),
        line=error.line,
        withheld=withheld_answer(withheld, language) or None,
    )


def headers_of(error: ShouzeError) -> list[tuple[bytes, bytes]]:
    """Return the headers that go with an error."""
    if isinstance(error, MethodError):
        return [(b"allow", error.allow.encode())]
    if error.kind.status == UnauthenticatedError.kind.status:
        return [(b"www-authenticate", b"Bearer")]
    if error.kind.status == UnavailableError.kind.status:
        return [(b"retry-after", str(RETRY_SECONDS).encode())]
    return []


def _what(refusal: Refusal) -> str | None:
    """Return what was refused: an order's number comes from the policy, other names may come from the caller."""
    return refusal.what if refusal.code == "suspended-by-order" else _safe(refusal.what)


def _safe(place: str | None) -> str | None:
    """Return the name of a place, or None where what stands for a name may be a value."""
    return place if place is not None and _PLACE.fullmatch(place) else None
