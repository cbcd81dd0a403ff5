"""Leaving: use stops the moment the user asks, destruction alone may wait so that a mistake can be undone (Art. 9(4)).

Whoever leaves is given a link that serves without signing in, to what became of it and to its certificate
(``parted``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from shouze.client import ClientError, HeldOfOwn, Stands, Subject
from shouze.language import Text
from shouze.portal import certifying, taking_over, visiting
from shouze.portal.models import Parting, Visit
from shouze.portal.parted import link_of, told_of
from shouze.portal.ports import GIVEN
from shouze.portal.showing import show
from shouze.portal.visiting import Visiting, own_door, signed_in
from shouze.portal.words import Words, law
from shouze.registers.saying import status_of, words_of
from shouze.rules.period import after

UNDO_DAYS = 7


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
        if not uses(stands, service):
            raise Http404
        ends, kept = outcome(stands, service, words, GIVEN.now())
        if request.method == "POST" and request.POST.get("when") in ("later", "now"):
            return _left(request, service, words)
    except ClientError as problem:
        return show(request, "leave", {"problem": words_of(problem)}, status=status_of(problem))
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
    certifying.taken_up(request.visit.subject, service)
    return redirect("services")


@signed_in
@require_POST
def link(request: Visiting, service: str) -> HttpResponse:
    """Give whoever left and is still signed in another link; the one before serves no more."""
    secret, row = taking_over.renewed(request.visit.subject, service)
    shown = told_of(row, certifying.known(row), Words.read())
    return show(request, "left", shown | {"address": link_of(request, secret), "secret": secret})


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
        return show(request, "services", {"problem": words_of(refused)}, status=status_of(refused))
    taking_over.all_of(request.visit.subject)
    linked = set(certifying.of_subject(request.visit.subject).values_list("service", flat=True))
    shown = [
        (each, words.service(each.service), _undone_until(stands, each.service) if each.left else None,
         each.left and each.service in linked)
        for each in stands.services
    ]  # fmt: skip
    return show(request, "services", {"services": shown, "problem": words_of(problem) if problem else None},
                status=status_of(problem) if problem else 200)  # fmt: skip


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


@dataclass(frozen=True)
class Departure:
    """That somebody left: the secret of the link, which is kept nowhere, and what became of it so far."""

    secret: str
    row: Parting
    became: certifying.Outcome
    account_gone: bool


def uses(stands: Stands, service: str) -> bool:
    """Tell whether the user uses a service, and may leave it."""
    return any(each.service == service and each.left is None for each in stands.services)


def depart(visit: Visit, service: str, words: Words, *, undo_days: int) -> Departure:
    """End the use of a service at once; ClientError where the door refuses."""
    now, subject, own = GIVEN.now(), visit.subject, own_door(visit)
    stands, undo_until = own.own_standing(), now + timedelta(days=undo_days)
    plan = [_line(each, undo_until) for each in chain(*outcome(stands, service, words, now))]
    secret, row = certifying.begin(subject, service, plan, undo_until, certifying.copies_of(own, service))
    try:
        done = own.terminate(service=service, subject=Subject(id=subject), undo_days=undo_days)
        certifying.took_place(row, done.receipt)
    except ClientError:
        row.delete()
        raise
    try:
        became = certifying.look(row)
    except ClientError:  # it has taken place: whoever left gets the link all the same
        became = certifying.known(row)
    gone = not row.subject and all(each.service == service or each.left for each in stands.services)
    if gone:
        visiting.end_all(subject)
    return Departure(secret, row, became, gone)


def _left(request: Visiting, service: str, words: Words) -> HttpResponse:
    days = UNDO_DAYS if request.POST["when"] == "later" else 0
    left = depart(request.visit, service, words, undo_days=days)
    shown = told_of(left.row, left.became, words) | {
        "address": link_of(request, left.secret), "secret": left.secret, "account_gone": left.account_gone,
    }  # fmt: skip
    return show(request, "left", shown)


def _line(each: Ending, undo_until: datetime) -> certifying.Line:
    law = (each.law.zh, each.law.en) if each.law else (each.held.law, each.held.law) if each.held.law else None
    return certifying.Line(
        item=each.held.item, purpose=each.held.purpose, usage=each.held.usage, by=max(each.at, undo_until), law=law
    )


def _undone_until(stands: Stands, service: str) -> datetime | None:
    waiting = [each.due for each in stands.held if each.service == service and each.law is None and each.due]
    return max(waiting, default=None)
