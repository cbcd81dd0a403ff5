"""Signing in: by password, then with a second step, then with a passkey; and out of another session."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time
from typing import Any

import pytest

from tests.desk.journeys.stage import NARROW, PASSWORD, Stage, Window


def totp(secret: str, at: float) -> str:
    """Return the code of RFC 6238 (SHA-1, 30 s, 6 digits), computed here without the library that checks it."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.new(key, struct.pack(">Q", int(at // 30)), hashlib.sha1).digest()
    place = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[place : place + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


@pytest.fixture(scope="module", autouse=True)
def begun(stage: Stage) -> None:
    with stage.window() as window:
        window.begin()


def test_a_wrong_password_says_no_more_than_that(stage: Stage) -> None:
    with stage.window("en", NARROW) as window:
        window.sign_in("S-0001", "wrong-horse-42-battery")
        known = window.text()
        window.check("sign-in-wrong-en")
        window.sign_in("S-9999", "wrong-horse-42-battery")
        assert window.text() == known


def test_a_second_step_is_set_up_and_asked_for(stage: Stage) -> None:
    with stage.window("zh") as window:
        window.sign_in("S-0001")
        window.go("/account/2fa/totp/activate/")
        _confirm(window)
        secret = window.page.input_value("#authenticator_secret")
        window.check("totp-zh")
        window.page.fill("main [name=code]", totp(secret, time.time()))
        window.submit("main form[action*=activate] button, main form button")
        window.go("/account/2fa/")
        window.check("two-steps-zh")
    with stage.window("zh") as window:
        window.sign_in("S-0001")
        assert "/2fa/authenticate" in window.page.url
        window.check("second-step-zh")
        window.page.fill("main [name=code]", totp(secret, time.time() + 30))
        window.submit("main form button")
        window.go("/")
        assert "今日" in window.text()
        SIGNED_IN.update(window.context.storage_state())
        window.go("/account/sessions/")
        window.check("sessions-zh")


def test_a_colleague_joins_by_a_link_and_signs_in_with_a_passkey(stage: Stage) -> None:
    with stage.window("en") as window:
        window.go("/account/login/")
        device = window.context.new_cdp_session(window.page)
        device.send("WebAuthn.enable")
        device.send("WebAuthn.addVirtualAuthenticator", {"options": _KEY})
        window.check("sign-in-en")
        window.go(_invitation(stage))
        window.fill(password1=PASSWORD, password2=PASSWORD)
        window.submit("main form button")
        window.sign_in("S-0002")
        window.go("/account/2fa/webauthn/add/")
        _confirm(window)
        window.page.check("main [name=passwordless]")
        window.submit("#mfa_webauthn_add")
        window.check("passkey-added-en")
        window.submit("header form[action$=logout\\/] button")
        window.go("/account/login/")
        with window.page.expect_navigation(url=f"{stage.desk}/"):
            window.page.click("#passkey_login")
        assert "Today" in window.text()


_KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def _invitation(stage: Stage) -> str:
    """Register a colleague; return the link by which they sign in first."""
    with stage.window("en", state=SIGNED_IN) as window:
        window.go("/r/people/new")
        window.fill(username="S-0002", name="周衡", email="zhou@example.invalid")
        window.page.check("main [name=roles_held][value=approver]")
        window.submit()
        window.press("Make a sign-in link")
        window.submit()
        window.check("invitation-en")
        return window.page.input_value("#told")


SIGNED_IN: dict[str, Any] = {}


def _confirm(window: Window) -> None:
    """Give the password again where the page asks for it."""
    if "reauthenticate" in window.page.url:
        window.page.fill("main [name=password]", PASSWORD)
        window.submit("main form button")
