"""The witness over HTTP (C2SP tlog-witness): ``add-checkpoint`` and what was cosigned last.

``add-successor`` is our own beside it: the proof that a followed log was handed over to another.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from shouze.witness.witness import PLAIN, Reply, Witness

LARGEST = 64 * 1024
"""Bytes of the largest submission that is read: 63 hashes and a note with a hundred signatures fit in."""
_NAME = re.compile(r"[0-9a-f]{64}", re.ASCII)


def create_witness(witness: Witness) -> Starlette:
    """Return the application; nobody needs a token, the log's signature is what counts."""

    def taking(act: Callable[[bytes], Awaitable[Reply]]) -> Callable[[Request], Awaitable[Response]]:
        async def take(request: Request) -> Response:
            raw = b""
            async for part in request.stream():
                raw += part
                if len(raw) > LARGEST:
                    return PlainTextResponse("the submission is too large\n", 413)
            reply = await act(raw)
            return Response(reply.body, reply.status, {"cache-control": "no-store", "content-type": reply.media})

        return take

    async def latest(request: Request) -> Response:
        name = request.path_params["name"]
        note = await witness.latest(name) if _NAME.fullmatch(name) else None
        if note is None:
            return PlainTextResponse("unknown log\n", 404)
        return Response(note, 200, {"cache-control": "public, max-age=1", "content-type": PLAIN})

    return Starlette(
        routes=[
            Route("/add-checkpoint", taking(witness.add_checkpoint), methods=["POST"]),
            Route("/add-successor", taking(witness.add_successor), methods=["POST"]),
            Route("/{name}/checkpoint", latest, methods=["GET"]),
        ]
    )
