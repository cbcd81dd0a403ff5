"""Leaving for the operator's own apps, as JSON: what ends, what is kept, asking, undoing, the certificate (Art. 9(4)).

Afterwards the account may be gone: by the link's secret alone an app shows what became of it, in a body and never in
an address, as the page does.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from django.http import Http404, HttpRequest
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouze.client import Subject
from shouze.errors import ConflictError
from shouze.language import Text
from shouze.portal import certifying, taking_over
from shouze.portal.answers import Left, Line, Parted, Prospect, Service, Services, State, Store
from shouze.portal.api import answering, read, signed_in
from shouze.portal.leaving import UNDO_DAYS, Departure, Ending, depart, outcome, uses
from shouze.portal.limiting import demand
from shouze.portal.models import Parting
from shouze.portal.parted import LOOKS, link_of
from shouze.portal.ports import GIVEN
from shouze.portal.visiting import Visiting, own_door
from shouze.portal.words import Words
from shouze.web.reading import say


class Leaving(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When what ends is destroyed: ``later`` leaves the days to undo it; ``now``. Nothing is chosen for the user."""

    when: Literal["later", "now"]


class Secret(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The secret of a link, or the whole of it."""

    secret: str


@require_GET
@signed_in
def services(request: Visiting) -> object:
    """List the services that the user uses or left."""
    taking_over.all_of(request.visit.subject)
    stands, words = own_door(request.visit).own_standing(), Words.read()
    linked = set(certifying.of_subject(request.visit.subject).values_list("service", flat=True))
    return Services([
        Service(each.service, say(words.service(each.service)), each.left, bool(each.left) and each.service in linked)
        for each in stands.services
    ])  # fmt: skip


@require_http_methods(["GET", "POST", "DELETE"])
@signed_in
def leave(request: Visiting, service: str) -> object:
    """Tell by GET what leaving ends and what a law keeps; leave by POST; undo it by DELETE."""
    words, own = Words.read(), own_door(request.visit)
    if request.method == "DELETE":
        own.resume(service=service, subject=Subject(id=request.visit.subject))
        certifying.taken_up(request.visit.subject, service)
        return State("resumed")
    asked = read(request, Leaving) if request.method == "POST" else None
    stands = own.own_standing()
    if not uses(stands, service):
        raise Http404
    if asked is None:
        ends, kept = ([_ending(each) for each in lines] for lines in outcome(stands, service, words, GIVEN.now()))
        return Prospect(service, say(words.service(service)), UNDO_DAYS, ends, kept)
    # A09-4-stop: collecting and using stop with this act; destruction alone may wait
    gone = depart(request.visit, service, words, undo_days=UNDO_DAYS if asked.when == "later" else 0)
    return _left(request, gone, words)


@require_POST
@signed_in
def link(request: Visiting, service: str) -> object:
    """Give another link to whoever left and is still known; the one before serves no more."""
    secret, row = taking_over.renewed(request.visit.subject, service)
    return _left(request, Departure(secret, row, certifying.known(row), account_gone=False), Words.read())


@require_POST
@answering
def erasure(request: HttpRequest) -> object:
    """Tell what became of having left, by the link's secret."""
    row = _found(request)
    return _parted(row, certifying.look(row), Words.read())


@require_POST
@answering
def undo(request: HttpRequest) -> object:
    """Undo having left, by the link's secret, while that is possible."""
    row = _found(request)
    if not certifying.may_undo(row):
        remedy = Text("重新申请该业务", "Ask for the service anew")
        raise ConflictError(Text("已过可以撤销的期限", "It is too late to undo it"), remedy=remedy)
    certifying.undo(row)
    return State("resumed")


@require_POST
@answering
def certificate(request: HttpRequest) -> object:
    """Give the signed certificate, by the link's secret; ConflictError before anything is destroyed."""
    row = _found(request)
    certifying.look(row)
    if not row.certificate:
        remedy = Text("销毁之后再取", "Fetch it once something is destroyed")
        raise ConflictError(Text("还没有销毁", "Nothing is destroyed yet"), remedy=remedy)
    return msgspec.Raw(row.certificate.encode())


def _found(request: HttpRequest) -> Parting:
    # Invariant: a try is counted before it is looked at, and wrong, unknown and ended links are answered alike.
    demand(LOOKS, request.META["REMOTE_ADDR"])
    row = taking_over.found(read(request, Secret).secret.rpartition("#")[2])
    if row is None:
        raise Http404
    return row


def _left(request: Visiting, left: Departure, words: Words) -> Left:
    told = msgspec.structs.asdict(_parted(left.row, left.became, words))
    return Left(**told, link=link_of(request, left.secret), secret=left.secret, account_gone=left.account_gone)


def _recipients(row: Parting, names: list[str] | None, words: Words) -> list[str] | None:
    return None if names is None else [say(words.recipient(row.service, each)) for each in names]


def _parted(row: Parting, became: certifying.Outcome, words: Words) -> Parted:
    destroyed, waiting, kept = ([_line(row, each, words) for each in lines] for lines in became)
    stores = [
        Store(say(Text(**each["store"])), each["state"], each.get("until"),
              _recipients(row, each.get("recipients", []), words))
        for each in certifying.stores(row, GIVEN.now())
    ]  # fmt: skip
    return Parted(
        number=row.number, service=row.service, name=say(words.service(row.service)), asked_at=row.asked_at,
        undo_until=row.undo_until if certifying.may_undo(row) else None, undone_at=row.undone_at, destroyed=destroyed,
        to_be_destroyed=waiting, kept=kept, stores=stores, certified=bool(row.certificate), until=row.until,
    )  # fmt: skip


def _line(row: Parting, each: certifying.Line, words: Words) -> Line:
    law = say(Text(*each.law)) if each.law else None
    name, purpose = say(words.item(each.item)), say(words.purpose(row.service, each.purpose))
    return Line(each.item, name, each.purpose, purpose, each.usage, each.by, law)


def _ending(each: Ending) -> Line:
    held, law = each.held, say(each.law) if each.law else None
    return Line(held.item, say(each.item), held.purpose, say(each.purpose), held.usage, each.at, law)
