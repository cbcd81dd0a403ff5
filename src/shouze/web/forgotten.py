"""A forgotten password: a link by mail, or, where there is no mail, who makes one."""

from __future__ import annotations

from allauth.account.views import password_reset
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shouze.language import Text
from shouze.registers.mailing import mail_server

_NO_MAIL = Text("这里不发邮件，不能自助重设密码", "No mail is sent from here, so you cannot reset a password yourself")
ASK = Text("请管理员为您签发登录链接（人员台账）", "Ask your administrator for a sign-in link (the register of people)")


def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for the link; whether an address is known to the house is not told."""
    if mail_server() is None:
        return render(request, "web/problem.html", {"title": _NO_MAIL, "remedy": ASK}, status=404)
    answer: HttpResponse = password_reset(request)
    return answer
