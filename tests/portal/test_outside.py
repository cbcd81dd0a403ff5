"""Sign-in by the operator's own accounts: what is vouched for finds its present holder; each provider has one face."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from allauth.core.exceptions import ImmediateHttpResponse
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory

from shouze.portal.outside import Doorkeeper, recognised
from shouze.portal.visiting import COOKIE
from shouze.web.configuring import OUTSIDE, USERS
from shouze.web.faces import PORTAL
from tests.portal.house import Portal, another


def arriving(
    claims: dict[str, Any], provider: str = USERS, face: str | None = PORTAL, asked: str = "n", **token: Any
) -> None:
    """Let the provider send somebody back to a face."""
    request = RequestFactory().get("/account/oidc/users/login/callback/")
    request.urlconf = face
    told = {"userinfo": {"sub": "1", **claims}, "id_token": {"sub": "1", "nonce": "n", **token}}
    account = SimpleNamespace(provider=provider, extra_data=told)
    Doorkeeper().pre_social_login(request, SimpleNamespace(account=account, is_existing=True, state={"nonce": asked}))


@pytest.mark.urls(PORTAL)
def test_a_verified_number_signs_its_present_holder_in(portal: Portal) -> None:
    subject = portal.subscriber()
    claims = {"phone_number": portal.phone, "phone_number_verified": True}
    assert recognised(claims) == subject
    with pytest.raises(ImmediateHttpResponse) as answered:
        arriving(claims)
    assert COOKIE in answered.value.response.cookies


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_what_the_provider_has_not_verified_signs_nobody_in(portal: Portal, verified: Any) -> None:
    portal.subscriber()
    with pytest.raises(PermissionDenied):
        arriving({"phone_number": portal.phone, "phone_number_verified": verified})


def test_claims_that_mean_two_people_sign_nobody_in(portal: Portal) -> None:
    portal.subscriber()
    claims = {"phone_number": portal.phone, "phone_number_verified": True}
    assert recognised({**claims, "email": "somebody@else.example", "email_verified": True}) is None
    assert recognised({"phone_number": "x", "phone_number_verified": True}) is None
    assert recognised({"phone_number": another()["phone"], "phone_number_verified": True}) is None


@pytest.mark.parametrize(("provider", "face"), [(OUTSIDE, PORTAL), (USERS, None)])
def test_staffs_provider_opens_no_portal_and_users_no_desk(portal: Portal, provider: str, face: str | None) -> None:
    portal.subscriber()
    with pytest.raises(PermissionDenied):
        arriving({"phone_number": portal.phone, "phone_number_verified": True}, provider, face)


@pytest.mark.parametrize(
    ("asked", "token"),
    [("n", {"nonce": "m"}), ("n", {"nonce": None}), ("", {"nonce": ""}), ("n", {"sub": "2"}), ("n", {"sub": None})],
)
def test_an_answer_of_another_sign_in_or_of_somebody_else_signs_nobody_in(
    portal: Portal, asked: str, token: dict[str, Any]
) -> None:
    portal.subscriber()
    claims = {"phone_number": portal.phone, "phone_number_verified": True}
    with pytest.raises(PermissionDenied):
        arriving(claims, asked=asked, **token)
    with pytest.raises(PermissionDenied):
        arriving(claims, OUTSIDE, None, asked, **token)
