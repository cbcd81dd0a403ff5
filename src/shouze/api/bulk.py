"""Bulk requests over HTTP: ask, decide, run, stop, fetch, certify.

A run goes on in the gateway after its answer; ``GET`` tells how far it has come. Only age files leave here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from shouze.api.bodies import ClaimedPlace
from shouze.api.operations import Asked, Operation, Parts, Streamed
from shouze.errors import UnavailableError
from shouze.gateway.asking import Note
from shouze.gateway.bulk.certificate import Certificate, page
from shouze.gateway.bulk.office import Bulk
from shouze.gateway.bulk.request import BulkAction, Form, Format, Job, Listed, Reach, Remarks, State
from shouze.language import Text

PATH = "/v1/bulk/requests"
FILE, HTML = "application/octet-stream", "text/html"


class BulkBody(Form, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A bulk request; ``reason``, ``ticket`` and ``recipient`` are kept as personal information.

    ``listed`` goes with the reach ``listed``; ``recipient``, ``recipient_key`` and ``provided_to`` with ``export`` and
    ``copy``.
    """

    reason: Note
    ticket: Note | None = None
    recipient: Note | None = None
    listed: Listed | None = None
    place: ClaimedPlace = ClaimedPlace()


class PlaceBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where the caller stands."""

    place: ClaimedPlace = ClaimedPlace()


class BulkAnswer(msgspec.Struct, frozen=True):
    """A bulk request as it stands; counts are of subjects, ``refused`` by code.

    ``until`` is the end of approval and result, ``why`` the code of what stopped or failed the run. What people wrote
    is there only where one request is shown, and only while the key of its day lives.
    """

    id: str
    state: State
    service: str
    purpose: str
    action: BulkAction
    items: tuple[str, ...]
    reach: Reach
    consented: str | None
    volume: int
    format: Format
    provided_to: str | None
    recipient_key: str | None
    asked_by: str
    asked_at: datetime
    decide_by: datetime
    decided_by: str | None
    decided_at: datetime | None
    until: datetime | None
    begun_at: datetime | None
    ended_at: datetime | None
    why: str | None
    stopping: bool
    listed: int
    unknown: int
    seen: int
    rows: int
    not_held: int
    kept: int
    refused: dict[str, int]
    reason: str | None = None
    ticket: str | None = None
    recipient: str | None = None


class BulkListAnswer(msgspec.Struct, frozen=True):
    """The newest requests that the caller made or may decide about."""

    requests: tuple[BulkAnswer, ...]


async def request(parts: Parts, asked: Asked[BulkBody]) -> BulkAnswer:
    """Ask for a bulk operation; nothing happens before a second person approves it."""
    body = asked.body
    form = Form(**{name: getattr(body, name) for name in Form.__struct_fields__})
    remarks = Remarks(reason=body.reason, ticket=body.ticket, recipient=body.recipient)
    return answer_of(await _bulk(parts).request(asked.visitor(body.place), form, remarks, body.listed))


async def overview(parts: Parts, asked: Asked[None]) -> BulkListAnswer:
    """List the newest requests that the caller made or may decide about."""
    return BulkListAnswer(tuple(map(answer_of, await _bulk(parts).overview(asked.visitor()))))


async def show(parts: Parts, asked: Asked[None]) -> BulkAnswer:
    """Show a request and how far its run has come."""
    return answer_of(*await _bulk(parts).show(asked.visitor(), asked.path["id"]))


async def approve(parts: Parts, asked: Asked[PlaceBody]) -> BulkAnswer:
    """Approve somebody else's request; the approval is published as policy."""
    job = await _bulk(parts).approve(asked.visitor(asked.body.place), asked.path["id"])
    await parts.door.refresh()
    return answer_of(job)


async def refuse(parts: Parts, asked: Asked[PlaceBody]) -> BulkAnswer:
    """Refuse somebody else's request."""
    return answer_of(await _bulk(parts).refuse(asked.visitor(asked.body.place), asked.path["id"]))


async def run(parts: Parts, asked: Asked[PlaceBody]) -> BulkAnswer:
    """Run an approved request, or go on with one that was stopped; it goes on after this answer."""
    return answer_of(await _bulk(parts).start(asked.visitor(asked.body.place), asked.path["id"]))


async def stop(parts: Parts, asked: Asked[PlaceBody]) -> BulkAnswer:
    """Stop a run after the chunk under way."""
    return answer_of(await _bulk(parts).stop(asked.visitor(asked.body.place), asked.path["id"]))


async def file(parts: Parts, asked: Asked[None]) -> Streamed:
    """Fetch a result: a tar archive of age files that only the recipient's key opens."""
    number = asked.path["id"]
    return Streamed(FILE, f"{number}.tar", await _bulk(parts).fetch(asked.visitor(), number))


async def certificate(parts: Parts, asked: Asked[None]) -> Certificate:
    """Return the certificate of a destruction."""
    return await _bulk(parts).certificate(asked.visitor(), asked.path["id"])


async def certificate_page(parts: Parts, asked: Asked[None]) -> Streamed:
    """Return the certificate of a destruction as a page to print."""
    certified = await certificate(parts, asked)
    return Streamed.whole(HTML, f"{certified.request}.html", page(certified, asked.language).encode())


def answer_of(job: Job, remarks: Remarks | None = None) -> BulkAnswer:
    """Return a request as answers show it."""
    form, counts = job.form, job.counts
    written = (remarks.reason, remarks.ticket, remarks.recipient) if remarks else (None, None, None)
    return BulkAnswer(
        job.id, job.state, form.service, form.purpose, form.action, form.items, form.scope.reach,
        form.scope.consented, form.volume, form.format, form.provided_to, form.recipient_key, job.asked_by.id,
        job.asked_at, job.decide_by, job.decided_by, job.decided_at, job.until, job.begun_at, job.ended_at, job.why,
        job.stopping, job.listed, job.unknown, counts.seen, counts.rows, counts.not_held, counts.kept,
        dict(counts.refused), *written,
    )  # fmt: skip


def _bulk(parts: Parts) -> Bulk:
    if parts.bulk is None:
        raise UnavailableError(
            Text("此网关不办理批量操作", "This gateway takes no bulk requests"),
            remedy=Text("向办理批量操作的网关提出", "Ask a gateway that does"),
        )
    return parts.bulk


def _of_one(verb: str, act: Any, summary: Text, method: str = "POST", **more: Any) -> Operation[Any]:
    body = PlaceBody if method == "POST" else None
    path = f"{PATH}/{{id}}/{verb}"
    known: dict[str, Any] = {"answer": BulkAnswer, "repeatable": method == "POST", **more}
    named = f"bulk-{verb.replace('/', '-')}"
    return Operation(method=method, path=path, id=named, body=body, act=act, latest=True, summary=summary, **known)


OPERATIONS: tuple[Operation[Any], ...] = (
    Operation(
        method="POST", path=PATH, id="bulk-request", body=BulkBody, answer=BulkAnswer, act=request, status=201,
        latest=True, repeatable=True,
        summary=Text("申请批量导出、复制或销毁", "Ask for an export, copying or destruction in bulk"),
    ),
    Operation(
        method="GET", path=PATH, id="bulk-list", body=None, answer=BulkListAnswer, act=overview, latest=True,
        summary=Text("列出批量申请", "List bulk requests"),
    ),
    Operation(
        method="GET", path=f"{PATH}/{{id}}", id="bulk-show", body=None, answer=BulkAnswer, act=show, latest=True,
        summary=Text("查看批量申请和进度", "Show a bulk request and its progress"),
    ),
    _of_one("approve", approve, Text("批准他人的批量申请", "Approve another's bulk request")),
    _of_one("refuse", refuse, Text("拒绝他人的批量申请", "Refuse another's bulk request")),
    _of_one("run", run, Text("执行已批准的批量申请", "Run an approved bulk request")),
    _of_one("stop", stop, Text("停止执行", "Stop a run")),
    _of_one("file", file, Text("取得加密结果", "Fetch the encrypted result"), "GET", answer=bytes, gives=FILE),
    _of_one("certificate", certificate, Text("销毁证明", "Certificate of destruction"), "GET", answer=Certificate),
    _of_one(
        "certificate/page", certificate_page, Text("可打印的销毁证明", "The certificate as a page to print"), "GET",
        answer=str, gives=HTML,
    ),
)  # fmt: skip
