"""Makes the ASGI application of the data plane: the door's verbs over HTTP."""

from __future__ import annotations

import os
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from shouze.api import (
    acts,
    administration,
    bulk,
    consents,
    cosigned,
    evaluation,
    freezing,
    granting,
    leaving,
    matching,
    own,
    publications,
    records,
    usage,
    verbs,
)
from shouze.api.calls import Answer, Call
from shouze.api.identity import FirstSeen, Identity
from shouze.api.lines import Lines
from shouze.api.log import log_pages
from shouze.api.measures import Measures
from shouze.api.openapi import openapi
from shouze.api.operations import ByMethod, Endpoint, Entrance, Limit, Operation, Parts
from shouze.api.pages import Check, Page, pages
from shouze.api.problems import MethodError
from shouze.api.repeating import Mac, Repeating
from shouze.api.short_way import ShortWay
from shouze.api.watch import Watch
from shouze.errors import NotFoundError
from shouze.gateway.bulk.office import Bulk
from shouze.gateway.door import Door
from shouze.gateway.log_export import Openings
from shouze.gateway.ports import Replies
from shouze.language import Text
from shouze.publication.publish import Publisher
from shouze.sequencer.cosigning import Keep
from shouze.sequencer.counting import Counting
from shouze.sequencer.inspecting import Records
from shouze.sequencer.published import PublishedLogs
from shouze.settings import Settings

MOST_AT_ONCE = 512
"""Requests under way beyond which further ones are told to wait."""

OPERATIONS: tuple[Operation[Any], ...] = (
    *verbs.OPERATIONS,
    *leaving.OPERATIONS,
    *freezing.OPERATIONS,
    *administration.OPERATIONS,
    *evaluation.OPERATIONS,
    *bulk.OPERATIONS,
    *usage.OPERATIONS,
    *acts.OPERATIONS,
    *publications.OPERATIONS,
    *cosigned.OPERATIONS,
    *granting.OPERATIONS,
    *consents.OPERATIONS,
    *records.OPERATIONS,
    *own.OPERATIONS,
    *matching.OPERATIONS,
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
    lines: Lines | None = None,
    most: int = MOST_AT_ONCE,
    office: Bulk | None = None,
    log: PublishedLogs | None = None,
    counting: Counting | None = None,
    searched: Records | None = None,
    brought: Keep | None = None,
    openings: Openings | None = None,
    collectors: Iterable[Collector] = (),
    measured: Check | None = None,
) -> Application:
    """Return the application over an open door; what is not said here is of a log that this gateway reads.

    ``publisher`` is None where this gateway may not write policy; ``mac`` is a keyed hash of 32 bytes; ``checks`` are
    parts that readiness asks for, by name: each returns, or raises; ``collectors`` show what ``measured`` looked for.
    """
    parts = Parts(door, publisher, entropy, office, counting, searched, brought, openings)
    repeating, identity = Repeating(replies, mac, door.room.clock.now), Identity(door, first_seen, time.monotonic)
    entrance = Entrance(parts, identity, repeating, settings.largest_body, Limit(most))
    offered = OPERATIONS if publisher else tuple(each for each in OPERATIONS if each.act not in _WRITING)
    measures = Measures(collectors)
    read = pages(door, checks or {}, measures.registry, settings.patience, measured)
    shown = log_pages(log, entries=settings.log_entries == "open") if log else ()
    routes = _routes(offered, entrance, (*read, *_documents(offered, read), *shown))
    app = Application(routes)
    # Starlette's own stack answers errors around the routes; the watch does, of all that is within it.
    told, routing = lines or Lines(settings.log_level), Routing(routes, app.router)
    watch = Watch(routing, measures=measures, lines=told, language=settings.language)
    app.middleware_stack, app.short = watch, ShortWay(entrance, watch)
    return app


class Application(Starlette):
    """The application, with the shorter way to it that a server of ours may take."""

    short: ShortWay

    def __init__(self, routes: Sequence[Route]) -> None:
        super().__init__(routes=routes)
        self.router.redirect_slashes = False


class Routing:
    """Finds whose request it is: of a fixed path and method at once, of any other by Starlette's routes."""

    def __init__(self, routes: Sequence[Route], router: ASGIApp) -> None:
        self._router = router
        self._fixed: dict[tuple[str, str], ASGIApp] = {}
        for route in routes:
            if isinstance(route.endpoint, ByMethod) and not route.param_convertors:
                self._fixed |= {(method, route.path): each for method, each in route.endpoint.endpoints.items()}

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Pass the request on; NotFoundError and MethodError where there is no such path or method."""
        found = self._fixed.get((scope.get("method", ""), scope.get("path", "")))
        return found(scope, receive, send) if found else self._routed(scope, receive, send)

    async def _routed(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._router(scope, receive, send)
        except HTTPException as problem:
            allow = (problem.headers or {}).get("Allow")
            missing = NotFoundError(Text("没有这个路径", "There is no such path"))
            raise (MethodError(allow) if allow else missing) from None


def _routes(operations: tuple[Operation[Any], ...], entrance: Entrance, read: Sequence[Page]) -> list[Route]:
    paths: dict[str, dict[str, Endpoint[Any]]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method] = Endpoint(operation, entrance)
    acting = [Route(path, ByMethod(endpoints), methods=list(endpoints)) for path, endpoints in paths.items()]
    return [*acting, *(Route(page.path, page, methods=["GET"]) for page in read)]


def _documents(operations: tuple[Operation[Any], ...], read: tuple[Page, ...]) -> list[Page]:
    written = openapi(operations, read)

    async def document(_call: Call) -> Answer:
        return Answer(200, written)

    summary = Text("接口文档", "The documentation of the api")
    return [Page("openapi", path, summary, None, document) for path in ("/openapi.json", "/v1/openapi.json")]
