"""House rules to read, and the reader's confirmation (Art. 13(2))."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from shouze.language import Text
from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.dooring import send_waiting
from shouze.registers.entitling import refusal_of
from shouze.registers.people.models import Person
from shouze.registers.procedures import register as procedures
from shouze.registers.procedures.models import Procedure
from shouze.registers.readings import register as readings
from shouze.registers.readings.models import Reading
from shouze.registers.rows import Document
from shouze.web.pages.asking import entry_of, person_of, register_of
from shouze.web.reading import say
from shouze.web.writing import written

CONFIRM = readings.REGISTER.acts[0]


@login_required
@require_GET
def text(request: HttpRequest, number: str) -> HttpResponse:
    """Show a version of a house rule, to read or to print."""
    found = entry_of(register_of(request, procedures.REGISTER.name), number, person_of(request))
    if not isinstance(found, Procedure):
        raise Http404
    documents = [(each, reverse("document", args=["procedures", number, each.pk])) for each in _attached(found)]
    return render(request, "desk/house_rule.html", {**_shown(found), "documents": documents})


@login_required
@require_http_methods(["GET", "POST"])
def reading(request: HttpRequest, number: str) -> HttpResponse:
    """Show a rule to its reader; a POST is their confirmation that they have read it."""
    person = person_of(request)
    row = _reading(request, number)
    rule = Procedure.objects.get(number=row.procedure)
    if request.method == "POST":
        acting.do(readings.REGISTER, CONFIRM, row.pk, person, Asked())
        send_waiting()
        messages.success(request, say(Text("已确认阅读", "Confirmed")))
        return HttpResponseRedirect(reverse("row", args=["readings", number]))
    documents = [(each, reverse("reading-document", args=[number, each.pk])) for each in _attached(rule)]
    shown = {**_shown(rule), "documents": documents, "reading": row, "may": _may(row, person)}
    return render(request, "desk/house_rule.html", shown)


@login_required
@require_GET
def document(request: HttpRequest, number: str, document_id: int) -> HttpResponse:
    """Give a document of a rule to its reader, as a file to keep."""
    rule = Procedure.objects.get(number=_reading(request, number).procedure)
    if document_id not in {each.pk for each in _attached(rule)}:
        raise Http404
    found = Document.objects.get(pk=document_id)
    answer = HttpResponse(bytes(found.content), content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.sha256[:16]}-{found.pk}"'
    return answer


def _reading(request: HttpRequest, number: str) -> Reading:
    found = entry_of(register_of(request, readings.REGISTER.name), number, person_of(request))
    if not isinstance(found, Reading):
        raise Http404
    return found


def _attached(rule: Procedure) -> list[Document]:
    return procedures.attached(rule)


def _may(row: Reading, person: Person) -> bool:
    return refusal_of(readings.REGISTER, CONFIRM, row, person, timezone.now()) is None


def _shown(rule: Procedure) -> dict[str, Any]:
    state = procedures.REGISTER.states[rule.state]
    return {"rule": rule, "state": state, "kind": procedures.KINDS[rule.kind], "text": written(rule.text)}
