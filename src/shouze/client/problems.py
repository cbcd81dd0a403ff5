"""Turns what goes wrong between a program and the door into typed errors.

Each carries the door's own words, in the language the client asked for. They have no value in them, by the door's
promise; what does not come in the door's form is not repeated at all.
"""
# ruff: noqa: N818 - read where they are caught: ``except Refused``

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from shouze.client.answers import Problem, Refusal
from shouze.errors import ConflictError as StateConflictError
from shouze.errors import InvalidError, Kind, NotFoundError, ShouzeError, UnauthenticatedError, UnavailableError
from shouze.language import Text

PROBLEM_JSON = "application/problem+json"


class ClientError(ShouzeError):
    """Base of what a call can end in other than its answer.

    ``code`` is stable; ``status`` is HTTP's, the usual one where nothing was answered; ``article`` is that of the
    Order, ``purpose`` the one of several that were named under which it was refused, ``withheld`` the refusals by
    item; the log of the door knows the call by ``request_id``.
    """

    def __init__(
        self,
        detail: Text | None = None,
        *,
        field: str | None = None,
        line: int | None = None,
        remedy: Text | None = None,
        kind: Kind | None = None,
        article: str | None = None,
        purpose: str | None = None,
        withheld: Mapping[str, Refusal] | None = None,
        request_id: str | None = None,
    ) -> None:
        """Keep the parts; ``kind`` is what the door said."""
        self.kind = kind or self.kind
        self.article = article
        self.purpose = purpose
        self.withheld = dict(withheld or {})
        self.request_id = request_id
        super().__init__(detail, field=field, line=line, remedy=remedy)

    @property
    def code(self) -> str:
        """Return the stable code, for example ``no-consent``."""
        return self.kind.code

    @property
    def status(self) -> int:
        """Return the HTTP status."""
        return self.kind.status

    @property
    def title(self) -> Text:
        """Return what the code means."""
        return self.kind.title

    def __repr__(self) -> str:
        told = {
            "code": self.code, "article": self.article, "purpose": self.purpose, "field": self.field,
            "request_id": self.request_id,
        }  # fmt: skip
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in told.items() if value)})"


class Refused(ClientError):
    """The door refused: ``code`` says why, ``article`` what that rests on."""

    kind = Kind("refused", 403, Text("未予许可", "Refused"), Text("按说明处理", "Do as the refusal says"))


class Invalid(ClientError):
    """What was sent cannot be read as what it should be; nothing was done."""

    kind = InvalidError.kind


class Unauthenticated(ClientError):
    """The token, or the assertion of the person, is not accepted."""

    kind = UnauthenticatedError.kind


class Conflict(ClientError):
    """The state has moved on."""

    kind = StateConflictError.kind


class NotFound(ClientError):
    """The named thing does not exist."""

    kind = NotFoundError.kind


class Unavailable(ClientError):
    """The door did not answer in time, or cannot serve for the moment; a change may or may not have been made."""

    kind = UnavailableError.kind


class Unexpected(ClientError):
    """What answered did so in no form of the door's, or with an error inside the door."""

    kind = Kind(
        "unexpected",
        500,
        Text("收到意外的答复", "The answer is not what a door answers"),
        Text("核对地址与中间代理", "Check the address, and the proxies on the way"),
    )


_BY_STATUS: dict[int, type[ClientError]] = {
    400: Invalid,
    401: Unauthenticated,
    404: NotFound,
    408: Unavailable,
    409: Conflict,
    413: Invalid,
    415: Invalid,
    422: Invalid,
    429: Unavailable,
    502: Unavailable,
    503: Unavailable,
    504: Unavailable,
}
_OF_THE_MOMENT = {401, 408, 429, 502, 503, 504}
"""Statuses that say nothing of what was asked, whatever article stands with them."""


def error_of(status: int, media: str, body: bytes, request_id: str) -> ClientError:
    """Return the typed error for an answer that is no success; Unexpected for what is no problem of the door's."""
    told = _read(body) if media.partition(";")[0].strip().lower() == PROBLEM_JSON else None
    if told is None:
        own = Unexpected.kind
        return Unexpected(kind=Kind(own.code, status, own.title, own.remedy), request_id=request_id)
    return _type_of(status, told)(
        Text(told.detail, told.detail),
        field=told.field,
        line=told.line,
        kind=Kind(told.code, status, Text(told.title, told.title), Text(told.remedy, told.remedy)),
        article=told.article,
        purpose=told.purpose,
        withheld=told.withheld,
        request_id=request_id,
    )


def unanswered(reason: str, request_id: str) -> Unavailable:
    """Return the error for a door that was not reached or did not answer."""
    detail = Text(f"未收到答复（{reason}）", f"No answer came ({reason})")
    return Unavailable(detail, request_id=request_id)


def _read(body: bytes) -> Problem | None:
    try:
        return msgspec.json.decode(body, type=Problem)
    except (ValueError, RecursionError):
        return None


def _type_of(status: int, told: Problem) -> type[ClientError]:
    if told.article is not None and status not in _OF_THE_MOMENT:
        return Refused
    return _BY_STATUS.get(status, Unexpected)
