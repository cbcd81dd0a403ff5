"""The counter: find a caller's account under a purpose, verify the caller, show what is permitted, end the call.

# Invariant: a value of the user stands in the answer to the one request that asked for it, and nowhere else: in no
# session, address, row, message or log line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from shouze.client import Checked, ClientError, Place, Subject
from shouze.desk.counter_forms import (
    BY_ID,
    CancelForm,
    CodeForm,
    CompareForm,
    ComplainForm,
    CorrectForm,
    FindForm,
    RequestForm,
    SendForm,
    WithdrawForm,
)
from shouze.desk.door_work import DoorWork, take_step
from shouze.desk.ending import end, ways_to_tell
from shouze.errors import UnavailableError
from shouze.language import Text
from shouze.registers import acting, one_time_codes, vocabulary
from shouze.registers.acting import Asked
from shouze.registers.asking import asked_of_door
from shouze.registers.complaints.register import REGISTER as COMPLAINTS
from shouze.registers.counter import codes
from shouze.registers.counter.models import Call
from shouze.registers.counter.register import REGISTER, not_verified, open_to, ways_to_send, ways_to_verify
from shouze.registers.describing import Choices
from shouze.registers.dooring import send_waiting
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN
from shouze.registers.requests.register import REGISTER as REQUESTS
from shouze.registers.roles import SERVING
from shouze.registers.saying import status_of, words_of
from shouze.rules.refusal import CATALOGUE
from shouze.web.pages.asking import person_of
from shouze.web.reading import say

MOST = 20


@login_required
@require_http_methods(["GET", "POST"])
def counter(request: HttpRequest) -> HttpResponse:
    """Find a user for a call; the identifier comes in the body."""
    person = _server(request)
    form, refused = FindForm(request.POST if request.method == "POST" else None), None
    if form.is_bound and form.is_valid():
        try:
            return redirect("call", _found(person, form.cleaned_data).number)
        except (ClientError, UnavailableError) as problem:
            refused = problem
    calls = Call.objects.filter(served_by=person, state__in=("begun", "verified")).order_by("-id")[:MOST]
    now = timezone.now()
    shown = {
        "form": form,
        "calls": [(each, REGISTER.states[each.state]) for each in calls if open_to(each, person.pk, now)],
        "refused": words_of(refused) if refused else None,
    }
    status = status_of(refused) if refused else 422 if form.is_bound else 200
    return render(request, "desk/counter.html", shown, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def call(request: HttpRequest, number: str) -> HttpResponse:
    """Go on with one's own call; what is asked by POST is done, and its answer shown this once."""
    person = _server(request)
    found = Call.objects.filter(number=number).first()
    if found is None:
        raise Http404
    # A13-3-permissions: a call is its server's alone, and shows nothing once it is over
    if not open_to(found, person.pk, timezone.now()):
        raise PermissionDenied
    under_way = _UnderWay(request=request, person=person, call=found)
    if request.method == "POST":
        take_step(under_way, _STEPS)
        if under_way.over:
            return redirect("counter")
    return _page(under_way)


@dataclass(kw_only=True)
class _UnderWay(DoorWork):
    """A call, and whether it is over with this request."""

    call: Call
    over: bool = False

    def about(self, *purposes: str) -> dict[str, Any]:
        """Return what every question about this caller says."""
        return _about(self.person, self.call.service, Subject(id=self.call.subject), purposes or (self.call.purpose,))

    def follow(self, act: str, **values: Any) -> None:
        """Note in the register what was done at the door."""
        self.call = acting.follow(REGISTER, REGISTER.act(act), self.call.pk, self.person, Asked(values))


def _server(request: HttpRequest) -> Person:
    person = person_of(request)
    if not SERVING & person.roles:
        raise PermissionDenied
    return person


def _found(person: Person, given: dict[str, Any]) -> Call:
    """Find the user at the door, which records it, and begin the call."""
    service, _, purpose = given["served"].partition("/")
    item, value, ticket = given["found_with"], given["value"], given["ticket"] or None
    if item == BY_ID:
        about = _about(person, service, Subject(id=value), (purpose,), ticket)
        checked: Checked = asked_of_door(
            person, lambda door: door.check(**about, items=vocabulary.declared_items(service, purpose))
        )
        if checked.refusal is not None:
            raise _UnmetError(checked.refusal.code, checked.refusal.article)
        subject = value
    else:
        about = _about(person, service, Subject(identifiers={item: value}), (purpose,), ticket)
        subject = asked_of_door(person, lambda door: door.compare(**about, item=item, value=value)).subject
    values = {
        "channel": given["channel"], "service": service, "purpose": purpose, "subject": subject, "found_with": item,
    }  # fmt: skip
    begun = acting.make(REGISTER, person, Asked(values))
    send_waiting()
    return begun


class _UnmetError(ClientError):
    """What a check says the door would refuse."""

    def __init__(self, code: str, article: str) -> None:
        super().__init__(kind=CATALOGUE[code], article=article)


def _about(
    person: Person, service: str, subject: Subject, purposes: tuple[str, ...], ticket: str | None = None
) -> dict[str, Any]:
    return {
        "service": service, "subject": subject, "purposes": list(purposes), "place": Place(site=person.site or None),
        "ticket": ticket,
    }  # fmt: skip


def _compare(under_way: _UnderWay) -> None:
    """Verify the caller by what they say, compared at the door without anything being shown."""
    given = under_way.given("compare", CompareForm(under_way.call, under_way.request.POST))
    if given is None or under_way.call.state != "begun":
        return
    item, value = given["item"], given["value"]
    matches = under_way.ask(lambda door: door.compare(**under_way.about(), item=item, value=value)).matches
    _verified(under_way, item if matches else None)


def _send(under_way: _UnderWay) -> None:
    """Send a one-time code to the user; the address passes through and stays nowhere."""
    given = under_way.given("send", SendForm(under_way.call, under_way.request.POST))
    if given is None or under_way.call.state != "begun":
        return
    item, code = given["item"], one_time_codes.fresh_code()
    released = under_way.ask(lambda door: door.release(**under_way.about(), items=[item], action="use"))
    if item not in released.items:
        raise UnavailableError(Text("没有可用的联系地址", "No such address is held"), field=item)
    one_time_codes.send(item, released.items[item], code, under_way.person, timezone.now())
    under_way.follow("send-code", code=code)
    under_way.note = Text("验证码已发送，十分钟内有效", "The code was sent; it holds for ten minutes")


def _code(under_way: _UnderWay) -> None:
    """Verify the caller by the code they say."""
    given = under_way.given("code", CodeForm(under_way.request.POST))
    if given is not None and under_way.call.state == "begun":
        fits = codes.fits(under_way.call, given["code"], timezone.now())
        _verified(under_way, "code" if fits else None)


def _verified(under_way: _UnderWay, way: str | None) -> None:
    if way is not None:
        under_way.follow("verify", verified_with=way)
        under_way.note = Text("核验通过", "The caller is verified")
        return
    under_way.follow("fail")
    if under_way.call.state == "locked":
        messages.error(under_way.request, say(Text("核验多次失败，已停止办理", "Not verified; the call was stopped")))
        under_way.over = True
    else:
        under_way.note = Text("不相符", "It does not match")


def _show(under_way: _UnderWay) -> None:
    """Open one item, or all that are asked for; the door records each look."""
    _only_verified(under_way)
    items = [item for item in under_way.request.POST.getlist("item") if item in _items_of(under_way.call)]
    if items:
        released = under_way.ask(lambda door: door.release(**under_way.about(), items=items))
        under_way.values = dict(released.items)
        under_way.follow("look", items=list(released.items))


def _correct(under_way: _UnderWay) -> None:
    _only_verified(under_way)
    given = under_way.given("correct", CorrectForm(_items_of(under_way.call), under_way.request.POST))
    if given is not None:
        values = {given["item"]: given["value"]}
        under_way.ask(lambda door: door.correct(**under_way.about(), values=values))
        under_way.follow("corrected")
        under_way.note = Text("已更正", "Corrected")


def _withdraw(under_way: _UnderWay) -> None:
    _only_verified(under_way)
    given = under_way.given("withdraw", WithdrawForm(under_way.call, under_way.request.POST))
    if given is not None:
        under_way.ask(lambda door: door.withdraw(**under_way.about(given["purpose"])))
        under_way.follow("withdrawn")
        under_way.note = Text("已撤回同意，立即停止使用", "Consent is withdrawn; use has stopped")


def _cancel(under_way: _UnderWay) -> None:
    _only_verified(under_way)
    form = CancelForm(_told_by(under_way.call), under_way.request.POST)
    if under_way.given("cancel", form) is not None:
        under_way.handed = end(under_way.request, under_way.ask, under_way.about(), form.told)
        under_way.follow("cancelled")
        under_way.note = Text("该业务已注销", "The service has ended for this user")


def _complain(under_way: _UnderWay) -> None:
    """Make a complaint of the call, whoever calls; it names the user only once the caller is verified."""
    # A12-accept: whoever takes the call takes the complaint, without anything being typed twice
    given = under_way.given("complain", ComplainForm(under_way.request.POST))
    if given is None:
        return
    call, verified = under_way.call, under_way.call.state == "verified"
    values = given | {
        "source": _SOURCES[call.channel], "received_at": GIVEN.now(), "service": call.service,
        "call_number": call.number, "subject": call.subject if verified else "",
    }  # fmt: skip
    made = acting.begin(COMPLAINTS, Asked(values), under_way.person)
    under_way.follow("complained")
    under_way.note = Text(
        f"已立投诉 {made.number}，请告知来电人", f"Complaint {made.number}: tell the caller the number"
    )


def _request(under_way: _UnderWay) -> None:
    """Enter what the caller asks and a person has to do; who they are is made sure by the call."""
    _only_verified(under_way)
    given = under_way.given("request", RequestForm(under_way.request.POST))
    if given is not None:
        call = under_way.call
        values = given | {
            "source": _SOURCES[call.channel], "received_at": GIVEN.now(), "service": call.service,
            "purpose": call.purpose, "subject": call.subject, "call_number": call.number, "identity": "call",
            "identity_note": call.number,
        }  # fmt: skip
        made = acting.begin(REQUESTS, Asked(values), under_way.person)
        under_way.follow("requested")
        under_way.note = Text(f"已登记请求 {made.number}", f"Request {made.number} is entered")


_SOURCES = {"phone": "phone", "visit": "visit", "online": "portal"}


def _end(under_way: _UnderWay) -> None:
    acting.do(REGISTER, REGISTER.act("end"), under_way.call.pk, under_way.person, Asked())
    messages.success(under_way.request, say(Text("已结束", "Ended")))
    under_way.over = True


def _only_verified(under_way: _UnderWay) -> None:
    # Invariant: nothing is shown or changed before the caller is verified.
    if under_way.call.state != "verified":
        raise not_verified()


_STEPS: dict[str, Callable[[_UnderWay], None]] = {
    "compare": _compare, "send": _send, "code": _code, "show": _show, "correct": _correct, "withdraw": _withdraw,
    "cancel": _cancel, "complain": _complain, "request": _request, "end": _end,
}  # fmt: skip


def _told_by(call: Call) -> Choices:
    return ways_to_tell(call.service, call.purpose)


def _items_of(call: Call) -> list[str]:
    return vocabulary.declared_items(call.service, call.purpose)


def _page(under_way: _UnderWay) -> HttpResponse:
    found, wrong = under_way.call, under_way.wrong
    shown: dict[str, Any] = {
        "call": found,
        "state": REGISTER.states[found.state],
        "note": under_way.note,
        "handed": under_way.handed,
        "refused": words_of(under_way.refused) if under_way.refused else None,
        "served": vocabulary.served().get(f"{found.service}/{found.purpose}", found.service),
    }
    shown["complain"] = wrong.get("complain") or ComplainForm()
    if found.state == "begun":
        shown["compare"] = wrong.get("compare") or (CompareForm(found) if ways_to_verify(found) else None)
        shown["send"] = wrong.get("send") or (SendForm(found) if ways_to_send(found) else None)
        shown["code"] = wrong.get("code") or (CodeForm() if found.code else None)
    else:
        shown |= {"correct": wrong.get("correct") or CorrectForm(_items_of(found))}
        shown |= {
            "withdraw": wrong.get("withdraw") or WithdrawForm(found),
            "cancel": wrong.get("cancel") or CancelForm(_told_by(found)),
            "ask": wrong.get("request") or RequestForm(),
        }
        shown["items"] = _rows(under_way)
    return render(under_way.request, "desk/call.html", shown, status=under_way.status)


def _rows(under_way: _UnderWay) -> list[dict[str, Any]]:
    """Return the items that the person may see: masked, or as the door just opened them."""
    words = vocabulary.items()
    try:
        checked = under_way.ask(lambda door: door.check(**under_way.about(), items=_items_of(under_way.call)))
    except ClientError as problem:
        under_way.refused = under_way.refused or problem
        return []
    if checked.refusal is not None and under_way.refused is None and under_way.note is None:
        under_way.refused = _UnmetError(checked.refusal.code, checked.refusal.article)
    return [
        {"item": item, "label": words.get(item, Text(item, item)), "value": under_way.values.get(item)}
        for item in checked.items
    ]
