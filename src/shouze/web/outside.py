"""Where a browser comes back from an OpenID provider: allauth's way, with ID tokens whose signature is checked.

allauth leaves the signature to TLS, as the standard allows (3.1.3.7, 6). Here it is checked (``web.id_tokens``), so
that a token tells who issued it also where TLS ends at a proxy.
"""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone

from shouze.web.id_tokens import Key, UnvouchedError, Wanted, check

FRESH_SECONDS = 600.0
WELL_KNOWN = "/.well-known/"
_kept: dict[str, tuple[float, list[Key]]] = {}
"""Keys by their address, with the moment at which they were asked for."""


class Adapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth ships no types
    """A provider's answer, of which an ID token counts that the provider's own keys signed."""

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        """Return the claims of an ID token; OAuth2Error where it does not vouch for anybody."""
        told = self.openid_config
        issuer, address = str(told.get("issuer", "")), str(told.get("jwks_uri", ""))
        trusted = self.get_provider().server_url.partition(WELL_KNOWN)[0]
        # OpenID Connect Discovery 1.0, 4.3: whose configuration it is stands in it
        if issuer.rstrip("/") != trusted.rstrip("/") or not _is_safe(address, issuer):
            raise OAuth2Error("The provider's configuration is another's")
        try:
            return check(id_token, lambda anew: _keys(address, anew=anew), Wanted(issuer, app.client_id, _now()))
        except UnvouchedError as problem:
            raise OAuth2Error("Invalid id_token") from problem


@login_not_required  # type: ignore[untyped-decorator]  # allauth ships no types
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to a provider."""
    return _seen(OAuth2LoginView, request, provider_id)


@login_not_required  # type: ignore[untyped-decorator]  # allauth ships no types
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take whoever comes back from a provider."""
    return _seen(OAuth2CallbackView, request, provider_id)


PATHS: list[URLPattern] = [
    path("oidc/<str:provider_id>/login/", login, name="openid_connect_login"),
    path("oidc/<str:provider_id>/login/callback/", callback, name="openid_connect_callback"),
]


def _seen(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        answer: HttpResponse = view.adapter_view(Adapter(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    return answer


def _keys(address: str, *, anew: bool) -> list[Key]:
    """Return the provider's keys, asked for again after ten minutes, or where another one is needed."""
    asked_at, found = _kept.get(address, (-FRESH_SECONDS, []))
    if anew or time.monotonic() - asked_at >= FRESH_SECONDS:
        with get_adapter().get_requests_session() as session:
            answer = session.get(address, allow_redirects=False)
            answer.raise_for_status()
            told = answer.json()
        listed = told.get("keys") if isinstance(told, dict) else None
        found = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
        _kept[address] = (time.monotonic(), found)
    return found


def _is_safe(address: str, issuer: str) -> bool:
    """Tell whether keys come by TLS, or from the very place that the settings name."""
    keys, own = urlsplit(address), urlsplit(issuer)
    return keys.scheme == "https" or (keys.scheme, keys.netloc) == (own.scheme, own.netloc)


def _now() -> Any:
    return timezone.now()


def forget() -> None:
    """Ask for keys anew."""
    _kept.clear()
