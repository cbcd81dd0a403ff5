"""Which officers looked at what (Arts. 18, 24): what was opened here, by its number, and what the door's log has.

* What is sealed in this console (complaints, reports) is opened by an act: it names the officer and the matter.
* What lies in custody is looked at through the door: its records name the officer and the purpose that was stated.

Asking is a look at the records itself, and recorded in the name of who asks.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import datetime
from io import StringIO
from typing import Any, NamedTuple

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from shouze.client import Client, ClientError, FoundRecord, Place
from shouze.errors import UnavailableError
from shouze.language import Text
from shouze.registers import vocabulary
from shouze.registers.asking import asked_of_door
from shouze.registers.describing import Register
from shouze.registers.entitling import may_see, seen_rows
from shouze.registers.finding import numbers_of, registers
from shouze.registers.people.models import Person
from shouze.registers.roles import SUPERVISING
from shouze.registers.rows import Event
from shouze.registers.saying import words_of
from shouze.registers.watching.watch import USES
from shouze.web.forms import MISSING
from shouze.web.pages.asking import person_of
from shouze.web.pages.exporting import guarded
from shouze.web.reading import say

PAGE, AT_ONCE, PAGES, EXPORT_PAGES = 50, 500, 6, 40
"""Looks on a page; records read of the log with one question, and how many questions a page or a file may take."""
MOST = 5_000
_MOMENT = "%Y-%m-%dT%H:%M"
_HEADS = (
    Text("何处", "Where"), Text("时间", "Time"), Text("人员", "Officer"), Text("事项或目的", "Matter or purpose"),
    Text("操作", "Action"), Text("信息项", "Items"), Text("结果", "Outcome"), Text("记录", "Record"),
)  # fmt: skip
_HERE, _DOOR = Text("本机关案卷", "Opened here"), Text("信息闸门", "Through the door")
_OUTCOMES = {"permitted": Text("许可", "Permitted"), "refused": Text("拒绝", "Refused"),
             "failed": Text("失败", "Failed"), "fewer": Text("部分", "Fewer")}  # fmt: skip


class Look(NamedTuple):
    """One look: where, when, by whom, at what; the place of its record, and the row that it leads to."""

    where: Text
    at: datetime
    who: str
    matter: str
    act: Text
    items: str
    outcome: Text
    record: str
    row: tuple[str, str] | None = None


class AskedForm(forms.Form):
    """Why it is asked, and of whom, of which matter, between when."""

    def __init__(self, given: Any = None) -> None:
        super().__init__(given, use_required_attribute=False)
        self.fields["reason"] = forms.CharField(
            label=say(Text("查阅理由", "Why you look")), max_length=500, error_messages={"required": say(MISSING)},
            help_text=say(Text("本次查阅也会记录；不写用户姓名", "This look is recorded too; no user's name")),
        )  # fmt: skip
        people = Person.objects.order_by("name", "username")
        self.fields["officer"] = forms.ModelChoiceField(
            people, label=say(Text("人员", "Officer")), required=False, empty_label="—"
        )
        self.fields["number"] = forms.CharField(
            label=say(Text("事项编号", "Number of the matter")), max_length=32, required=False,
            help_text=say(Text("例如 AC-2026-0001；本机关案卷以此查", "Such as AC-2026-0001; what was opened here")),
        )  # fmt: skip
        purposes = vocabulary.purposes()
        self.fields["purpose"] = forms.ChoiceField(
            label=say(Text("声明的目的", "Purpose that was stated")), required=False,
            choices=[("", "—"), *((name, say(text)) for name, text in purposes.items())],
            help_text=say(Text("信息闸门的记录以此查", "For what went through the door")),
        )  # fmt: skip
        for name, label in (("since", Text("自", "From")), ("until", Text("至", "Until"))):
            widget = forms.DateTimeInput({"type": "datetime-local"}, format=_MOMENT)
            self.fields[name] = forms.DateTimeField(
                label=say(label), required=False, widget=widget, input_formats=[_MOMENT]
            )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def looks(request: HttpRequest) -> HttpResponse:
    """Show who looked at what, the newest first; as CSV where that is asked for."""
    # A18-auth-secrecy: who looked at what is seen by whoever answers for it
    person = person_of(request)
    if not SUPERVISING & person.roles:
        raise PermissionDenied
    form = AskedForm(request.POST if request.method == "POST" else None)
    shown: dict[str, Any] = {"form": form, "heads": _HEADS}
    if not form.is_bound:
        return render(request, "public/looks.html", shown)
    if not form.is_valid():
        return render(request, "public/looks.html", shown, status=422)
    as_file = "file" in request.POST
    cursor = request.POST.get("cursor", "")
    found, shown["cursor"], shown["refused"] = _through_the_door(
        person, form.cleaned_data, int(cursor) if cursor.isdecimal() else None, whole=as_file
    )
    here = [] if cursor else _opened_here(person, form.cleaned_data, MOST if as_file else PAGE)
    if as_file:
        return _table([*here, *found], shown["refused"])
    shown |= {"here": here, "found": found, "kept": [(name, request.POST.get(name, "")) for name in form.fields],
              "first": not cursor}  # fmt: skip
    return render(request, "public/looks.html", shown)


def _opened_here(person: Person, asked: dict[str, Any], most: int) -> list[Look]:
    """Return what was opened in this console, by acts that only open something."""
    opening = {name: each for name, each in registers().items() if (act := each.find_act("look")) and act.follows}
    if asked["purpose"]:
        return []
    visible = Q(pk__in=[])
    for name, register in opening.items():
        visible |= Q(register=name, entry__in=_rows(register, person, asked["number"]).values("pk"))
    events = Event.objects.filter(visible, act="look").select_related("by").order_by("-id")
    found = list(_within(events, asked)[:most])
    numbers = numbers_of(found)
    return [_opened(each, numbers[each.register, each.entry], person) for each in found]


def _opened(event: Event, number: str, person: Person) -> Look:
    register = registers()[event.register]
    row = (register.name, number) if may_see(register, person) else None
    return Look(_HERE, event.at, str(event.by or "—"), number, register.title, "", _OUTCOMES["permitted"],
                event.recorded, row)  # fmt: skip


def _rows(register: Register[Any], person: Person, number: str) -> QuerySet[Any]:
    """Return the rows whose looks a person may know of: not those that are kept from them."""
    rows = seen_rows(register, person)
    return rows.filter(number=number.strip().upper()) if number.strip() else rows


def _within(events: QuerySet[Event], asked: dict[str, Any]) -> QuerySet[Event]:
    if asked["officer"] is not None:
        events = events.filter(by=asked["officer"])
    if asked["since"]:
        events = events.filter(at__gte=asked["since"])
    return events.filter(at__lt=asked["until"]) if asked["until"] else events


def _through_the_door(
    person: Person, asked: dict[str, Any], cursor: int | None, *, whole: bool
) -> tuple[list[Look], int | None, Text | None]:
    """Return what officers looked at through the door, where to go on, and why the door refused to say."""
    if asked["number"]:
        return [], None, None
    try:
        records, after = asked_of_door(person, lambda door: _read(door, person, asked, cursor, whole=whole))
    except ClientError as problem:
        return [], None, words_of(problem)
    except UnavailableError as problem:
        return [], None, problem.detail
    return list(_told(records)), after, None


def _read(
    door: Client, person: Person, asked: dict[str, Any], cursor: int | None, *, whole: bool
) -> tuple[list[FoundRecord], int | None]:  # fmt: skip
    sought: dict[str, Any] = {name: asked[name] for name in ("since", "until") if asked[name]}
    if asked["officer"] is not None:
        sought["actor"] = asked["officer"].username
    why: dict[str, Any] = {
        "purpose": "supervision",
        "reason": asked["reason"],
        "place": Place(site=person.site or None),
    }
    found: list[FoundRecord] = []
    for _ in range(EXPORT_PAGES if whole else PAGES):
        more: dict[str, Any] = {} if cursor is None else {"cursor": cursor}
        page = door.search_records(**why, **sought, **more, order="newest", limit=AT_ONCE)
        for each in page.records:
            if not _is_look(each, asked["purpose"]):
                continue
            found.append(each)
            if len(found) == (MOST if whole else PAGE):
                return found, each.index
        cursor = page.cursor
        if cursor is None:
            break
    return found, cursor


def _is_look(record: FoundRecord, purpose: str) -> bool:
    """Tell whether a record is of a person who was shown what is held, or asked to be."""
    return record.kind == "staff" and record.act in USES and (not purpose or purpose in record.purposes)


def _told(records: Sequence[FoundRecord]) -> Iterator[Look]:
    items, purposes = vocabulary.items(), vocabulary.purposes()
    known = {each.actor for each in records if each.actor}
    people = {each.username: str(each) for each in Person.objects.filter(username__in=known)}
    for each in records:
        what = say(vocabulary.named(items, each.items)) if each.items else ""
        for_what = "、".join(say(purposes[name]) if name in purposes else name for name in each.purposes)
        who, outcome = each.actor or "—", Text(each.outcome, each.outcome)
        yield Look(_DOOR, each.at, people.get(who, who), for_what, vocabulary.ACTION_WORDS[each.act], what,
                   _OUTCOMES.get(each.outcome, outcome), str(each.index))  # fmt: skip


def _table(found: Sequence[Look], refused: Text | None) -> HttpResponse:
    """Give the looks as CSV; what the door refused to say stands in its last line, not in silence."""
    written = StringIO()
    lines = csv.writer(written)
    lines.writerow([say(each) for each in _HEADS])
    for each in found:
        at = timezone.localtime(each.at).isoformat(timespec="seconds")
        cells = (say(each.where), at, each.who, each.matter, say(each.act), each.items, say(each.outcome), each.record)
        lines.writerow([guarded(cell) for cell in cells])
    if refused is not None:
        lines.writerow([say(_DOOR), "", "", "", "", "", say(refused), ""])
    answer = HttpResponse("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8")
    answer["content-disposition"] = f'attachment; filename="looks-{timezone.localdate()}.csv"'
    return answer
