"""What became of having left, for whoever holds the link: what is due when, the way back, the certificate (Art. 9(4)).

The secret stands behind the ``#`` of the link, which no browser sends; the page's script puts it into the form, or
whoever has no scripts does. So it is in no address that a server, a proxy or another site sees.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from shouze.client import ClientError
from shouze.language import Text
from shouze.portal import certifying, taking_over
from shouze.portal.limiting import Limit, demand
from shouze.portal.models import Parting
from shouze.portal.ports import GIVEN
from shouze.portal.showing import show
from shouze.portal.words import Words
from shouze.registers.saying import status_of, words_of
from shouze.web.forms import MISSING
from shouze.web.reading import say

LOOKS = Limit("parting", 30, timedelta(minutes=15))
"""Looks by links, right or wrong, from one address."""
_WRONG = Text("链接不正确或已失效", "The link is wrong, or works no longer")


class LinkForm(forms.Form):
    """The link, or what stands behind its ``#``."""

    def __init__(self, given: object = None) -> None:
        super().__init__(given, use_required_attribute=False)  # type: ignore[arg-type]  # a request's POST, or nothing
        self.fields["secret"] = forms.CharField(
            label=say(Text("注销时得到的链接", "The link that you were given when you left")), max_length=300,
            error_messages={"required": say(MISSING)},
            widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
        )  # fmt: skip

    def clean_secret(self) -> str:
        """Return the secret of a whole link, or as it stands."""
        return str(self.cleaned_data["secret"]).rpartition("#")[2].strip()


@require_http_methods(["GET", "POST"])
def erasure(request: HttpRequest) -> HttpResponse:
    """Ask for the link; by POST tell what became of it."""
    if request.method == "GET":
        return show(request, "erasure", {"form": LinkForm()})
    row, form = _asked(request)
    return _wrong(request, form) if row is None else _page(request, row, form)


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Undo having left, while that is possible."""
    row, form = _asked(request)
    if row is None:
        return _wrong(request, form)
    if not certifying.may_undo(row):
        return _page(request, row, form, late=True)
    try:
        certifying.undo(row)
    except ClientError as problem:
        return _page(request, row, form, problem)
    return _page(request, row, form)


@require_POST
def certificate(request: HttpRequest) -> HttpResponse:
    """Give the signed certificate as a file."""
    row, form = _asked(request)
    if row is None:
        return _wrong(request, form)
    try:
        certifying.look(row)
    except ClientError as problem:
        return _page(request, row, form, problem)
    if not row.certificate:
        return _page(request, row, form)
    answer = HttpResponse(row.certificate.encode(), content_type="application/json")
    answer["content-disposition"] = f'attachment; filename="erasure-certificate-{row.number}.json"'
    return answer


def link_of(request: HttpRequest, secret: str) -> str:
    """Return the link to give to whoever leaves."""
    return f"{request.build_absolute_uri(reverse('erasure'))}#{secret}"


def told_of(row: Parting, outcome: certifying.Outcome, words: Words) -> dict[str, Any]:
    """Return what the pages tell of a parting; nothing of it says whose it is."""
    now = GIVEN.now()
    gone, waiting, kept = ([_words(row, each, words) for each in lines] for lines in outcome)
    return {
        "row": row, "service": words.service(row.service), "gone": gone, "waiting": waiting, "kept": kept,
        "stores": certifying.STORES, "bound": now + GIVEN.bound,
        "copies": [words.recipient(row.service, each) for each in row.copies or ()], "unknown": row.copies is None,
        "undoing": certifying.may_undo(row), "late": any(each["line"].by <= now for each in (*waiting, *kept)),
    }  # fmt: skip


def _asked(request: HttpRequest) -> tuple[Parting | None, LinkForm]:
    # Invariant: a try is counted before it is looked at, and wrong, unknown and ended links are answered alike.
    demand(LOOKS, request.META["REMOTE_ADDR"])
    form = LinkForm(request.POST)
    row = taking_over.found(form.cleaned_data["secret"]) if form.is_valid() else None
    if row is None and form.is_valid():
        form.add_error("secret", say(_WRONG))
    return row, form


def _wrong(request: HttpRequest, form: LinkForm) -> HttpResponse:
    return show(request, "erasure", {"form": form}, status=422)


def _page(
    request: HttpRequest, row: Parting, form: LinkForm, problem: ClientError | None = None, *, late: bool = False
) -> HttpResponse:
    try:
        outcome = certifying.look(row)
    except ClientError as refused:
        return show(request, "erasure", {"form": form, "problem": words_of(refused)}, status=status_of(refused))
    shown = told_of(row, outcome, Words.read()) | {"secret": form.cleaned_data["secret"], "too_late": late}
    shown["problem"] = words_of(problem) if problem else None
    return show(request, "erasure", shown, status=status_of(problem) if problem else 409 if late else 200)


def _words(row: Parting, line: certifying.Line, words: Words) -> dict[str, Any]:
    item = words.item(line.item)
    named = Text(f"{item.zh}（使用记录）", f"{item.en} (records of use)") if line.usage else item
    return {
        "line": line, "item": named, "purpose": words.purpose(row.service, line.purpose),
        "law": Text(*line.law) if line.law else None,
    }  # fmt: skip
