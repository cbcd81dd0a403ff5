"""Makes the ASGI application of the data plane: the door's verbs over HTTP."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import Route

from shouze.api import administration, bulk, evaluation, freezing, verbs
from shouze.api.calls import Answer, Call
from shouze.api.identity import FirstSeen, Identity
from shouze.api.openapi import openapi
from shouze.api.operations import ByMethod, Endpoint, Entrance, Limit, Operation, Parts
from shouze.api.pages import Check, Page, pages
from shouze.api.problems import MethodError
from shouze.api.repeating import Mac, Repeating
from shouze.api.watch import Measures, Watch, json_log
from shouze.errors import NotFoundError
from shouze.gateway.bulk.office import Bulk
from shouze.gateway.door import Door
from shouze.gateway.ports import Replies
from shouze.language import Text
from shouze.publication.publish import Publisher
from shouze.settings import Settings

MOST_AT_ONCE = 512
"""Requests under way beyond which further ones are told to wait."""

OPERATIONS: tuple[Operation[Any], ...] = (
    *verbs.OPERATIONS,
    *freezing.OPERATIONS,
    *administration.OPERATIONS,
    *evaluation.OPERATIONS,
    *bulk.OPERATIONS,
)

_WRITING = tuple(each.act for each in administration.OPERATIONS)


def create_app(
    door: Door,
    *,
    publisher: Publisher | None,
    replies: Replies,
    first_seen: FirstSeen,
    mac: Mac,
    settings: Settings,
    checks: Mapping[str, Check] | None = None,
    entropy: Callable[[int], bytes] = os.urandom,
    log: structlog.typing.FilteringBoundLogger | None = None,
    most: int = MOST_AT_ONCE,
    office: Bulk | None = None,
) -> Starlette:
    """Return the application over an open door.

    ``publisher`` is None where this gateway may not write policy; ``first_seen`` is custody's; ``mac`` a keyed hash
    of 32 bytes; ``office`` carries out bulk requests; ``checks`` are further parts that readiness asks for, by name: each returns, or raises.
    """
    parts = Parts(door, publisher, entropy, office)
    repeating = Repeating(replies, mac, door.room.clock.now)
    entrance = Entrance(
        parts, Identity(door, first_seen, time.monotonic), repeating, settings.largest_body, Limit(most)
    )
    offered = OPERATIONS if publisher else tuple(each for each in OPERATIONS if each.act not in _WRITING)
    measures = Measures()
    watch = Middleware(Watch, measures=measures, log=log or json_log(settings.log_level), language=settings.language)
    read = pages(door, checks or {}, measures.registry, settings.patience)
    documents = _documents(offered, read)
    routes = [*_routes(offered, entrance), *(Route(page.path, page, methods=["GET"]) for page in (*read, *documents))]
    app = Starlette(routes=routes, middleware=[watch], exception_handlers={HTTPException: _not_routed})
    app.router.redirect_slashes = False
    return app


def _routes(operations: tuple[Operation[Any], ...], entrance: Entrance) -> list[Route]:
    paths: dict[str, dict[str, Endpoint[Any]]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method] = Endpoint(operation, entrance)
    return [Route(path, ByMethod(endpoints), methods=list(endpoints)) for path, endpoints in paths.items()]


def _documents(operations: tuple[Operation[Any], ...], read: tuple[Page, ...]) -> list[Page]:
    written = openapi(operations, read)

    async def document(_call: Call) -> Answer:
        return Answer(200, written)

    summary = Text("接口文档", "The documentation of the api")
    return [Page("openapi", path, summary, None, document) for path in ("/openapi.json", "/v1/openapi.json")]


async def _not_routed(_request: Request, problem: Exception) -> NoReturn:
    """Raise the error of the house for a path or method that no route has."""
    allow = (getattr(problem, "headers", None) or {}).get("Allow")
    raise MethodError(allow) if allow else NotFoundError(Text("没有这个路径", "There is no such path"))
