"""The same for the operator's own apps, as JSON: a hand-over is exchanged for a token that stands in a header alone.

Words come in the language that ``Accept-Language`` asks for. Errors are problem details (RFC 9457).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar

import msgspec
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouze.client import ClientError, Subject
from shouze.errors import ConflictError, InvalidError, NotFoundError, ShouzeError, UnauthenticatedError
from shouze.language import Text
from shouze.portal import visiting
from shouze.portal.agreeing import Asked, asked_of, find, is_minor
from shouze.portal.consenting import note, wish
from shouze.portal.correcting import corrects_at_once
from shouze.portal.handing_over import spend
from shouze.portal.held import items_of, release
from shouze.portal.receipts import receipt_of
from shouze.portal.used import row_of
from shouze.portal.visiting import Visiting, of_app, own_door
from shouze.portal.words import Words
from shouze.web.reading import say

P = ParamSpec("P")
B = TypeVar("B")
Names = Annotated[tuple[str, ...], msgspec.Meta(max_length=100)]


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A hand-over."""

    assertion: str


class Opening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Items to open."""

    items: Names


class Agreeing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the user agrees to: the version that was shown, optional items and recipients that were chosen."""

    version: int
    items: Names = ()
    recipients: Names = ()


def answering(
    page: Callable[Concatenate[HttpRequest, P], object],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Answer with JSON, and with a problem where there is one; no cookie counts here."""

    @csrf_exempt
    @wraps(page)
    def answered(request: HttpRequest, /, *args: P.args, **fields: P.kwargs) -> HttpResponse:
        try:
            return _json(page(request, *args, **fields))
        except PermissionDenied:
            return _problem(UnauthenticatedError())
        except Http404:
            return _problem(NotFoundError())
        except (ClientError, ShouzeError) as problem:
            return _problem(problem)

    return answered


def signed_in(page: Callable[Concatenate[Visiting, P], object]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Answer whoever's token stands in the header."""

    @wraps(page)
    def guarded(request: HttpRequest, /, *args: P.args, **fields: P.kwargs) -> object:
        visit = of_app(request)
        if visit is None:
            raise UnauthenticatedError
        known: Any = request
        known.visit = visit
        return page(known, *args, **fields)

    return answering(guarded)


@require_POST
@answering
def sign_in(request: HttpRequest) -> object:
    """Exchange a hand-over for a token of a quarter of an hour."""
    subject, app = spend(read(request, SignIn).assertion)
    token, visit = visiting.begin(subject, f"app:{app}", visiting.APP_LASTS)
    return {"token": token, "until": visit.until}


@require_http_methods(["GET", "POST"])
@signed_in
def held(request: Visiting) -> object:
    """Tell what is held; by POST open what is named."""
    stands = own_door(request.visit).own_standing()
    opened = release(request, stands, list(read(request, Opening).items)) if request.method == "POST" else None
    words = Words.read()
    return {
        "items": [
            {"item": each.item, "name": say(each.label), "since": each.since, "value": each.value,
             "corrected_at_once": corrects_at_once(each.item, words),
             "held": [_said(ground) for ground in each.grounds]}
            for each in items_of(stands, (), words, opened)
        ]
    }  # fmt: skip


@require_GET
@signed_in
def records(request: Visiting) -> object:
    """Tell who used it, the newest first."""
    before = request.GET.get("before", "")
    cursor = int(before) if before.isdecimal() and len(before) < 16 else None
    page, words = own_door(request.visit).own_records(cursor=cursor), Words.read(actors=True)
    rows = [(each, row_of(each, words)) for each in page.records]
    return {
        "records": [
            {"index": each.index, "at": each.at, "who": say(row.who), "act": say(row.act), "site": each.site,
             "service": say(row.service), "purposes": [say(name) for name in row.purposes],
             "items": [say(name) for name in row.items], "recipient": say(row.recipient) if row.recipient else None,
             "outcome": each.outcome, "code": each.code, "article": each.article,
             "why": say(row.why) if row.why else None, "rule": each.rule}
            for each, row in rows
        ],
        "before": page.cursor,
    }  # fmt: skip


@require_GET
@signed_in
def proof(request: Visiting, index: int) -> object:
    """Return the proof of one record, with the keys of the logs."""
    found = own_door(request.visit).own_proofs(records=[index])
    return {"proof": found.proofs[0], "vkeys": found.vkeys}


@require_GET
@signed_in
def consents(request: Visiting) -> object:
    """Tell what is asked and where the user stands, as the widget shows it."""
    listed = asked_of(own_door(request.visit).own_standing(), Words.read())
    return {
        "services": [
            {"service": service.service, "name": say(name), "purposes": [_asked(each) for each in asked]}
            for service, name, asked in listed
        ]
    }


@require_http_methods(["POST", "DELETE"])
@signed_in
def consent(request: Visiting, service: str, purpose: str) -> object:
    """Agree by POST, withdraw by DELETE; one act each."""
    if request.method == "DELETE":
        own_door(request.visit).withdraw(service=service, subject=Subject(id=request.visit.subject), purposes=[purpose])
        return {"state": "withdrawn"}
    given, stands = read(request, Agreeing), own_door(request.visit).own_standing()
    asked = find(stands, Words.read(), service, purpose)
    if asked is None:
        raise Http404
    if is_minor(stands):
        remedy = Text("请在门户由监护人同意", "Let the guardian agree at the portal")
        raise ConflictError(Text("未满十四周岁须由监护人同意", "Under 14 a guardian has to agree"), remedy=remedy)
    if given.version != asked.version:
        remedy = Text("重新读取并再次询问用户", "Read it again and ask the user again")
        raise ConflictError(Text("规则刚刚更新", "The rules just changed"), field="version", remedy=remedy)
    note(request, wish(asked, list(given.items), list(given.recipients)), "pressed")
    return {"state": "agreed"}


@require_GET
@signed_in
def receipt(request: Visiting, service: str, purpose: str) -> object:
    """Return the signed receipt of a consent."""
    asked = find(own_door(request.visit).own_standing(), Words.read(), service, purpose)
    if asked is None or asked.consent is None:
        raise Http404
    return msgspec.Raw(receipt_of(asked, request.visit.subject))


def _asked(each: Asked) -> dict[str, Any]:
    def listed(items: list[tuple[str, Text, Text]]) -> list[dict[str, Any]]:
        agreed = each.agreed_items
        return [
            {"item": item, "name": say(name), "refusal": say(refusal), "agreed": item in agreed}
            for item, name, refusal in items
        ]

    return {
        "service": each.service, "purpose": each.purpose.id, "version": each.version, "name": say(each.name),
        "how": say(each.how), "kept": say(each.kept), "needed": each.purpose.necessary, "state": each.state,
        "state_words": say(each.words), "necessary": listed(each.necessary), "optional": listed(each.optional),
        "recipients": [{"recipient": name, "name": say(words), "agreed": name in each.agreed_recipients}
                       for name, words in each.recipients],
        "changes": [f"{say(kind)} {say(what)}" for kind, what in each.changes],
        "at": each.consent.at if each.consent else None,
    }  # fmt: skip


def _said(ground: dict[str, Any]) -> dict[str, Any]:
    return {name: say(each) if isinstance(each, Text) else each for name, each in ground.items()}


def read(request: HttpRequest, kind: type[B]) -> B:
    """Return what was sent; InvalidError where it is not what is asked for."""
    try:
        return msgspec.json.decode(request.body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        remedy = Text("按接口文档填写 JSON", "Send the JSON that the documentation describes")
        raise InvalidError(
            Text("不是所要求的 JSON", "It is not the JSON asked for"), field="body", remedy=remedy
        ) from None


def _json(content: object, status: int = 200, media: str = "application/json") -> HttpResponse:
    return HttpResponse(msgspec.json.encode(content), content_type=media, status=status)


def _problem(problem: ShouzeError) -> HttpResponse:
    code = problem.code if isinstance(problem, ClientError) else problem.kind.code
    told = {
        "type": "about:blank", "title": say(problem.kind.title), "status": problem.kind.status, "code": code,
        "detail": say(problem.detail), "remedy": say(problem.remedy), "field": problem.field,
    }  # fmt: skip
    return _json(told, problem.kind.status, "application/problem+json")
