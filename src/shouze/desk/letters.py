"""Letters opened, receipts printed, answers written; what a letter says stands in this one answer and nowhere else."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from shouze.errors import ConflictError, InvalidError, SealedError, UnavailableError
from shouze.language import Text
from shouze.registers import acting
from shouze.registers.answers.filling import filled, offered, receipt
from shouze.registers.answers.models import Template
from shouze.registers.complaints.models import Complaint
from shouze.registers.dooring import send_waiting
from shouze.registers.entitling import refusal_of
from shouze.registers.letters.models import KINDS, Answered, Enclosure, Letter
from shouze.registers.letters.register import CHANNELS, LOOKED, READERS, REGISTER
from shouze.registers.letters.sealing import enclosed, read
from shouze.registers.operators.register import operator
from shouze.registers.people.models import Person
from shouze.registers.timings.choosing import told
from shouze.rules.declaration import Told
from shouze.web import reading
from shouze.web.forms import form_of
from shouze.web.pages.asking import entry_of, person_of, register_of, version_of
from shouze.web.reading import say


@login_required
@require_GET
def letter(request: HttpRequest, number: str) -> HttpResponse:
    """Open a letter; the log says who looked."""
    person, found = _opener(request, number)
    try:
        content = read(found)
    except SealedError as problem:
        gone = {"title": problem.detail, "back": reverse("row", args=["letters", number])}
        return render(request, "web/problem.html", gone, status=410)
    # A13-6-oplog: whoever opens what a user wrote is recorded
    acting.follow(REGISTER, LOOKED, found.pk, person)
    send_waiting()
    files = list(found.enclosures.order_by("place").defer("sealed"))
    shown: dict[str, Any] = {
        "letter": found, "content": content, "kind": KINDS[found.kind], "channel": CHANNELS[found.channel],
        "files": [(each, *_named(content.names, each.place)) for each in files],
    }  # fmt: skip
    return render(request, "desk/letter.html", shown)


@login_required
@require_GET
def enclosure(request: HttpRequest, number: str, place: int) -> HttpResponse:
    """Give a file that came with a letter, as a file to keep and never as a page of ours."""
    person, found = _opener(request, number)
    each = Enclosure.objects.filter(letter=found, place=place).select_related("letter__key").first()
    if each is None:
        raise Http404
    try:
        content = enclosed(each)
    except SealedError:
        raise Http404 from None
    acting.follow(REGISTER, LOOKED, found.pk, person)
    send_waiting()
    answer = HttpResponse(content, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="{each.sha256[:16]}-{found.number}-{place}"'
    return answer


def _opener(request: HttpRequest, number: str) -> tuple[Person, Letter]:
    register, person = register_of(request, REGISTER.name), person_of(request)
    # A13-3-permissions: what users write is opened by those who answer it
    if not READERS & person.roles:
        raise PermissionDenied
    found = entry_of(register, number, person)
    if not isinstance(found, Letter):
        raise Http404
    return person, found


def _named(names: tuple[tuple[str, str], ...], place: int) -> tuple[str, str]:
    return names[place] if place < len(names) else ("", "")


@login_required
@require_GET
def receipt_page(request: HttpRequest, number: str) -> HttpResponse:
    """Show a complaint's receipt, to print and hand over."""
    complaint = entry_of(register_of(request, "complaints"), number, person_of(request))
    if not READERS & person_of(request).roles or not isinstance(complaint, Complaint):
        raise PermissionDenied
    text, _, _ = receipt(complaint)
    who = operator()
    shown = {
        "complaint": complaint, "text": text, "counted": told(complaint.counting, complaint.received_at),
        "operator": Text(*_pair(who.name)) if who else None, "contact": Text(*_pair(who.contact)) if who else None,
        "now": timezone.now(),
    }  # fmt: skip
    return render(request, "desk/receipt.html", shown)


def _pair(told_: Told) -> tuple[str, str]:
    return told_.zh, told_.en


@login_required
@require_http_methods(["GET", "POST"])
def reply(request: HttpRequest, number: str, register: str, act: str, kind: str) -> HttpResponse:
    """Write an answer or a refusal, begun from a template where one is chosen; then it is an act like any other."""
    known, person = register_of(request, register), person_of(request)
    row, wanted = entry_of(known, number, person), known.act(act)
    if not isinstance(row, Answered):
        raise Http404
    back = reverse("row", args=[register, number])
    if (why := refusal_of(known, wanted, row, person, timezone.now())) is not None:
        return render(request, "web/problem.html", {"title": why, "back": back}, status=403)
    template = Template.objects.filter(number=request.GET.get("template", ""), state="used").first()
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = form_of(known, wanted, row, *given)
    if template is not None:
        form.fields["text"].initial = filled(_words(template, request.GET.get("words", "zh")), row)
        form.initial["text"] = form.fields["text"].initial
    if request.method == "POST" and form.is_valid():
        asked = form.asked(version_of(request))
        asked.values.update(_used(template))  # type: ignore[attr-defined]  # the form made it, a plain dict
        try:
            acting.do(known, wanted, row.pk, person, asked)
        except (InvalidError, ConflictError, UnavailableError) as problem:
            form.add_error(problem.field if problem.field in form.fields else None, reading.told(problem))
        else:
            send_waiting()
            messages.success(request, say(Text("已办理：{act}", "Done: {act}").fill(act=say(wanted.title))))
            return redirect(back)
    shown: dict[str, Any] = {
        "register": known, "act": wanted, "entry": row, "form": form, "several": form.is_multipart(), "back": back,
        "templates": offered(kind), "chosen": template,
    }  # fmt: skip
    return render(request, "desk/reply.html", shown, status=422 if form.is_bound else 200)


def _words(template: Template, language: str) -> str:
    if language == "both":
        return f"{template.text_zh}\n\n{template.text_en}"
    return template.text_en if language == "en" else template.text_zh


def _used(template: Template | None) -> dict[str, object]:
    return {"template": template.number, "edition": template.edition} if template is not None else {}
