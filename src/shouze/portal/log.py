"""The log as anybody may check it: its newest checkpoint, its keys and witnesses, a page that verifies a proof."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from shouze.client import ClientError
from shouze.portal.ports import door
from shouze.portal.receipts import public_keys
from shouze.portal.showing import show
from shouze.registers.saying import status_of, words_of


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Show the checkpoint with its signatures, and take a proof to verify in the browser."""
    try:
        checkpoint = door().published("checkpoint").decode()
        shards: dict[str, Any] = msgspec.json.decode(door().published("shards"))
    except ClientError as problem:
        return show(request, "log", {"problem": words_of(problem)}, status=status_of(problem))
    origin, size, root = checkpoint.split("\n")[:3]
    logs = shards["logs"]
    shown = {
        "checkpoint": checkpoint, "origin": origin, "size": int(size), "root": root, "logs": logs,
        "vkeys": [each["vkey"] for each in logs],
    }  # fmt: skip
    return show(request, "log", shown)


@require_safe
def keys(_request: HttpRequest) -> HttpResponse:
    """Return the public key that receipts and certificates are checked with."""
    return JsonResponse(public_keys())
