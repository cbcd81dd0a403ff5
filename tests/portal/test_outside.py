"""Sign-in by the operator's own accounts: what is vouched for finds its present holder; each provider has one face."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.core.exceptions import ImmediateHttpResponse
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory
from joserfc import jws
from joserfc.jwk import RSAKey

from shouze.portal.outside import Doorkeeper, recognised
from shouze.portal.visiting import COOKIE
from shouze.web import outside
from shouze.web.configuring import OUTSIDE, USERS
from shouze.web.faces import PORTAL
from tests.portal.house import Portal, another, browser


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


@dataclass
class Provider:
    """A provider on this machine: what it publishes, and the ID token that it gives for any code."""

    url: str = ""
    keys: list[RSAKey] = field(default_factory=list)
    phone: str = ""
    token: Callable[[dict[str, Any]], str] = str
    said: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    moved: dict[str, str] = field(default_factory=dict)
    """Paths that lead on to others."""

    def answer(self, path: str) -> dict[str, Any]:
        self.asked.append(path)
        who = {"sub": "u-1", "phone_number": self.phone, "phone_number_verified": True}
        return {
            "/.well-known/openid-configuration": {
                "issuer": self.url, "authorization_endpoint": f"{self.url}/auth", "token_endpoint": f"{self.url}/token",
                "userinfo_endpoint": f"{self.url}/me", "jwks_uri": f"{self.url}/keys", **self.said,
            },
            "/token": {"access_token": "a", "token_type": "Bearer", "id_token": self.token({"sub": "u-1"})},
            "/me": who, "/keys": {"keys": [each.as_dict(private=False) for each in self.keys]},
        }[path]  # fmt: skip

    def signed(self, key: RSAKey, nonce: str, **changed: Any) -> None:
        """Give this token from now on."""
        now = int(time.time())
        told = {"iss": self.url, "sub": "u-1", "aud": "portal", "iat": now, "exp": now + 300, "nonce": nonce, **changed}
        made = jws.serialize_compact({"alg": "RS256", "kid": key.kid}, json.dumps(told), key)
        self.token = lambda _: made


FIRST, SECOND = (RSAKey.generate_key(2048, {"kid": kid}, private=True) for kid in ("first", "second"))


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    told = Provider()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            if path in told.moved:
                self.send_response(302)
                self.send_header("location", told.moved[path])
                self.send_header("content-length", "0")
                self.end_headers()
                return
            content = json.dumps(told.answer(path)).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    outside.forget()
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        told.url, told.keys = f"http://127.0.0.1:{server.server_address[1]}", [FIRST]
        app = {"provider_id": USERS, "name": "x", "client_id": "portal", "secret": "s",
               "settings": {"server_url": told.url, "fetch_userinfo": True, "scope": ["openid"]}}  # fmt: skip
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
        yield told
        server.shutdown()


def went(portal: Portal, provider: Provider, key: RSAKey = FIRST, **changed: Any) -> bool:
    """Go to the provider and come back with its token; tell whether somebody is signed in."""
    visitor: Client = browser()
    provider.phone = portal.phone
    asked = parse_qs(urlsplit(visitor.post("/account/oidc/users/login/")["location"]).query)
    provider.signed(key, **{"nonce": asked["nonce"][0], **changed})
    back = visitor.get("/account/oidc/users/login/callback/", {"code": "c", "state": asked["state"][0]})
    signed_in = COOKIE in visitor.cookies
    assert (visitor.get("/held").status_code == 200) == signed_in
    assert back.status_code in ({302} if signed_in else {200, 401, 403})
    return signed_in


def test_who_comes_back_with_a_token_of_the_providers_is_signed_in(portal: Portal, provider: Provider) -> None:
    portal.subscriber()
    assert went(portal, provider)
    provider.keys = [SECOND]
    assert went(portal, provider, SECOND), "its new key is asked for"
    assert went(portal, provider, SECOND)
    assert provider.asked.count("/keys") == 2, "once, and once more for the key that was new"
    assert not went(portal, provider, FIRST), "its former key is nobody's"


@pytest.mark.lasting
@pytest.mark.parametrize(
    "changed",
    [{"iss": "http://127.0.0.1:1"}, {"aud": "desk"}, {"exp": 1}, {"nonce": "another"}, {"sub": "u-2"}],
    ids=str,
)
def test_a_signed_token_that_is_not_for_this_sign_in_signs_nobody_in(
    portal: Portal, provider: Provider, changed: dict[str, Any]
) -> None:
    portal.subscriber()
    assert not went(portal, provider, **changed)


def test_a_token_that_another_key_signed_signs_nobody_in(portal: Portal, provider: Provider) -> None:
    portal.subscriber()
    assert not went(portal, provider, SECOND)
    thief = RSAKey.generate_key(2048, {"kid": "first"}, private=True)
    assert not went(portal, provider, thief)
    assert not went(portal, SimpleNamespace(signed=lambda *_, **__: setattr(provider, "token", lambda _: "e30.e30.")))  # type: ignore[arg-type]  # it says nothing else


def test_another_issuer_of_the_same_house_signs_nobody_in(portal: Portal, provider: Provider) -> None:
    """Of a provider with several realms on one host, each vouches for its own accounts."""
    portal.subscriber()
    provider.said = {"issuer": f"{provider.url}/another"}
    assert not went(portal, provider, iss=f"{provider.url}/another")


def test_keys_are_taken_from_the_very_place_that_the_configuration_names(portal: Portal, provider: Provider) -> None:
    """An open redirect at the provider's would let anybody publish keys in its name."""
    portal.subscriber()
    provider.said = {"jwks_uri": f"{provider.url}/elsewhere"}
    provider.moved = {"/elsewhere": f"{provider.url}/keys"}
    assert not went(portal, provider)


@pytest.mark.lasting
@pytest.mark.parametrize(
    "said", [{"issuer": "http://127.0.0.1:1"}, {"jwks_uri": "http://thief.example/keys"}, {"jwks_uri": ""}]
)
def test_a_configuration_that_is_anothers_signs_nobody_in(
    portal: Portal, provider: Provider, said: dict[str, str]
) -> None:
    portal.subscriber()
    provider.said = said
    assert not went(portal, provider)
