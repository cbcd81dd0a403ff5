"""Consents: granted and withdrawn with one act each, nothing ticked before, at the door at once (Art. 9)."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shouze.client import ClientError, ConsentGiven, Stands, Subject
from shouze.errors import ConflictError, InvalidError, NotYoursError, ShouzeError
from shouze.language import Text
from shouze.portal import codes
from shouze.portal.agreeing import Asked, asked_of, find, is_minor
from shouze.portal.held import release
from shouze.portal.limiting import demand, digest
from shouze.portal.ports import GIVEN
from shouze.portal.receipts import receipt_of
from shouze.portal.showing import show
from shouze.portal.signing_in import CodeForm
from shouze.portal.visiting import Visiting, own_door, signed_in
from shouze.portal.words import Words
from shouze.registers.saying import status_of, words_of
from shouze.web.reading import say

CHANNEL = "portal"
GUARDIAN = "guardian"
HANDLE = "portal-guardian"


@dataclass(frozen=True)
class Wish:
    """What a user agrees to: a purpose in the version that was shown, these items, these recipients."""

    asked: Asked
    version: int
    items: frozenset[str]
    recipients: frozenset[str]


@signed_in
@require_safe
def consents(request: Visiting) -> HttpResponse:
    """Show every purpose with its text and where the user stands."""
    return _page(request)


@signed_in
@require_POST
def agree(request: Visiting, service: str, purpose: str) -> HttpResponse:
    """Agree to one purpose: one act, for what was shown."""
    # A09-1-consent: by an act of the user's own, to the version that was shown
    try:
        stands = own_door(request.visit).own_standing()
        wish = wish_of(stands, request, service, purpose)
        if is_minor(stands):
            return _ask_guardian(request, stands, wish)
        note(request, wish, "pressed")
    except (ClientError, ShouzeError) as problem:
        return _page(request, problem)
    return _back(wish.asked)


@signed_in
@require_POST
def withdraw(request: Visiting, service: str, purpose: str) -> HttpResponse:
    """Withdraw: one act, at once, without a question in between."""
    # A09-1-consent, A09-3-no-coerce: withdrawing is as easy as agreeing, and changes nothing else
    try:
        own_door(request.visit).withdraw(
            service=service, subject=Subject(id=request.visit.subject), purposes=[purpose],
            items=request.POST.getlist("withdrawn"),
        )  # fmt: skip
    except ClientError as problem:
        return _page(request, problem)
    return redirect("consents")


@signed_in
@require_http_methods(["GET", "POST"])
def guardian(request: Visiting, service: str, purpose: str) -> HttpResponse:
    """Take the guardian's code, and note the consent as theirs."""
    stands = own_door(request.visit).own_standing()
    asked = find(stands, Words.read(), service, purpose)
    if asked is None:
        raise Http404
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        found = codes.check(request.COOKIES.get(HANDLE, ""), form.cleaned_data["code"], _reason(service, purpose))
        if found is not None and found.subject == request.visit.subject:
            note(request, wish_of(stands, request, service, purpose), GUARDIAN)
            return _back(asked)
        form.add_error("code", say(Text("验证码不正确或已失效", "The code is wrong or no longer holds")))
    return show(request, "guardian", {"form": form, "asked": asked, "kept": _posted(request)},
                status=422 if form.is_bound else 200)  # fmt: skip


@signed_in
@require_safe
def receipt(request: Visiting, service: str, purpose: str) -> HttpResponse:
    """Return the signed receipt of a consent (ISO/IEC TS 27560, W3C DPV)."""
    asked = find(own_door(request.visit).own_standing(), Words.read(), service, purpose)
    if asked is None or asked.consent is None:
        raise Http404
    answer = HttpResponse(receipt_of(asked, request.visit.subject), content_type="application/ld+json")
    answer["content-disposition"] = f'attachment; filename="consent-{service}-{purpose}.jsonld"'
    return answer


def wish_of(stands: Stands, request: HttpRequest, service: str, purpose: str) -> Wish:
    """Return what a user's form agrees to; ConflictError where the rules changed since it was shown."""
    asked = find(stands, Words.read(), service, purpose)
    if asked is None:
        raise Http404
    if request.POST.get("version") != str(asked.version):
        remedy = Text("请阅读新的规则后再决定", "Read the new rules, then decide")
        raise ConflictError(
            Text("规则刚刚更新，没有登记任何内容", "The rules just changed; nothing was noted"), remedy=remedy
        )
    return wish(asked, request.POST.getlist("item"), request.POST.getlist("recipient"))


def wish(asked: Asked, items: list[str], recipients: list[str]) -> Wish:
    """Return a wish of these optional items and recipients beside what comes with the purpose."""
    chosen = frozenset(items) & {each[0] for each in asked.optional}
    agreed = frozenset(each[0] for each in asked.necessary) | chosen
    if not agreed:
        remedy = Text("至少选择一项，或不同意", "Choose one at least, or do not agree")
        raise InvalidError(Text("没有选择信息项", "No item is chosen"), field="item", remedy=remedy)
    return Wish(asked, asked.version, agreed, frozenset(recipients) & {name for name, _ in asked.recipients})


def note(request: Visiting, wished: Wish, act: str) -> None:
    """Note a consent at the door; what of an earlier one is no longer agreed to is withdrawn first, and gone."""
    asked, door, subject = wished.asked, own_door(request.visit), Subject(id=request.visit.subject)
    earlier = asked.consent if asked.consent and asked.consent.withdrawn_at is None else None
    if dropped := frozenset(earlier.items if earlier else ()) - wished.items:
        door.withdraw(service=asked.service, subject=subject, purposes=[asked.purpose.id], items=sorted(dropped))
    given = ConsentGiven(
        purpose=asked.purpose.id, version=wished.version, items=sorted(wished.items), act=act, channel=CHANNEL,
        recipients=sorted(wished.recipients),
    )  # fmt: skip
    door.consent(service=asked.service, subject=subject, consents=[given])


def _ask_guardian(request: Visiting, stands: Stands, wished: Wish) -> HttpResponse:
    """Send a code to the guardian's number; the consent is noted when it comes back."""
    opened = release(request, stands, ["guardian-phone"])
    address = opened.items.get("guardian-phone") if opened else None
    if address is None or "phone" not in GIVEN.ways:
        remedy = Text("请监护人联系我们", "Let the guardian contact us")
        raise NotYoursError(Text("未满十四周岁须由监护人同意", "Under 14 a guardian has to agree"), remedy=remedy)
    reason = _reason(wished.asked.service, wished.asked.purpose.id)
    demand(codes.BY_HOLDER, GUARDIAN, request.visit.subject)
    handle = codes.make(reason, "phone", address, request.visit.subject)
    form = CodeForm()
    answer = show(request, "guardian", {"form": form, "asked": wished.asked, "kept": _posted(request)})
    answer.set_cookie(HANDLE, handle, max_age=600, secure=request.is_secure(), httponly=True, samesite="Strict")
    return answer


def _reason(service: str, purpose: str) -> str:
    return digest(service, purpose)[:32]


def _posted(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, value) for name in ("version", "item", "recipient") for value in request.POST.getlist(name)]


def _back(asked: Asked) -> HttpResponse:
    answer = redirect("consents")
    answer["location"] += f"#{asked.service}-{asked.purpose.id}"
    return answer


def _page(request: Visiting, problem: ShouzeError | None = None) -> HttpResponse:
    words = Words.read()
    try:
        services = asked_of(own_door(request.visit).own_standing(), words)
    except ClientError as refused:
        return show(request, "consents", {"problem": words_of(refused)}, status=status_of(refused))
    shown = {"services": services, "problem": words_of(problem) if problem else None}
    return show(request, "consents", shown, status=status_of(problem) if problem else 200)
