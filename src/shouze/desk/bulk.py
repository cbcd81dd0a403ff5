"""A bulk operation's result, passed through to who asked for it, and its certificate to print.

Both are asked of the door in the person's name. The result is sealed to its recipient's key and never kept here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from shouze.client import calls
from shouze.errors import NotYoursError
from shouze.registers import acting, vocabulary
from shouze.registers.acting import Asked
from shouze.registers.bulk.mirroring import asking
from shouze.registers.bulk.models import Operation
from shouze.registers.bulk.register import FETCH
from shouze.registers.dooring import in_name_of, send_waiting
from shouze.registers.entitling import refusal_of
from shouze.registers.ports import GIVEN
from shouze.web.pages.asking import entry_of, person_of, register_of

TAR = "application/x-tar"


@login_required
@require_POST
def file(request: HttpRequest, number: str) -> HttpResponseBase:
    """Pass the result through, once; it is noted as fetched before its first byte."""
    register, person = register_of(request, "bulk"), person_of(request)
    entry = entry_of(register, number, person)
    if not isinstance(entry, Operation) or entry.action == "destroy":
        raise Http404
    if (why := refusal_of(register, FETCH, entry, person, GIVEN.now())) is not None:
        raise NotYoursError(why)
    with ExitStack() as opening:
        parts = asking(lambda: opening.enter_context(in_name_of(person).parts(calls.bulk_file(entry.door_id))))
        # A13-3-bulk: fetched once; another time takes another person's leave
        acting.do(register, FETCH, entry.pk, person, Asked())
        opened = opening.pop_all()
    send_waiting()
    answer = StreamingHttpResponse(_until_over(opened, parts), content_type=TAR)
    answer.headers["Content-Disposition"] = f'attachment; filename="{entry.door_id}.tar"'
    return answer


@login_required
@require_GET
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    """Show the certificate of a destruction, to print."""
    register, person = register_of(request, "bulk"), person_of(request)
    entry = entry_of(register, number, person)
    if not isinstance(entry, Operation) or entry.action != "destroy":
        raise Http404
    told = asking(lambda: in_name_of(person).bulk_certificate(entry.door_id))
    items = [vocabulary.item_words(each) for each in told.form.items]
    shown = {"entry": entry, "register": register, "told": told, "items": items}
    shown["served"] = [vocabulary.service_words(told.form.service), vocabulary.purpose_words(told.form.purpose)]
    return render(request, "desk/certificate.html", shown)


def _until_over(stack: ExitStack, parts: Iterator[bytes]) -> Iterator[bytes]:
    with stack:
        yield from parts
