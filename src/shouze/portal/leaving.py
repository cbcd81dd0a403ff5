"""Leaving: use stops the moment the user asks, destruction alone may wait so that a mistake can be undone (Art. 9(4)).

The certificate says what is destroyed by when, what a named law keeps until when, which stores are reached, and where
the log has it; it is signed, and the portal keeps none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from shouze.client import ClientError, Done, HeldOfOwn, Stands, Subject
from shouze.language import Text
from shouze.portal import receipts, visiting
from shouze.portal.ports import GIVEN
from shouze.portal.showing import show, status_of, told
from shouze.portal.visiting import Visiting, own_door, signed_in
from shouze.portal.words import Words, law
from shouze.rules.period import after

UNDO_DAYS = 7
STORES = (
    (Text("信息库及其索引", "The store of values and its indexes"), "reached"),
    (Text("密钥库（密钥销毁，密文不可再开）", "The store of keys: without them nothing opens"), "reached"),
    (Text("备份（在删除期限内随密钥更替失效）", "Backups, within the erasure bound, as keys are replaced"), "bound"),
    (Text("操作日志（只有承诺，没有内容）", "The handling log: it holds commitments, no values"), "nothing-held"),
    (Text("已提供给接收方、代理人的副本，以及本系统之外的副本",
          "Copies that recipients or agents were given, and any outside this system"), "not-reached"),
)  # fmt: skip


@dataclass(frozen=True)
class Ending:
    """One item of one purpose that ends, or that a law keeps, with the moment."""

    held: HeldOfOwn
    item: Text
    purpose: Text
    at: datetime
    law: Text | None = None


@signed_in
@require_http_methods(["GET", "POST"])
def leave(request: Visiting, service: str) -> HttpResponse:
    """Show what ends and what a law keeps; then end it."""
    words = Words.read()
    try:
        stands = own_door(request.visit).own_standing()
        if not any(each.service == service and each.left is None for each in stands.services):
            raise Http404
        ends, kept = outcome(stands, service, words, GIVEN.now())
        if request.method == "POST" and request.POST.get("when") in ("later", "now"):
            return _left(request, service, words)
    except ClientError as problem:
        return show(request, "leave", {"problem": told(problem)}, status=status_of(problem))
    unanswered = request.method == "POST"
    shown = {"service": words.service(service), "ends": ends, "kept": kept, "days": UNDO_DAYS, "unanswered": unanswered}
    return show(request, "leave", shown, status=422 if unanswered else 200)


@signed_in
@require_POST
def undo(request: Visiting, service: str) -> HttpResponse:
    """Take the service up again."""
    try:
        own_door(request.visit).resume(service=service, subject=Subject(id=request.visit.subject))
    except ClientError as problem:
        return services(request, problem)
    return redirect("services")


@signed_in
@require_http_methods(["GET"])
def listed(request: Visiting) -> HttpResponse:
    """Show the services that the user uses or left."""
    return services(request)


def services(request: Visiting, problem: ClientError | None = None) -> HttpResponse:
    """Return the page of services."""
    words = Words.read()
    try:
        stands = own_door(request.visit).own_standing()
    except ClientError as refused:
        return show(request, "services", {"problem": told(refused)}, status=status_of(refused))
    shown = [
        (each, words.service(each.service), _undone_until(stands, each.service) if each.left else None)
        for each in stands.services
    ]
    return show(request, "services", {"services": shown, "problem": told(problem) if problem else None},
                status=status_of(problem) if problem else 200)  # fmt: skip


@signed_in
@require_POST
def certificate(request: Visiting) -> HttpResponse:
    """Return a certificate as a file; only what the portal itself has signed."""
    raw = request.POST.get("certificate", "").encode()
    if not receipts.is_ours(raw):
        raise Http404
    answer = HttpResponse(raw, content_type="application/json")
    answer["content-disposition"] = 'attachment; filename="erasure-certificate.json"'
    return answer


def outcome(stands: Stands, service: str, words: Words, now: datetime) -> tuple[list[Ending], list[Ending]]:
    """Return what leaving a service ends, and what a named law keeps, each with its moment."""
    ends, kept = list[Ending](), list[Ending]()
    for each in (held for held in stands.held if held.service == service):
        rule = words.rule(service, each.purpose)
        item, purpose = words.item(each.item), words.purpose(service, each.purpose)
        period = rule.retention.period if rule and rule.retention.counted_from == "service-end" else "P0D"
        until = each.due or after(now, period)
        if each.law is not None:
            kept.append(Ending(each, item, purpose, until, law(rule)))
        else:
            ends.append(Ending(each, item, purpose, until if each.due is None else now))
    return ends, kept


def _left(request: Visiting, service: str, words: Words) -> HttpResponse:
    now, days = GIVEN.now(), UNDO_DAYS if request.POST["when"] == "later" else 0
    door = own_door(request.visit)
    stands = door.own_standing()
    done = door.terminate(service=service, subject=Subject(id=request.visit.subject), undo_days=days)
    ends, kept = outcome(stands, service, words, now)
    content = _certificate(request.visit.subject, service, now, now + timedelta(days=days), (ends, kept), done)
    gone = days == 0 and not kept and all(each.service == service or each.left for each in stands.services)
    shown = {
        "service": words.service(service), "ends": ends, "kept": kept, "due": now + timedelta(days=days), "days": days,
        "stores": STORES, "certificate": receipts.signed(content).decode(), "gone": gone,
    }  # fmt: skip
    if gone:
        visiting.end_all(request.visit.subject)
    return show(request, "left", shown)


def _certificate(
    subject: str, service: str, now: datetime, due: datetime, outcome: tuple[list[Ending], list[Ending]], done: Done
) -> dict[str, Any]:
    ends, kept = outcome
    receipt = done.receipt
    return {
        "format": "shouze-erasure/1", "subject": subject, "service": service, "stopped_at": now.isoformat(),
        "destroyed": [{"item": each.held.item, "purpose": each.held.purpose, "by": max(each.at, due).isoformat()}
                      for each in ends],
        "kept": [{"item": each.held.item, "purpose": each.held.purpose, "until": each.at.isoformat(),
                  "law": each.law.en if each.law else each.held.law} for each in kept],
        "stores": [{"store": store.en, "state": state} for store, state in STORES],
        "record": {"node": receipt.node, "boot": receipt.boot, "nseq": receipt.nseq, "leaf": receipt.leaf.hex()}
        if receipt else None,
    }  # fmt: skip


def _undone_until(stands: Stands, service: str) -> datetime | None:
    waiting = [each.due for each in stands.held if each.service == service and each.law is None and each.due]
    return max(waiting, default=None)
