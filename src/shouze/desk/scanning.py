"""Takes in what ``shouze scan`` wrote, from the browser."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers.acting import LARGEST_DOCUMENT
from shouze.registers.dooring import send_waiting
from shouze.registers.entitling import refusal_of
from shouze.registers.ports import GIVEN
from shouze.registers.scans.models import Scan
from shouze.registers.scans.register import REGISTER, taken_in
from shouze.web.pages.asking import person_of, register_of


@login_required
@require_http_methods(["GET", "POST"])
def take_in(request: HttpRequest) -> HttpResponse:
    """Ask for the file; take it in."""
    register_of(request, REGISTER.name)
    person, problem = person_of(request), None
    if refusal_of(REGISTER, REGISTER.creating, Scan(), person, GIVEN.now()):
        raise PermissionDenied
    if request.method == "POST":
        try:
            made = taken_in(*_given(request), person)
        except InvalidError as wrong:
            problem = wrong
        else:
            send_waiting()
            return redirect("row", REGISTER.name, made.number)
    shown = {"register": REGISTER, "problem": problem}
    return render(request, "desk/scan_import.html", shown, status=422 if problem else 200)


def _given(request: HttpRequest) -> tuple[str, bytes]:
    file = request.FILES.get("file")
    if file is None or (file.size or 0) > LARGEST_DOCUMENT:
        raise InvalidError(Text("请选择 20 MiB 以内的文件", "Choose a file of 20 MiB at most"), field="file")
    return file.name or "scan.json", file.read()
