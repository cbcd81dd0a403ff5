"""Complaints to the authority: the form that anybody fills in without signing in, and the page that opens what came.

# Invariant: nothing of a complaint stands in an address, a page that a cache keeps, or a log.
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
from django.views.decorators.http import require_http_methods, require_POST

from shouze.authority.public import show
from shouze.errors import NotYoursError, SealedError, ShouzeError
from shouze.language import Text
from shouze.portal.limiting import Limit, demand
from shouze.registers.appeals.doing import LONGEST, filed, look
from shouze.registers.appeals.models import Appeal
from shouze.registers.appeals.register import ABOUT, REGISTER
from shouze.registers.dooring import send_waiting
from shouze.registers.languages import chosen, speaking
from shouze.registers.roles import INSPECTING
from shouze.web.forms import MISSING
from shouze.web.pages.asking import entry_of, person_of, register_of
from shouze.web.reading import say
from shouze.web.reading import told as words_of

A_DAY = Limit("appeals", 20, timedelta(days=1))


class ComplaintForm(forms.Form):
    """Against whom, about what, what happened, and how to reach whoever writes."""

    def __init__(self, given: Any = None) -> None:
        super().__init__(given, use_required_attribute=False)
        missing = {"required": say(MISSING)}
        self.fields["operator_name"] = _line(Text("经营者名称", "The operator's name"), missing, 200)
        self.fields["matter"] = forms.ChoiceField(
            label=say(Text("事项", "What it is about")), error_messages=missing,
            choices=[("", "—"), *((name, say(text)) for name, text in ABOUT.items())],
        )  # fmt: skip
        self.fields["complained_on"] = forms.DateField(
            label=say(Text("向经营者投诉的日期", "When you complained to the operator")), required=False,
            widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            help_text=say(Text("经营者应当自接到投诉之日起十五日内答复", "It has to answer within fifteen days")),
        )  # fmt: skip
        self.fields["operator_number"] = _line(
            Text("经营者给的编号", "The number the operator gave you"), missing, 60, required=False
        )
        self.fields["story"] = forms.CharField(
            label=say(Text("情况说明", "What happened")), max_length=LONGEST, error_messages=missing,
            widget=forms.Textarea({"rows": 8}),
            help_text=say(Text("加密保存，只有承办人能打开", "Sealed; only who works on it opens it")),
        )  # fmt: skip
        self.fields["name"] = _line(Text("您的姓名", "Your name"), missing, 120, required=False)
        self.fields["reach"] = _line(Text("电话、邮箱或地址", "Telephone, e-mail or address"), missing, 200)
        self.fields["agreed"] = forms.BooleanField(
            required=False,
            label=say(Text("同意将姓名、联系方式和内容转给经营者处理",
                           "I agree that my name, contact and text go to the operator")),
            help_text=say(Text("不同意也照常处理，只转不含您信息的摘要",
                               "It is dealt with all the same if not: a summary without you is passed on")),
        )  # fmt: skip


def _line(label: Text, missing: dict[str, str], longest: int, *, required: bool = True) -> forms.CharField:
    return forms.CharField(label=say(label), max_length=longest, required=required, error_messages=missing)


@require_http_methods(["GET", "POST"])
def complain(request: HttpRequest) -> HttpResponse:
    """Take a complaint; its number is in the answer, which no cache keeps."""
    with speaking(chosen(request.GET.get("lang"))):
        return _complain(request)


def _complain(request: HttpRequest) -> HttpResponse:
    form = ComplaintForm(request.POST if request.method == "POST" else None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            demand(A_DAY, _from(request))
            row = filed(dict(form.cleaned_data))
        except ShouzeError as problem:
            form.add_error(problem.field if problem.field in form.fields else None, words_of(problem))
            status = problem.kind.status
        else:
            send_waiting()
            return show(request, "complained", {"number": row.number})
    return show(request, "complain", {"form": form}, status=status)


def _from(request: HttpRequest) -> str:
    """Return a keyed digest of where a request comes from: it counts tries and tells nobody's address."""
    return salted_hmac("appeals", str(request.META.get("REMOTE_ADDR", "")), algorithm="sha256").hexdigest()


@login_required
@require_POST
def told(request: HttpRequest, number: str) -> HttpResponse:
    """Open what somebody wrote; the log says who looked."""
    person = person_of(request)
    row = entry_of(register_of(request, REGISTER.name), number, person)
    if not isinstance(row, Appeal):
        raise Http404
    back = reverse("row", args=[REGISTER.name, number])
    if not INSPECTING & person.roles:
        title = Text("您的角色不能打开", "Your role may not open it")
        return render(request, "web/problem.html", {"title": title, "back": back}, status=403)
    try:
        found = look(row, person)
    except (SealedError, NotYoursError) as problem:
        status = 410 if isinstance(problem, SealedError) else problem.kind.status
        return render(request, "web/problem.html", {"title": problem.detail, "back": back}, status=status)
    send_waiting()
    return render(request, "public/told.html", {"row": row, "told": found})
