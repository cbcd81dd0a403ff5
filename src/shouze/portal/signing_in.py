"""Signing in by a one-time code, and signing out."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.portal import codes, visiting
from shouze.portal.ports import GIVEN
from shouze.portal.showing import show
from shouze.web.configuring import USERS
from shouze.web.forms import MISSING
from shouze.web.layout import outside
from shouze.web.reading import say, told

HANDLE = "portal-code"
_ITEMS = {"phone": Text("手机号码", "Mobile number"), "email": Text("电子邮箱", "E-mail address")}
_WRONG = Text("验证码不正确或已失效", "The code is wrong or no longer holds")


class AskForm(forms.Form):
    """By which identifier somebody signs in."""

    def __init__(self, given: object = None) -> None:
        super().__init__(given, use_required_attribute=False)  # type: ignore[arg-type]  # a request's POST, or nothing
        offered = [(item, say(_ITEMS[item])) for item in _ITEMS if item in GIVEN.ways]
        self.fields["item"] = forms.ChoiceField(
            label=say(Text("用什么登录", "Sign in with")), choices=offered, widget=forms.RadioSelect,
            initial=offered[0][0] if offered else None, error_messages={"required": say(MISSING)},
        )  # fmt: skip
        self.fields["value"] = forms.CharField(
            label=say(Text("号码或邮箱", "Number or address")), max_length=254,
            error_messages={"required": say(MISSING)}, widget=forms.TextInput({"autocomplete": "username"}),
        )  # fmt: skip


class CodeForm(forms.Form):
    """The code that was sent."""

    def __init__(self, given: object = None) -> None:
        super().__init__(given, use_required_attribute=False)  # type: ignore[arg-type]  # a request's POST, or nothing
        self.fields["code"] = forms.CharField(
            label=say(Text("验证码", "Code")), max_length=12, error_messages={"required": say(MISSING)},
            widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric"}),
        )  # fmt: skip


@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for an identifier; the answer is the same whether anybody holds it or not."""
    form = AskForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            handle = codes.ask(form.cleaned_data["item"], form.cleaned_data["value"], request.META["REMOTE_ADDR"])
        except InvalidError as problem:
            form.add_error("value", told(problem))
        else:
            answer = redirect("sign-in-code")
            answer.set_cookie(
                HANDLE, handle, max_age=int(codes.LASTS.total_seconds()), secure=request.is_secure(), httponly=True,
                samesite="Strict",
            )  # fmt: skip
            return answer
    shown = {"form": form, "ways": bool(GIVEN.ways), "outside": outside(USERS)}
    return show(request, "sign_in", shown, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Take the code; it serves once, in the browser that asked for it."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        subject = codes.identified(request.COOKIES.get(HANDLE, ""), form.cleaned_data["code"])
        if subject is not None:
            return arrived(request, subject, "code")
        form.add_error("code", say(_WRONG))
    return show(request, "code", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the sign-in."""
    visit = visiting.of_browser(request)
    if visit is not None:
        (visiting.end_all(visit.subject) if request.POST.get("all") else visiting.end(visit))
    answer = redirect("home")
    answer.delete_cookie(visiting.COOKIE)
    return answer


def arrived(request: HttpRequest, subject: str, way: str) -> HttpResponse:
    """Begin the sign-in of a subject in this browser; one that was there before ends."""
    before = visiting.of_browser(request)
    if before is not None:
        visiting.end(before)
    token, _ = visiting.begin(subject, way)
    answer = visiting.keep(redirect("held"), request, token)
    answer.delete_cookie(HANDLE, samesite="Strict")
    return answer
