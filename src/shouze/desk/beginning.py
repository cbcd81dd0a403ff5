"""The first run: the first person of a house without people, by a code that only its operator's terminal showed."""

from __future__ import annotations

from hmac import compare_digest
from typing import Any

from django import forms
from django.contrib.auth import login
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from shouze.language import Text
from shouze.registers import acting
from shouze.registers.dooring import send_waiting
from shouze.registers.naming import check_number
from shouze.registers.people.models import Person
from shouze.registers.people.register import REGISTER
from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role
from shouze.web.forms import NameField
from shouze.web.reading import say

FIRST_ROLES = {
    "operator": (Role.OFFICER, Role.SECURITY, Role.APPROVER, Role.ADMINISTRATOR),
    "authority": (Role.OFFICER, Role.ADMINISTRATOR, Role.INSPECTOR, Role.HEAD),
    "association": (Role.OFFICER, Role.ADMINISTRATOR, Role.SECRETARY, Role.APPROVER),
}


class BeginForm(forms.Form):
    """Code, work number, name, password."""

    code = forms.CharField(max_length=64)
    username = NameField(check_number, max_length=64)
    name = forms.CharField(max_length=60)
    password = forms.CharField(max_length=200, widget=forms.PasswordInput({"autocomplete": "new-password"}))

    def __init__(self, given: Any = None) -> None:
        """Put the words in the page's language."""
        super().__init__(given, use_required_attribute=False)
        for name, text in _LABELS.items():
            self.fields[name].label = say(text)
            self.fields[name].help_text = say(_HINTS[name]) if name in _HINTS else ""

    def clean_code(self) -> str:
        """Compare the code in constant time."""
        code = str(self.cleaned_data["code"])
        if not compare_digest(code.encode(), GIVEN.first_code.encode()):
            raise ValidationError(say(Text("代码不对", "The code is wrong")))
        return code

    def clean_password(self) -> str:
        """Hold the password to the house's policy."""
        password = str(self.cleaned_data["password"])
        validate_password(password)
        return password


_LABELS = {
    "code": Text("一次性代码", "One-time code"),
    "username": Text("工号（登录名）", "Work number (to sign in)"),
    "name": Text("姓名", "Name"),
    "password": Text("密码", "Password"),
}
_HINTS = {
    "code": Text("启动守则时终端中显示的一次性代码", "What the terminal showed when Shouze started"),
    "password": Text("至少 12 位，不得过于常见", "12 characters at least, not a common one"),
}


@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Make the first person; there is no such page once there is one."""
    if Person.objects.exists() or not GIVEN.first_code:
        raise Http404
    form = BeginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = _first_person(form.cleaned_data)
        login(request, person, "allauth.account.auth_backends.AuthenticationBackend")
        send_waiting()
        return redirect("home")
    return render(request, "desk/begin.html", {"form": form}, status=422 if form.is_bound else 200)


@transaction.atomic
def _first_person(given: dict[str, str]) -> Person:
    roles = [*map(str, FIRST_ROLES[GIVEN.house])]
    person = Person(username=given["username"], name=given["name"], title=given["name"], roles_held=roles)
    person.set_password(given["password"])
    return acting.enrol(REGISTER, person, None)
