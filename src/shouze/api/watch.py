"""Watches every request: gives it an id, counts it, logs it, and answers whatever error is left.

# Invariant: neither log nor metrics carry a body, a value, a subject's id or a path that a caller made up.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Awaitable, Callable, Iterator
from functools import lru_cache
from types import TracebackType

import msgspec
from starlette.types import Receive, Scope, Send

from shouze.api.calls import CALL, Answer, Call, content_language, fresh_request_id, request_id_of, send_answer
from shouze.api.lines import Lines, RequestLine
from shouze.api.measures import Measures
from shouze.api.problems import PROBLEM_JSON, headers_of, problem
from shouze.errors import ShouzeError
from shouze.language import Language, preferred

_OUTCOMES = {2: "done", 4: "refused", 5: "failed"}
_SHORT = 128
"""Bytes of an ``Accept-Language`` that is remembered."""

Application = Callable[[Scope, Receive, Send], Awaitable[None]]
_asked_for = lru_cache(256)(preferred)


class Watch:
    """Plain ASGI around the routes; the last place where an error becomes an answer."""

    def __init__(self, app: Application, *, measures: Measures, lines: Lines, language: Language) -> None:
        """``language`` is that of callers who ask for none."""
        self._app = app
        self.measures = measures
        self._lines = lines
        self._log = lines.log
        self._language = language

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens; what is not HTTP passes by."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        call = scope[CALL] = self.call(scope, receive)
        begun = time.perf_counter()
        self.measures.under_way += 1
        try:
            await self._app(scope, receive, send)
        except ShouzeError as error:
            await self._answer(call, error, send)
        except Exception as error:  # noqa: BLE001 - nothing but the one form of answer leaves the api
            await self._answer(call, self.unexpected(call, error), send)
        finally:
            self.measures.under_way -= 1
            del scope[CALL]  # each holds the other, and would wait for the collector of garbage
        self.note(call, time.perf_counter() - begun)

    def call(self, scope: Scope, receive: Receive) -> Call:
        """Return the call that a request begins."""
        headers = dict(reversed(scope["headers"]))
        request_id = request_id_of(headers.get(b"x-request-id")) or fresh_request_id()
        return Call(scope, receive, request_id, self._language_of(headers.get(b"accept-language")), headers=headers)

    def _language_of(self, wish: bytes | None) -> Language:
        if not wish:
            return self._language
        choose = _asked_for if len(wish) <= _SHORT else preferred
        return choose(wish.decode("latin-1"), self._language)

    async def _answer(self, call: Call, error: ShouzeError, send: Send) -> None:
        if call.status == 0:
            await send_answer(call, problem_answer(call, error), send)

    def unexpected(self, call: Call, error: Exception) -> ShouzeError:
        """Log an error that nobody foresaw; return the one that is answered in its place."""
        self._log.error("unexpected", request=call.request_id, verb=call.verb, **_told(error))
        return ShouzeError()

    def note(self, call: Call, seconds: float) -> None:
        """Count and log a request that is answered, or was cut off."""
        outcome = _OUTCOMES.get(call.status // 100, "cut-off")
        self.measures.note(call.verb, outcome, call.code or "", seconds)
        ms = round(seconds * 1000, 2)
        self._lines.request(
            RequestLine(call.request_id, call.verb, call.caller, outcome, call.code, call.purpose, call.status, ms)
        )


def problem_answer(call: Call, error: ShouzeError) -> Answer:
    """Return the answer that an error has; the call remembers its code and purpose."""
    told = problem(error, call.language, call.request_id)
    call.code, call.purpose = told.code, told.purpose
    headers = (content_language(call.language), *headers_of(error))
    return Answer(told.status, msgspec.json.encode(told), PROBLEM_JSON, headers)


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
