"""Leads one call through its tries, without sending anything itself.

The course yields what to do next (an exchange, a pause) and is sent what came of it. Both faces of the client drive
the same course.
"""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TypeVar, cast
from uuid import uuid4

import httpx
import msgspec

from shouze.client.calls import Call
from shouze.client.problems import ClientError, Conflict, Unexpected, error_of, unanswered
from shouze.client.terms import Sign, Terms

A = TypeVar("A")
AGAIN = {408, 429, 502, 503, 504}
"""Statuses after which the same request may fare better."""
NOT_TAKEN = {429}
"""Statuses that say that the request was not looked at."""
KEY = "idempotency-key"
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_log = logging.getLogger("shouze.client")


@dataclass(frozen=True, slots=True)
class Exchange:
    """To be sent, and answered before ``over`` (in the terms' monotonic seconds)."""

    method: str
    path: str
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    timeout: httpx.Timeout
    left: float
    over: float


@dataclass(frozen=True, slots=True)
class Pause:
    """To be waited."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    headers: httpx.Headers = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Failure:
    """That nothing came back, and whether the request may have arrived."""

    reason: str
    sent: bool = True


Outcome = Reply | Failure
Course = Generator[Exchange | Pause, Outcome, A]


def failure_of(error: httpx.RequestError) -> Failure:
    """Return what is told of a failed exchange; what the other side sent is not."""
    reason = type(error).__name__
    if isinstance(error, httpx.ConnectError):
        reason = f"{reason}: {error}"
    return Failure(reason, sent=not isinstance(error, _NEVER_LEFT))


def course(call: Call[A], terms: Terms, sign: Sign | None) -> Course[A]:
    """Lead a call to its answer; raises ClientError when the last try, or the time, has gone."""
    over = terms.monotonic() + terms.timeouts.total
    request_id, tried = str(uuid4()), 0
    headers = _headers(call, terms, request_id)
    while True:
        outcome = yield _exchange(call, terms, {**headers, **_assertion(sign, call.body)}, over)
        if isinstance(outcome, Reply) and 200 <= outcome.status < 300:
            return _read(call, outcome, request_id)
        error = error_after(outcome, request_id)
        pause = terms.retries.pause(tried, _asked(outcome), terms.chance())
        last = tried >= terms.retries.most or terms.monotonic() + pause >= over
        if last or not _may_repeat(call, outcome, error, tried):
            raise error
        _log.info("%s %s: %s, again in %.2f s", call.name, request_id, error.code, pause)
        yield Pause(pause)
        tried += 1


def once(call: Call[A], terms: Terms, sign: Sign | None) -> tuple[Exchange, str]:
    """Return the one exchange of a call that is not sent again, and its request id."""
    request_id, over = str(uuid4()), terms.monotonic() + terms.timeouts.total
    return _exchange(
        call, terms, {**_headers(call, terms, request_id), **_assertion(sign, call.body)}, over
    ), request_id


def _exchange(call: Call[A], terms: Terms, headers: dict[str, str], over: float) -> Exchange:
    left = max(over - terms.monotonic(), 0.001)
    return Exchange(call.method, call.path, headers, call.body, terms.timeouts.within(left), left, over)


def _headers(call: Call[A], terms: Terms, request_id: str) -> dict[str, str]:
    headers = {**terms.headers, "x-request-id": request_id}
    if call.body:
        headers["content-type"] = call.media
    if call.repetition == "by-key":
        # Invariant: all tries of a call carry one key, so that what they ask for is done once.
        headers[KEY] = call.key or str(uuid4())
    return headers


def _assertion(sign: Sign | None, body: bytes) -> dict[str, str]:
    """Return the header that names the person: signed anew for each try, since an assertion serves once."""
    return {"shouze-assertion": sign(body)} if sign else {}


def error_after(outcome: Outcome, request_id: str) -> ClientError:
    """Return the error for an exchange that brought no answer, or one that is no success."""
    if isinstance(outcome, Reply):
        return error_of(outcome.status, outcome.headers.get("content-type", ""), outcome.body, request_id)
    return unanswered(outcome.reason, request_id)


def _may_repeat(call: Call[A], outcome: Outcome, error: ClientError, tried: int) -> bool:
    if isinstance(outcome, Failure):
        return call.repetition != "unsent" or not outcome.sent
    if call.repetition == "unsent":
        return outcome.status in NOT_TAKEN
    still_under_way = tried > 0 and isinstance(error, Conflict) and error.field == KEY
    return outcome.status in AGAIN or still_under_way


def _asked(outcome: Outcome) -> float:
    """Return the seconds that an answer asks to wait (RFC 9110, 10.2.3); a date is read against the answer's own."""
    if isinstance(outcome, Failure):
        return 0.0
    text = outcome.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        wait = parsedate_to_datetime(text) - parsedate_to_datetime(outcome.headers.get("date", ""))
    except (ValueError, TypeError):
        return 0.0
    return max(wait.total_seconds(), 0.0)


def _read(call: Call[A], reply: Reply, request_id: str) -> A:
    if call.answer is bytes:
        return cast("A", reply.body)
    with suppress(ValueError, RecursionError):  # the error may repeat what was answered
        return msgspec.json.decode(reply.body, type=call.answer)
    raise Unexpected(request_id=request_id)
