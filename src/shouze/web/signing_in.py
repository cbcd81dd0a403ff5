"""Sign-in: who may, and which words allauth's parts speak."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class Doorkeeper(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Nobody makes an account for themselves: people are registered."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Say no."""
        return False


class OutsideDoorkeeper(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """An outside sign-in (OIDC) is for people who are registered under the same work number."""

    def is_open_for_signup(self, _request: HttpRequest, _sociallogin: Any) -> bool:
        """Say no: an outside account makes no person."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Join an outside account to the person whose work number it asserts, at its first sign-in."""
        from shouze.registers.people.models import Person  # noqa: PLC0415 - models load after the apps

        if sociallogin.is_existing:
            return
        told = sociallogin.account.extra_data
        claims = told.get("userinfo") or told.get("id_token") or told
        number = str(claims.get("preferred_username", ""))
        if person := Person.objects.filter(username=number, is_active=True).first():
            sociallogin.connect(request, person)
