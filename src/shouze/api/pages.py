"""What anybody may read without a token: health, readiness, metrics, the catalogue of errors, the documentation.

None of them says anything of a caller, a subject or a path that somebody asked for.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import msgspec
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.types import Receive, Scope, Send

from shouze.api.answers import BothWords, ErrorRow, ErrorsAnswer, HealthAnswer, ReadyAnswer
from shouze.api.calls import CALL, Answer, Call, send_answer
from shouze.api.evaluation import EVALUATION
from shouze.api.problems import catalogue
from shouze.errors import Kind, ShouzeError
from shouze.gateway.door import Door
from shouze.gateway.ports import Query
from shouze.language import Text
from shouze.rules.refusal import article_of

METADATA = "/.well-known/authzen-configuration"
Check = Callable[[], Awaitable[object]]
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?|\[[0-9a-fA-F:]{2,45}\](:[0-9]{1,5})?", re.ASCII)


class MetadataAnswer(msgspec.Struct, frozen=True):
    """Where AuthZEN's decision point answers (AuthZEN 1.0, metadata)."""

    policy_decision_point: str
    access_evaluation_endpoint: str


@dataclass(frozen=True)
class Page:
    """One page: a plain ASGI application over a function from the call to its answer."""

    id: str
    path: str
    summary: Text
    shape: type | None
    answer: Callable[[Call], Awaitable[Answer]]

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer one request."""
        call: Call = scope[CALL]
        call.verb = self.id
        await send_answer(call, await self.answer(call), send)


def error_rows() -> list[ErrorRow]:
    """Return the catalogue of errors, as the api and the documents show it."""
    return [_row(kind) for kind in catalogue()]


def pages(
    door: Door, checks: Mapping[str, Check], registry: CollectorRegistry, patience: float, measured: Check | None = None
) -> tuple[Page, ...]:
    """Return the pages; readiness asks the store, the policy and each of ``checks``, each for ``patience`` seconds.

    ``measured`` looks for what is measured only when somebody asks.
    """
    alive = msgspec.json.encode(HealthAnswer("alive"))
    errors = msgspec.json.encode(ErrorsAnswer(tuple(error_rows())))

    async def live(_call: Call) -> Answer:
        return Answer(200, alive)

    async def ready(_call: Call) -> Answer:
        named = {"store": lambda: door.room.look_up(Query("-")), "policy": door.refresh, **checks}
        found = {name: await outcome_of(check, patience) for name, check in named.items()}
        fine = set(found.values()) == {"ok"}
        return Answer(200 if fine else 503, msgspec.json.encode(ReadyAnswer(fine, found)))

    async def metrics(_call: Call) -> Answer:
        if measured is not None:
            await outcome_of(measured, patience)
        return Answer(200, generate_latest(registry), CONTENT_TYPE_LATEST)

    async def listed(_call: Call) -> Answer:
        return Answer(200, errors)

    return (
        Page("healthz", "/healthz", Text("进程是否存活", "Whether the process lives"), HealthAnswer, live),
        Page("readyz", "/readyz", Text("是否可以服务", "Whether requests can be served"), ReadyAnswer, ready),
        Page("metrics", "/metrics", Text("Prometheus 指标", "Prometheus metrics"), None, metrics),
        Page("errors", "/v1/errors", Text("错误目录", "The catalogue of errors"), ErrorsAnswer, listed),
        Page("authzen-metadata", METADATA, Text("AuthZEN 元数据", "AuthZEN metadata"), MetadataAnswer, _metadata),
    )


async def outcome_of(check: Check, patience: float) -> str:
    """Return ``ok``, or the code of what is wrong with a part."""
    try:
        await asyncio.wait_for(check(), patience)
    except ShouzeError as error:
        return error.kind.code
    except Exception:  # noqa: BLE001 - whatever is wrong with a part, readiness answers, without its message
        return "unavailable"
    return "ok"


async def _metadata(call: Call) -> Answer:
    host = call.header(b"host") or ""
    origin = f"{call.scope['scheme']}://{host}" if _HOST.fullmatch(host) else ""
    return Answer(200, msgspec.json.encode(MetadataAnswer(origin, f"{origin}{EVALUATION}")))


def _row(kind: Kind) -> ErrorRow:
    article = article_of(kind.duty) if kind.duty else None
    return ErrorRow(kind.code, kind.status, article, BothWords(*kind.title), BothWords(*kind.remedy))
