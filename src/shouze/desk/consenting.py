"""The pages of consents: what one user was told and agreed to, through the door; how many there are."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from shouze.client import ClientError, Consents, ConsentShown, Subject
from shouze.errors import UnavailableError
from shouze.language import Text
from shouze.registers import vocabulary
from shouze.registers.consents.register import REGISTER
from shouze.registers.declarations import counting
from shouze.registers.declarations.comparing import item_words
from shouze.registers.declarations.content import declaration_of
from shouze.registers.declarations.register import version_of
from shouze.registers.dooring import door
from shouze.registers.entitling import open_pages
from shouze.registers.people.models import Person
from shouze.web.pages.asking import person_of, register_of
from shouze.web.reading import say, told

_LABELS = {
    "subject": Text("用户编号", "The user's id"),
    "service": Text("业务", "Service"),
    "purpose": Text("查看目的", "For which purpose you look"),
    "reason": Text("事由", "Why"),
}
_HINTS = {
    "subject": Text("26 位小写字母和数字", "26 lower-case letters and digits"),
    "purpose": Text(
        "须为您的岗位获准的目的；查看将记录在操作日志中", "One your post is granted; the log records that you looked"
    ),
    "reason": Text(
        "例如投诉编号；作为个人信息保存", "For example the complaint's number; kept as personal information"
    ),
}


class LookForm(forms.Form):
    """Whose consents, to which service, looked at for which purpose, why."""

    subject = forms.RegexField(r"^[0-9a-z]{26}\Z", max_length=26, strip=True)
    service = forms.ChoiceField()
    purpose = forms.ChoiceField()
    reason = forms.CharField(max_length=500)

    def __init__(self, given: Any = None) -> None:
        """Put the words in the page's language, and the choices as they are now."""
        super().__init__(given, use_required_attribute=False)
        for name, offered in (("service", vocabulary.services()), ("purpose", vocabulary.purposes())):
            self.fields[name].choices = [(key, say(text)) for key, text in offered.items()]  # type: ignore[attr-defined]  # a field of choices
        for name, text in _LABELS.items():
            self.fields[name].label = say(text)
            self.fields[name].help_text = say(_HINTS[name]) if name in _HINTS else ""


@login_required
@require_http_methods(["GET", "POST"])
def subject(request: HttpRequest) -> HttpResponse:
    """Ask the door, in the person's name, what one user agreed to; the look is recorded."""
    person = _may(request, "consents-subject")
    form = LookForm(request.POST or None)
    shown: dict[str, Any] = {"form": form, "register": REGISTER}
    if request.method == "POST" and form.is_valid():
        found = _asked(form, person)
        if found is not None:
            service = form.cleaned_data["service"]
            shown |= {"found": found, "told": [_told(service, each) for each in found.consents]}
    return render(request, "desk/consents_subject.html", shown, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def numbers(request: HttpRequest) -> HttpResponse:
    """Show how many consents stand and were withdrawn, by purpose and version; a POST counts anew."""
    _may(request, "consents-numbers")
    if request.method == "POST":
        try:
            counting.begin()
        except ClientError as problem:
            raise UnavailableError(Text("信息闸门没有应答", "The door does not answer")) from problem
        return HttpResponseRedirect(request.path)
    count, services, purposes = counting.latest(), vocabulary.services(), vocabulary.purposes()
    rows = [
        {
            "service": services.get(service, Text(service, service)), "version": version,
            "purpose": purposes.get(purpose, Text(purpose, purpose)),
            "standing": counting.estimate(count, standing), "withdrawn": counting.estimate(count, withdrawn),
        }
        for service, purpose, version, standing, withdrawn in (count.tallies if count else ())
        if count
    ]  # fmt: skip
    return render(request, "desk/consents_numbers.html", {"rows": rows, "count": count, "register": REGISTER})


def _may(request: HttpRequest, page: str) -> Person:
    # A13-3-permissions: the page is for the roles that need it; the door decides the look itself once more
    register, person = register_of(request, REGISTER.name), person_of(request)
    if all(each.name != page for each in open_pages(register, person)):
        raise PermissionDenied
    return person


def _asked(form: LookForm, person: Person) -> Consents | None:
    reached, given = door(), form.cleaned_data
    if reached is None:
        raise UnavailableError(Text("信息闸门没有应答", "The door does not answer"))
    asked = {
        "service": given["service"], "subject": Subject(id=given["subject"]), "purposes": [given["purpose"]],
        "reason": given["reason"],
    }  # fmt: skip
    try:
        return reached.consents(person.asserted(), asked)
    except ClientError as problem:
        form.add_error(None, told(problem))
        return None


def _told(service: str, each: ConsentShown) -> dict[str, Any]:
    """Return a consent with what that version of the rules told of the purpose."""
    row = version_of(service, each.version)
    declaration = declaration_of(row) if row is not None else None
    purpose = next((p for p in declaration.purposes if p.id == each.purpose), None) if declaration else None
    names = [item_words(item, declaration) if declaration else Text(item, item) for item in each.items]
    return {
        "consent": each, "row": row, "items": names,
        "purpose": Text(purpose.name.zh, purpose.name.en) if purpose else Text(each.purpose, each.purpose),
        "how": Text(purpose.how.zh, purpose.how.en) if purpose else None,
    }  # fmt: skip
