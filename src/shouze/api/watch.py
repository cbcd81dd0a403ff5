"""Watches every request: gives it an id, counts it, logs it, and answers whatever error is left.

# Invariant: neither log nor metrics carry a body, a value, a subject's id or a path that a caller made up.
"""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import BinaryIO
from uuid import uuid4

import msgspec
import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.types import ASGIApp, Receive, Scope, Send

from shouze.api.calls import CALL, Answer, Call, content_language, request_id_of, send_answer
from shouze.api.problems import PROBLEM_JSON, headers_of, problem
from shouze.errors import ShouzeError
from shouze.language import Language, preferred

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_OUTCOMES = {2: "done", 4: "refused", 5: "failed"}


class Measures:
    """The metrics of one app, in a registry of its own; no label names a caller or a subject."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        requests = "Requests by verb, outcome and code of refusal or error"
        self.requests = Counter("shouze_requests", requests, ("verb", "outcome", "code"), registry=self.registry)
        seconds = "Seconds from a request's arrival to its answer"
        self.seconds = Histogram("shouze_request_seconds", seconds, ("verb",), buckets=_BUCKETS, registry=self.registry)
        self.under_way = Gauge("shouze_requests_under_way", "Requests under way", registry=self.registry)


class Watch:
    """Plain ASGI around the routes; the last place where an error becomes an answer."""

    def __init__(
        self, app: ASGIApp, *, measures: Measures, log: structlog.typing.FilteringBoundLogger, language: Language
    ) -> None:
        """``language`` is that of callers who ask for none."""
        self._app = app
        self._measures = measures
        self._log = log
        self._language = language

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens; what is not HTTP passes by."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        call = self._call(scope, receive)
        scope[CALL] = call
        begun = time.perf_counter()
        with self._measures.under_way.track_inprogress():
            try:
                await self._app(scope, receive, send)
            except ShouzeError as error:
                await self._answer(call, error, send)
            except Exception as error:  # noqa: BLE001 - nothing but the one form of answer leaves the api
                self._log.error("unexpected", request=call.request_id, verb=call.verb, **_told(error))
                await self._answer(call, ShouzeError(), send)
        self._note(call, time.perf_counter() - begun)

    def _call(self, scope: Scope, receive: Receive) -> Call:
        headers = scope["headers"]
        wish = next((value for key, value in headers if key == b"accept-language"), b"")
        language = preferred(wish.decode("latin-1"), self._language)
        return Call(scope, receive, request_id_of(headers) or str(uuid4()), language)

    async def _answer(self, call: Call, error: ShouzeError, send: Send) -> None:
        if call.status == 0:
            await send_answer(call, problem_answer(call, error), send)

    def _note(self, call: Call, seconds: float) -> None:
        outcome = _OUTCOMES.get(call.status // 100, "cut-off")
        self._measures.requests.labels(call.verb, outcome, call.code or "").inc()
        self._measures.seconds.labels(call.verb).observe(seconds)
        self._log.info(
            "request", request=call.request_id, verb=call.verb, caller=call.caller, outcome=outcome, code=call.code,
            status=call.status, ms=round(seconds * 1000, 2),
        )  # fmt: skip


def problem_answer(call: Call, error: ShouzeError) -> Answer:
    """Return the answer that an error has; the call remembers its code."""
    told = problem(error, call.language, call.request_id)
    call.code = told.code
    headers = (content_language(call.language), *headers_of(error))
    return Answer(told.status, msgspec.json.encode(told), PROBLEM_JSON, headers)


def json_log(level: str, stream: BinaryIO | None = None) -> structlog.typing.FilteringBoundLogger:
    """Return a log that writes JSON lines to ``stream``, by default to standard error."""
    log: structlog.typing.FilteringBoundLogger = structlog.wrap_logger(
        structlog.BytesLogger(stream or sys.stderr.buffer),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.JSONRenderer(serializer=lambda event, **_: msgspec.json.encode(event)),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
    )
    return log


def _told(error: BaseException) -> dict[str, object]:
    """Return types and places of an error and its causes; their messages and locals may hold values."""
    return {"error": [type(each).__name__ for each in _chain(error)], "trace": list(_frames(error.__traceback__))}


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _frames(trace: TracebackType | None) -> Iterator[str]:
    for frame in traceback.extract_tb(trace):
        yield f"{frame.filename}:{frame.lineno} {frame.name}"
