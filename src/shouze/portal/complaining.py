"""Complaints: filed with a number at once, their clock in plain sight, the answer, and the way on if it is late."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shouze.errors import NotFoundError, ShouzeError
from shouze.language import Text
from shouze.portal.enclosing import checked
from shouze.portal.limiting import Limit, demand
from shouze.portal.ports import GIVEN, OfficePort
from shouze.portal.rules import contact
from shouze.portal.showing import show
from shouze.portal.visiting import Visiting, signed_in
from shouze.portal.words import Words
from shouze.registers.saying import status_of, words_of
from shouze.web.forms import MISSING, FilesField
from shouze.web.reading import say

A_DAY = Limit("complaints", 10, timedelta(days=1))
STATES = {
    "open": Text("处理中", "Being looked into"), "answered": Text("已答复", "Answered"),
    "resolved": Text("已办结", "Settled"), "refused": Text("不予受理", "Not taken up"),
    "withdrawn": Text("已撤回", "Withdrawn"), "void": Text("已作废", "Void"),
}  # fmt: skip

SAID = {
    "answer": Text("答复", "Answer"), "refusal": Text("不予受理", "Not taken up"),
    "interim": Text("进展", "How it stands"), "matter": Text("您又说", "What you added"),
}  # fmt: skip


class ComplaintForm(forms.Form):
    """What somebody complains about."""

    def __init__(self, office: OfficePort, words: Words, given: Any = None, files: Any = None) -> None:
        super().__init__(given, files, use_required_attribute=False)
        missing = {"required": say(MISSING)}
        matters = [(name, say(text)) for name, text in office.matters().items()]
        services = [("", "—"), *((name, say(words.service(name))) for name in words.declared)]
        self.fields["matter"] = forms.ChoiceField(
            label=say(Text("事项", "What it is about")), choices=[("", "—"), *matters], error_messages=missing
        )
        self.fields["service"] = forms.ChoiceField(label=say(Text("业务", "Service")), choices=services, required=False)
        self.fields["story"] = forms.CharField(
            label=say(Text("情况说明", "What happened")), max_length=20_000, error_messages=missing,
            widget=forms.Textarea({"rows": 6}),
        )  # fmt: skip
        self.fields["enclosures"] = FilesField(
            label=say(Text("附件", "Attachments")), required=False,
            help_text=say(Text("PDF、PNG、JPEG 或文本，至多 5 个，每个至多 10 MiB",
                               "PDF, PNG, JPEG or text; five at most, 10 MiB each")),
        )  # fmt: skip


@signed_in
@require_safe
def complaints(request: Visiting) -> HttpResponse:
    """List one's own complaints with their clocks."""
    words = Words.read()
    rows = [
        (each, STATES.get(each.state), words.service(each.service)) for each in _office().mine(request.visit.subject)
    ]
    return show(request, "complaints", {"rows": rows, "operator": contact()})


@signed_in
@require_http_methods(["GET", "POST"])
def complain(request: Visiting) -> HttpResponse:
    """File a complaint; its number is on the next page."""
    # A12-accept: whoever complains gets a number at once, and sees until when the answer is due
    office, words = _office(), Words.read()
    form = ComplaintForm(office, words, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            demand(A_DAY, request.visit.subject)
            given = form.cleaned_data
            filed = office.file(
                request.visit.subject, given["matter"], given["service"], given["story"], checked(given["enclosures"])
            )
        except ShouzeError as problem:
            form.add_error(problem.field if problem.field in form.fields else None, say(words_of(problem)))
        else:
            return redirect("complaint", filed.number)
    return show(request, "complain", {"form": form}, status=422 if request.method == "POST" else 200)


@signed_in
@require_safe
def complaint(request: Visiting, number: str) -> HttpResponse:
    """Show one complaint: what was written, its clock, the answer, and the way to the authority if it is late."""
    return _page(request, number)


@signed_in
@require_POST
def go_on(request: Visiting, number: str, act: str) -> HttpResponse:
    """Withdraw a complaint, or begin it anew."""
    subject = request.visit.subject
    try:
        if act == "withdraw":
            _office().withdraw(subject, number)
        else:
            _office().reopen(subject, number, request.POST.get("story", ""))
    except NotFoundError:
        raise
    except ShouzeError as problem:
        return _page(request, number, problem)
    return redirect("complaint", number)


def _page(request: Visiting, number: str, problem: ShouzeError | None = None) -> HttpResponse:
    found = _office().look(request.visit.subject, number)
    shown = {
        "row": found, "said": [(SAID[kind], at, text) for kind, at, text in found.said if kind in SAID],
        "state": STATES.get(found.state), "service": Words.read().service(found.service),
        "operator": contact(), "problem": words_of(problem) if problem else None,
        "overdue": found.answered_at is None and found.due is not None and found.due < GIVEN.now(),
    }  # fmt: skip
    return show(request, "complaint", shown, status=status_of(problem) if problem else 200)


def _office() -> OfficePort:
    if GIVEN.office is None:
        raise NotFoundError(Text("此处不受理投诉", "Complaints are not filed here"),
                            remedy=Text("请使用公布的联系方式", "Use the published contact"))  # fmt: skip
    return GIVEN.office
