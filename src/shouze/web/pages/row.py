"""The page of one row: what it says, what holds at the door, its clocks, what may be done, what was done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from shouze.errors import ConflictError, InvalidError, NotYoursError
from shouze.language import Text
from shouze.registers import acting
from shouze.registers.describing import Act, Alert, Field, Part, Register
from shouze.registers.dooring import send_waiting
from shouze.registers.entitling import open_acts, open_pages, refusal_of
from shouze.registers.people.models import Person
from shouze.registers.reporting import ROW, reports_of
from shouze.registers.rows import Clock, Document, Effect, Event, Kept
from shouze.registers.withdrawing import barred
from shouze.web.forms import ActForm, form_of
from shouze.web.pages.asking import entry_of, person_of, register_of, version_of
from shouze.web.pages.listing import Columns
from shouze.web.reading import say, told

EVENTS = 200
CREATED = Text("已登记 {number}", "Registered {number}")
WHOLE = Text("全部内容和经过", "Everything that is kept, and what was done")


@login_required
@require_GET
def row(request: HttpRequest, register_name: str, number: str) -> HttpResponse:
    """Show a row."""
    register, person = register_of(request, register_name), person_of(request)
    entry = entry_of(register, number, person)
    if register.look:
        register.look(entry, person)
    shown = {
        "register": register,
        "entry": entry,
        "pages": open_pages(register, person, entry),
        "reports": [*((each.name, each.title) for each in reports_of(register, entry)), (ROW, WHOLE)],
        "under_way": register.under_way(entry),
        "state": register.states[entry.state],
        "fields": _fields(register, entry),
        **_notes(register, entry, person),
        "clocks": Clock.objects.filter(register=register.name, entry=entry.pk).order_by("met", "due"),
        "acts": open_acts(register, entry, person),
        "events": history(register, entry),
        "parts": [(part, rows) for part in register.parts if (rows := _part(part, entry)) or not part.once_filled],
        "effect": Effect.objects.filter(register=register.name, entry=entry.pk)
        .exclude(kind__in=("act", "call"))
        .last(),
    }
    return render(request, "web/row.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def make(request: HttpRequest, register_name: str) -> HttpResponse:
    """Make a row."""
    register, person = register_of(request, register_name), person_of(request)
    if refusal_of(register, register.creating, register.model(), person, timezone.now()):
        raise PermissionDenied
    if register.creating.page is not None:
        return HttpResponseRedirect(reverse(register.creating.page))
    form = form_of(register, register.creating, None, *_given(request))
    if request.method == "POST" and form.is_valid():
        try:
            entry = acting.make(register, person, form.asked(None))
        except InvalidError as problem:
            _blame(form, problem)
        except NotYoursError as problem:
            return _turned_away(request, problem, reverse("listing", args=[register.name]))
        else:
            send_waiting()
            messages.success(request, say(CREATED.fill(number=entry.number)))
            return HttpResponseRedirect(reverse("row", args=[register.name, entry.number]))
    return _form_page(request, register, register.creating, None, form)


@login_required
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, register_name: str, number: str, act_name: str) -> HttpResponse:
    """Do an act upon a row."""
    register, person = register_of(request, register_name), person_of(request)
    entry, wanted = entry_of(register, number, person), register.find_act(act_name)
    if wanted is None:
        raise Http404
    if (why := refusal_of(register, wanted, entry, person, timezone.now())) is not None:
        shown: dict[str, Any] = {"title": why, "back": reverse("row", args=[register.name, number])}
        return render(request, "web/problem.html", shown, status=403)
    if wanted.page is not None:
        return HttpResponseRedirect(reverse(wanted.page, args=[number]))
    form = form_of(register, wanted, entry, *_given(request))
    if request.method == "POST" and form.is_valid():
        try:
            done = acting.do(register, wanted, entry.pk, person, form.asked(version_of(request)))
        except (InvalidError, ConflictError) as problem:
            _blame(form, problem)
        except NotYoursError as problem:
            return _turned_away(request, problem, reverse("row", args=[register.name, number]))
        else:
            send_waiting()
            return _done(request, register, wanted, done)
    return _form_page(request, register, wanted, entry, form)


@login_required
@require_GET
def document(request: HttpRequest, register_name: str, number: str, document_id: int) -> HttpResponse:
    """Give a document of a row, always as a file to keep and never as a page of ours."""
    register = register_of(request, register_name)
    entry = entry_of(register, number, person_of(request))
    found = Document.objects.filter(pk=document_id, event__register=register.name, event__entry=entry.pk).first()
    if found is None:
        raise Http404
    answer = HttpResponse(bytes(found.content), content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.sha256[:16]}-{found.pk}"'
    return answer


def history(register: Register[Any], entry: Kept) -> list[dict[str, Any]]:
    """Return what was done to a row, newest first, in words."""
    events = Event.objects.filter(register=register.name, entry=entry.pk).select_related("by")
    told = []
    for event in events.prefetch_related("documents").order_by("-id")[:EVENTS]:
        changes = [(register.field(n).label, *pair) for n, pair in event.changes.items() if n in _names(register)]
        told.append({"event": event, "act": register.title_of(event.act), "changes": changes, "prove": _prove(event)})
    return told


def _notes(register: Register[Any], entry: Kept, person: Person) -> dict[str, list[Text]]:
    """Return the sentences on top of a row's page; what is wrong, or keeps this person from it, apart."""
    told, kept_from = register.notes(entry, timezone.now()), barred(register, entry, person, timezone.now())
    return {
        "notes": [each for each in told if not isinstance(each, Alert)],
        "alerts": [*(each for each in told if isinstance(each, Alert)), *([kept_from] if kept_from else [])],
    }


def _fields(register: Register[Any], entry: Kept) -> list[tuple[Field, object]]:
    """Return the fields that a row's page has, and what each shows."""
    columns = register.model_fields()
    shown = [each for each in register.fields if not each.once_filled or _filled(entry, each, columns)]
    return list(zip(shown, Columns(shown).cells(entry), strict=True))


def _filled(entry: Kept, field: Field, columns: Mapping[str, Any]) -> bool:
    """Tell whether a field holds something; a "no" does, where it might have been left unsaid."""
    value = getattr(entry, field.name, None)
    return bool(value) or (value is False and field.name in columns and columns[field.name].null)


def _prove(event: Event) -> str:
    """Return the command that writes the proof of an event's record; empty where it has none."""
    return f"shouze log prove {event.recorded}" if event.recorded else ""


def _names(register: Register[Any]) -> set[str]:
    return {each.name for each in register.fields}


def _part(part: Part, entry: Kept) -> list[tuple[str, list[object]]]:
    """Return a part's rows: the address that the first cell leads to, if any, and the cells."""
    linked = part.link
    return [
        (reverse("row", args=linked(each)) if linked else "", [show(each) for _, show in part.columns])
        for each in part.rows(entry)
    ]


def _given(request: HttpRequest) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _blame(form: ActForm, problem: InvalidError | ConflictError) -> None:
    field = problem.field if problem.field in form.fields else None
    form.add_error(field, told(problem))


def _done(request: HttpRequest, register: Register[Any], wanted: Act[Any], done: Kept) -> HttpResponse:
    """Say that it was done: what is told once on a page of its own, else on the row's page."""
    if wanted.tells:
        told = {"register": register, "entry": done, "act": wanted, "told": wanted.tells(done)}
        return render(request, "web/told.html", told)
    messages.success(request, say(Text("已办理：{act}", "Done: {act}").fill(act=say(wanted.title))))
    return HttpResponseRedirect(reverse("row", args=[register.name, done.number]))


def _turned_away(request: HttpRequest, problem: NotYoursError, back: str) -> HttpResponse:
    """Say what came out only with the act: such as a tie to the party whose row it makes."""
    return render(request, "web/problem.html", {"title": problem.detail, "back": back}, status=problem.kind.status)


def _form_page(
    request: HttpRequest, register: Register[Any], wanted: Act[Any], entry: Kept | None, form: ActForm
) -> HttpResponse:
    shown = {
        "register": register, "act": wanted, "entry": entry, "form": form,
        "several": form.is_multipart(),
    }  # fmt: skip
    return render(request, "web/act.html", shown, status=422 if form.is_bound else 200)
