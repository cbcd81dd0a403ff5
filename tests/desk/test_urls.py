"""Addresses of the desk: nobody makes an account, an address or an outside sign-in for themselves."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.registers.house import officer, signed_in

pytestmark = pytest.mark.django_db
NOT_HERE = [
    "account_email", "account_email_verification_sent", "account_signup", "account_confirm_login_code",
    "account_request_reauthentication_code", "account_confirm_reauthentication_code", "socialaccount_connections",
    "socialaccount_signup",
]  # fmt: skip
HERE = {
    "account_login", "account_logout", "account_inactive", "account_reauthenticate", "account_change_password",
    "account_set_password", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done", "socialaccount_login_cancelled",
    "socialaccount_login_error", "usersessions_list",
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_HERE)
def test_a_page_for_what_is_not_done_here_is_not_there(name: str) -> None:
    who = officer()
    for browser in (signed_in(who), Client()):
        for answer in (browser.get(reverse(name)), browser.post(reverse(name), {"email": "x@example.invalid"})):
            assert (answer.status_code, "没有这一页" in answer.content.decode()) == (404, True)


@pytest.mark.parametrize(
    "path", ["account/social/signup/", "account/confirm-email/abc/", "account/social/connections/"]
)
def test_nor_are_its_older_addresses(path: str) -> None:
    assert signed_in(officer()).get(f"/{path}").status_code == 404


def test_every_page_of_the_sign_in_is_either_here_or_not() -> None:
    """A release of allauth's that brings another page is noticed."""
    names = {
        name for name in _names(get_resolver().url_patterns) if name.startswith(("account_", "socialaccount_", "users"))
    }
    assert names - {"account_confirm_email"} == HERE | set(NOT_HERE)


def _names(patterns: list[URLPattern | URLResolver]) -> set[str]:
    found: set[str] = set()
    for each in patterns:
        found |= _names(each.url_patterns) if isinstance(each, URLResolver) else {each.name} if each.name else set()
    return found
