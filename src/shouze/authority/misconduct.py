"""Reports on the authority's people: the form for anybody, inside or not, what came of it, the page that opens one.

# Invariant: nothing of a report stands in an address, a page that a cache keeps, or a log; nor who is signed in.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from shouze.authority.public import show
from shouze.errors import SealedError, ShouzeError
from shouze.language import Text
from shouze.portal.limiting import Limit, demand
from shouze.registers.dooring import send_waiting
from shouze.registers.languages import chosen, speaking
from shouze.registers.misconduct.models import Misconduct
from shouze.registers.misconduct.register import REGISTER
from shouze.registers.misconduct.seeing import handles
from shouze.registers.misconduct.taking import KINDS, LONGEST, asked_after, file, look
from shouze.registers.people.models import Person
from shouze.web.forms import MISSING
from shouze.web.pages.asking import entry_of, person_of, register_of
from shouze.web.reading import say
from shouze.web.reading import told as words_of

A_DAY = Limit("misconduct", 20, timedelta(days=1))
TRIES = Limit("misconduct-code", 30, timedelta(hours=1))


class ReportForm(forms.Form):
    """About whom, what, and (if they like) who reports; inside, people are chosen from a list."""

    def __init__(self, given: Any = None, *, inside: bool = False) -> None:
        super().__init__(given, use_required_attribute=False)
        missing = {"required": say(MISSING)}
        self.fields["kind"] = forms.ChoiceField(
            label=say(Text("反映的问题", "What it is about")), error_messages=missing,
            choices=[("", "—"), *((name, say(text)) for name, text in KINDS.items())],
        )  # fmt: skip
        if inside:
            people = Person.objects.filter(is_active=True).order_by("name")
            self.fields["person"] = forms.ModelChoiceField(
                people, label=say(Text("被反映人", "Whom it is about")), required=False, empty_label="—",
                help_text=say(Text("不在此列的，写在下面", "Who is not in the list is written below")),
            )  # fmt: skip
        self.fields["named"] = _line(
            Text("被反映人的姓名、职务或者工号", "Their name, office or work number"),
            Text("写清楚的，被反映人看不到此事", "Written in full, they never see that this was reported"), 200,
        )  # fmt: skip
        self.fields["above"] = forms.BooleanField(
            required=False, label=say(Text("涉及本机关负责人", "It is about a head of this authority")),
            help_text=say(Text("只由上级机关办理", "Only the next higher authority sees it")),
        )  # fmt: skip
        self.fields["story"] = forms.CharField(
            label=say(Text("情况说明", "What happened")), max_length=LONGEST, error_messages=missing,
            widget=forms.Textarea({"rows": 8}),
            help_text=say(Text("时间、地点、经过和线索；加密保存", "When, where, what shows it; it is sealed")),
        )  # fmt: skip
        self.fields["name"] = _line(Text("您的姓名", "Your name"), Text("可以不写", "May be left empty"), 120)
        self.fields["reach"] = _line(
            Text("联系方式", "How to reach you"), Text("可以不写；凭编号和查询码可知结果",
                                                     "May be left empty: number and code tell the outcome"), 200,
        )  # fmt: skip


class OutcomeForm(forms.Form):
    """The number of a report, and its code."""

    def __init__(self, given: Any = None) -> None:
        super().__init__(given, use_required_attribute=False)
        missing = {"required": say(MISSING)}
        for name, label in (("number", Text("编号", "Number")), ("code", Text("查询码", "Code"))):
            self.fields[name] = forms.CharField(
                label=say(label), max_length=40, error_messages=missing,
                widget=forms.TextInput({"autocomplete": "off"}),
            )  # fmt: skip


def _line(label: Text, hint: Text, longest: int) -> forms.CharField:
    return forms.CharField(label=say(label), help_text=say(hint), max_length=longest, required=False)


@never_cache
@require_http_methods(["GET", "POST"])
def public(request: HttpRequest) -> HttpResponse:
    """Take a report from anybody."""
    with speaking(chosen(request.GET.get("lang"))):
        return _report(request, "public")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def inside(request: HttpRequest) -> HttpResponse:
    """Take a report from somebody of the house; who is signed in is not kept with it."""
    return _report(request, "inside")


def _report(request: HttpRequest, channel: str) -> HttpResponse:
    form = ReportForm(request.POST if request.method == "POST" else None, inside=channel == "inside")
    frame = {"frame": "web/page.html" if channel == "inside" else "public/page.html", "form": form}
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            demand(A_DAY, _from(request))
            row, code = file(dict(form.cleaned_data), channel)
        except ShouzeError as problem:
            form.add_error(problem.field if problem.field in form.fields else None, words_of(problem))
            status = problem.kind.status
        else:
            send_waiting()
            return show(request, "misconduct_received", {**frame, "number": row.number, "code": code})
    return show(request, "misconduct", frame, status=status)


def _from(request: HttpRequest) -> str:
    """Return a keyed digest of where a request comes from: it counts tries and tells nobody's address."""
    return salted_hmac("misconduct", str(request.META.get("REMOTE_ADDR", "")), algorithm="sha256").hexdigest()


@never_cache
@require_http_methods(["GET", "POST"])
def outcome(request: HttpRequest) -> HttpResponse:
    """Tell whoever has number and code how it stands; what is wrong is answered alike."""
    with speaking(chosen(request.GET.get("lang"))):
        return _outcome(request)


def _outcome(request: HttpRequest) -> HttpResponse:
    form = OutcomeForm(request.POST if request.method == "POST" else None)
    status, shown = (422 if form.is_bound else 200), {"form": form}
    if form.is_bound and form.is_valid():
        try:
            demand(TRIES, _from(request))
        except ShouzeError as problem:
            form.add_error(None, words_of(problem))
            return show(request, "misconduct_outcome", shown, status=problem.kind.status)
        row = asked_after(form.cleaned_data["number"], form.cleaned_data["code"])
        if row is not None:
            return show(request, "misconduct_outcome", {"row": row, "state": REGISTER.states[row.state]})
        form.add_error(None, say(Text("编号或者查询码不对", "The number or the code is not right")))
    return show(request, "misconduct_outcome", shown, status=status)


@login_required
@require_POST
def told(request: HttpRequest, number: str) -> HttpResponse:
    """Open what somebody wrote; the log says who looked."""
    person = person_of(request)
    row = entry_of(register_of(request, REGISTER.name), number, person)
    if not isinstance(row, Misconduct) or not handles(row, person):
        raise Http404
    try:
        found = look(row, person)
    except SealedError as problem:
        back = reverse("row", args=[REGISTER.name, number])
        return render(request, "web/problem.html", {"title": problem.detail, "back": back}, status=410)
    send_waiting()
    return render(request, "public/misconduct_told.html", {"row": row, "told": found})
