"""Sign-in: who may, and which words allauth's parts speak."""

from __future__ import annotations

import secrets
from hmac import compare_digest
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


class Doorkeeper(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Nobody makes an account for themselves: people are registered."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Say no."""
        return False


class Provider(OpenIDConnectProvider):  # type: ignore[misc]  # allauth ships no types
    """A provider that is asked with a nonce, which its answer has to repeat (OpenID Connect Core 1.0, 3.1.2.1)."""

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        """Return what leads to the provider; the nonce is kept with the state, for this browser and once."""
        leading: dict[str, Any] = super().get_redirect_from_request_kwargs(request)
        nonce = secrets.token_urlsafe(32)
        return {**leading, "auth_params": {**leading["auth_params"], "nonce": nonce}, "nonce": nonce}


def vouched(sociallogin: Any) -> dict[str, Any]:
    """Return what a provider says of who signs in; PermissionDenied where its parts do not belong together.

    The ID token has to repeat the nonce of this sign-in (3.1.3.7), and userinfo has to be of the same subject (5.3.2).
    """
    told = sociallogin.account.extra_data
    token, userinfo = told.get("id_token") or {}, told.get("userinfo") or {}
    asked, answered = (str(each.get("nonce") or "") for each in (sociallogin.state, token))
    if not asked or not compare_digest(asked.encode(), answered.encode()):
        raise PermissionDenied
    if not token.get("sub") or userinfo.get("sub", token["sub"]) != token["sub"]:
        raise PermissionDenied
    return {**token, **userinfo}


class OutsideDoorkeeper(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """An outside sign-in (OIDC) is for people who are registered under the same work number."""

    def is_open_for_signup(self, _request: HttpRequest, _sociallogin: Any) -> bool:
        """Say no: an outside account makes no person."""
        return False

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Any:
        """Return a provider as it is asked here."""
        return Provider(request, app=super().get_provider(request, provider, client_id).app)

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Join an outside account to the person whose work number it asserts, at its first sign-in."""
        from shouze.registers.people.models import Person  # noqa: PLC0415 - models load after the apps

        claims = vouched(sociallogin)
        if sociallogin.is_existing:
            return
        number = str(claims.get("preferred_username", ""))
        if person := Person.objects.filter(username=number, is_active=True).first():
            sociallogin.connect(request, person)
