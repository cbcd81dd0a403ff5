"""Hand-over from the operator's app, and the JSON for apps: signed, once, soon, in a body; never by a link."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from shouze.portal.models import Visit
from shouze.portal.ports import GIVEN
from shouze.rules.refusal import CATALOGUE
from tests.api.gate import jws
from tests.portal.house import Portal, browser, is_signed, text, version
from tests.portal.test_used import handled

KEY = Ed25519PrivateKey.generate()


@pytest.fixture(autouse=True)
def _app(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GIVEN, "apps", {"star-app": KEY.public_key().public_bytes_raw()})


def assertion(subject: str | None, key: Any = KEY, alg: str = "EdDSA", **claims: Any) -> str:
    """Return what the app signs about a user; a claim given as None is left out."""
    now = int(GIVEN.now().timestamp())
    number = base64.urlsafe_b64encode(Ed25519PrivateKey.generate().private_bytes_raw()[:16]).decode()
    usual = {"iss": "star-app", "aud": "shouze-portal", "sub": subject, "iat": now, "exp": now + 60, "jti": number}
    said = {name: value for name, value in {**usual, **claims}.items() if value is not None}
    return jws({"alg": alg}, said, key)


def test_a_user_handed_over_goes_on_and_is_signed_in(portal: Portal) -> None:
    text_of, visitor = assertion(portal.subscriber()), browser()
    page = visitor.post("/hand-over", {"assertion": text_of})
    assert "star-app" in text(page)
    assert visitor.get("/held").status_code == 302, "not before the user has gone on"
    assert visitor.post("/hand-over/continue", {"assertion": text_of}).headers["location"] == "/held"
    assert visitor.get("/held").status_code == 200


def test_by_an_identifier_its_present_holder_is_meant(portal: Portal) -> None:
    subject = portal.subscriber()
    browser().post("/hand-over/continue", {"assertion": assertion(None, item="phone", value=portal.phone)})
    assert Visit.objects.get().subject == subject


def test_a_hand_over_serves_once(portal: Portal) -> None:
    once = assertion(portal.subscriber())
    assert browser().post("/hand-over/continue", {"assertion": once}).status_code == 302
    assert browser().post("/hand-over/continue", {"assertion": once}).status_code == 403
    assert browser().post("/api/sign-in", json.dumps({"assertion": once}), "application/json").status_code == 401


def test_a_link_signs_nobody_in(portal: Portal) -> None:
    once = assertion(portal.subscriber())
    for path in ("/hand-over", "/hand-over/continue", "/api/sign-in"):
        assert browser().get(f"{path}?assertion={once}").status_code == 405
    assert Visit.objects.count() == 0


def test_another_sites_form_cannot_sign_a_browser_in_as_somebody(portal: Portal) -> None:
    visitor = Client(enforce_csrf_checks=True, headers={"host": "portal.localhost"})
    once = assertion(portal.subscriber())
    assert visitor.post("/hand-over", {"assertion": once}).status_code == 200
    assert visitor.post("/hand-over/continue", {"assertion": once}).status_code == 403
    assert Visit.objects.count() == 0


@pytest.mark.parametrize(
    "broken",
    [
        {"iss": "other-app"}, {"aud": "shouze"}, {"exp": 1}, {"iat": 1}, {"jti": "short"}, {"sub": None},
        {"item": "phone"}, {"more": 1}, {"alg": "none"}, {"alg": "HS256"}, {"key": Ed25519PrivateKey.generate()},
        {"sub": "../../etc"}, {"exp": 2**33},
    ],
    ids=lambda each: str(*each),
)  # fmt: skip
def test_whatever_is_wrong_with_it_it_signs_nobody_in(portal: Portal, broken: dict[str, Any]) -> None:
    answer = browser().post("/hand-over/continue", {"assertion": assertion(portal.subscriber(), **broken)})
    assert answer.status_code == 403
    assert Visit.objects.count() == 0


@pytest.mark.parametrize("raw", ["", "x", "a.b.c", "." * 5000])
def test_what_is_no_hand_over_is_refused(portal: Portal, raw: str) -> None:
    assert browser().post("/hand-over", {"assertion": raw}).status_code == 403


class App:
    """An app that has exchanged a hand-over for a token."""

    def __init__(self, portal: Portal, subject: str, language: str = "en") -> None:
        sent = json.dumps({"assertion": assertion(subject)})
        told = json.loads(browser().post("/api/sign-in", sent, "application/json").content)
        self._client = browser(language, enforce_csrf_checks=True)
        self._headers = {"authorization": f"Bearer {told['token']}"}

    def __call__(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        sent = "" if body is None else json.dumps(body)
        answer = self._client.generic(method, path, sent, "application/json", headers=self._headers)
        return answer.status_code, json.loads(answer.content)


def test_an_app_shows_what_is_held_and_opens_what_the_user_asks_for(portal: Portal) -> None:
    app = App(portal, portal.subscriber())
    status, told = app("GET", "/api/held")
    assert status == 200
    assert {each["value"] for each in told["items"]} == {None}
    _, told = app("POST", "/api/held", {"items": ["name"]})
    assert [each["value"] for each in told["items"] if each["item"] == "name"] == [portal.person["name"]]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_app_asks_notes_and_withdraws_consent_and_fetches_the_receipt(portal: Portal, language: str) -> None:
    app = App(portal, portal.subscriber(), language)
    _, told = app("GET", "/api/consents")
    offers = next(each for each in told["services"][0]["purposes"] if each["purpose"] == "offers")
    assert (offers["state"], offers["name"]) == ("never", "推荐优惠套餐" if language == "zh" else "Recommending offers")
    assert app("POST", "/api/consents/mobile/offers", {"version": int(version())}) == (200, {"state": "agreed"})
    _, receipt = app("GET", "/api/receipts/mobile/offers")
    assert is_signed(json.dumps(receipt).encode())
    assert app("DELETE", "/api/consents/mobile/offers") == (200, {"state": "withdrawn"})


def test_an_app_shows_who_used_it_why_it_was_refused_and_with_proofs(portal: Portal) -> None:
    subject = portal.subscriber()
    app = App(portal, subject)
    handled(portal, subject)
    _, told = app("GET", "/api/records")
    why = {each["code"]: (each["why"], each["article"]) for each in told["records"]}
    assert why[None] == (None, None)
    assert why["no-consent"] == (CATALOGUE["no-consent"].title.en, "9(1)")
    assert told["records"][-1]["act"] == "Collect"
    status, proved = app("GET", f"/api/records/{told['records'][-1]['index']}/proof")
    assert (status, proved["proof"][:8]) == (200, "c2sp.org")


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "/api/consents/mobile/offers", {"version": 99}, 409, "conflict"),
        ("POST", "/api/consents/mobile/offers", {"versions": 1}, 422, "invalid"),
        ("POST", "/api/consents/mobile/none", {"version": 1}, 404, "not-found"),
        ("GET", "/api/receipts/mobile/offers", None, 404, "not-found"),
        ("GET", "/api/records/999999/proof", None, 404, "not-found"),
    ],
)
def test_what_goes_wrong_is_told_as_a_problem(
    portal: Portal, method: str, path: str, body: Any, status: int, code: str
) -> None:
    app = App(portal, portal.subscriber())
    portal.covered()
    found, told = app(method, path, body)
    assert (found, told["code"]) == (status, code)


@pytest.mark.parametrize("path", ["/api/held", "/api/records", "/api/consents", "/api/receipts/mobile/offers"])
def test_a_cookie_is_nobody_to_the_apps_json(portal: Portal, path: str) -> None:
    visitor = browser()
    visitor.post("/hand-over/continue", {"assertion": assertion(portal.subscriber())})
    answer = visitor.get(path)
    assert (answer.status_code, json.loads(answer.content)["code"]) == (401, "unauthenticated")
