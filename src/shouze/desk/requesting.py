"""A user's request done at the door, from its page: shown, corrected, withdrawn, cancelled, in the person's own name.

# Invariant: nothing happens before it is made sure who asks; a value stands in the answer to the one request that asked
for it, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from shouze.client import Place, Subject
from shouze.desk.counter_forms import CancelForm, CorrectForm
from shouze.desk.door_work import DoorWork, take_step
from shouze.desk.ending import end, ways_to_tell
from shouze.errors import InvalidError, SealedError
from shouze.language import Text
from shouze.registers import acting, vocabulary
from shouze.registers.acting import Asked
from shouze.registers.requests.filing import Asking, asking
from shouze.registers.requests.models import Request
from shouze.registers.requests.register import ASKED, BY, REGISTER
from shouze.registers.saying import words_of
from shouze.web.pages.asking import entry_of, person_of, register_of


@dataclass(kw_only=True)
class _UnderWay(DoorWork):
    """A request of a user's, being dealt with."""

    row: Request

    def about(self, *purposes: str) -> dict[str, Any]:
        """Return what every question says; the request's number is its ticket."""
        row = self.row
        return {
            "service": row.service, "subject": Subject(id=row.subject), "purposes": list(purposes or (row.purpose,)),
            "place": Place(site=self.person.site or None), "ticket": row.number,
        }  # fmt: skip

    def follow(self, act: str, *of: str) -> None:
        """Note in the register what was done at the door."""
        self.row = acting.follow(REGISTER, REGISTER.act(act), self.row.pk, self.person, Asked({"of": list(of)}))


@login_required
@require_http_methods(["GET", "POST"])
def at_door(request: HttpRequest, number: str) -> HttpResponse:
    """Do at the door what an identified user asks for."""
    person = person_of(request)
    row = entry_of(register_of(request, REGISTER.name), number, person)
    # A13-3-permissions: by those who deal with requests, while one is open; the door decides each step once more
    if not isinstance(row, Request) or not BY & person.roles or row.state != "open" or row.identified_at is None:
        raise PermissionDenied
    under_way = _UnderWay(request=request, person=person, row=row)
    if request.method == "POST":
        take_step(under_way, _STEPS)
    return _page(under_way)


def _show(under_way: _UnderWay) -> None:
    """Open what is asked for, once; the door records it."""
    items = [item for item in under_way.request.POST.getlist("item") if item in _items(under_way.row)]
    if items:
        released = under_way.ask(lambda door: door.release(**under_way.about(), items=items))
        under_way.values = dict(released.items)
        under_way.follow("shown", *released.items)


def _correct(under_way: _UnderWay) -> None:
    given = under_way.given("correct", CorrectForm(_items(under_way.row), under_way.request.POST))
    if given is None:
        return
    item, values = given["item"], {given["item"]: given["value"]}
    # A09-2-query: a correction takes effect at the door with this act
    under_way.ask(lambda door: door.correct(**under_way.about(), values=values))
    under_way.follow("corrected", item)
    under_way.note = Text("已更正，立即生效", "Corrected; it holds at once")


def _as_asked(under_way: _UnderWay) -> None:
    """Correct to the value that the user asked for: it goes from the letter to the door, and through no browser."""
    wish = _wish(under_way)
    if wish is None or not wish.looked:
        remedy = Text("先打开来信，核对新内容和证明材料", "Open the letter first: look at the new value and its proof")
        raise InvalidError(Text("您尚未查看来信", "You have not looked at the letter"), remedy=remedy)
    if wish.done:
        raise InvalidError(
            Text("已按请求更正", "It was corrected as asked"), remedy=Text("请答复", "Answer the request")
        )
    # A09-2-query: a person approves what the user asked for and proved; it takes effect at the door with this act
    under_way.ask(lambda door: door.correct(**under_way.about(), values={wish.item: wish.value}))
    under_way.follow("as-asked", wish.item)
    under_way.note = Text("已按请求更正，立即生效", "Corrected as asked; it holds at once")


def _wish(under_way: _UnderWay) -> Asking | None:
    """Return what a user asked for at the portal, where the door may be asked to correct it."""
    try:
        wish = asking(under_way.row, under_way.person)
    except SealedError:
        return None
    return wish if wish is not None and wish.item in _items(under_way.row) else None


def _withdraw(under_way: _UnderWay) -> None:
    purpose = under_way.request.POST.get("purpose", "")
    if purpose not in vocabulary.consented_purposes(under_way.row.service):
        raise Http404
    # A09-4-stop: use ends with this act
    under_way.ask(lambda door: door.withdraw(**under_way.about(purpose)))
    under_way.follow("withdrawn", purpose)
    under_way.note = Text("已撤回同意，立即停止使用", "Consent is withdrawn; use has stopped")


def _cancel(under_way: _UnderWay) -> None:
    row = under_way.row
    form = CancelForm(ways_to_tell(row.service, row.purpose), under_way.request.POST)
    if under_way.given("cancel", form) is None:
        return
    under_way.handed = end(under_way.request, under_way.ask, under_way.about(), form.told)
    under_way.follow("cancelled", under_way.row.service)
    under_way.note = Text("该业务已注销", "The service has ended for this user")


_STEPS: dict[str, Callable[[_UnderWay], None]] = {
    "show": _show, "correct": _correct, "as-asked": _as_asked, "withdraw": _withdraw, "cancel": _cancel,
}  # fmt: skip


def _items(row: Request) -> list[str]:
    return vocabulary.declared_items(row.service, row.purpose)


def _page(under_way: _UnderWay) -> HttpResponse:
    row, words = under_way.row, vocabulary.items()
    known, refused, wish = vocabulary.purposes(), under_way.refused, _wish(under_way)
    shown: dict[str, Any] = {
        "row": row, "kind": ASKED[row.kind], "note": under_way.note,
        "refused": words_of(refused) if refused else None, "wish": wish,
        "wished": words.get(wish.item, Text(wish.item, wish.item)) if wish else None,
        "items": [(each, words.get(each, Text(each, each)), under_way.values.get(each)) for each in _items(row)],
        "purposes": [(each, known.get(each, Text(each, each))) for each in vocabulary.consented_purposes(row.service)],
        "correct": under_way.wrong.get("correct") or CorrectForm(_items(row)),
        "cancel": under_way.wrong.get("cancel") or CancelForm(ways_to_tell(row.service, row.purpose)),
        "handed": under_way.handed,
    }  # fmt: skip
    return render(under_way.request, "desk/request_door.html", shown, status=under_way.status)
