"""Sign-in at the portal by a certified OpenID provider: a code, PKCE, a nonce; nothing turned, moved or used twice."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit, urlunsplit

import pytest
from playwright.sync_api import Page

from shouze.cli.story.people import person
from tests.desk.journeys.stage import NARROW, WIDE, Window, raised
from tests.desk.mailbox import mailbox
from tests.portal.journeys.user import User, registered

pytestmark = pytest.mark.systems
HERE = Path(__file__).parent / "provider"
SECRET = "a-secret-between-portal-and-provider"
ONE = person(0)
KNOWN = {"name": ONE.name, "phone_number": f"+86{ONE.phone}", "phone_number_verified": True}
HOSTILE = ("misissued", "forged", "unsigned", "confounded", "changed", "confused")
PEOPLE = {
    "user": KNOWN, **dict.fromkeys(HOSTILE, KNOWN), "unverified": {**KNOWN, "phone_number_verified": False},
    "stranger": {"name": "x", "phone_number": "+8613700000009", "phone_number_verified": True},
}  # fmt: skip
CALLBACK = "/account/oidc/users/login/callback/"


def free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the provider in a folder of its own."""
    place = tmp_path_factory.mktemp("provider")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, place)
    words = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    subprocess.run(words, cwd=place, check=True, capture_output=True, timeout=300)
    return place


@pytest.fixture(scope="module")
def user(modules: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    """Run the provider, and an installation whose portal trusts it, with a user whom it knows."""
    port, provider = free(), free()
    callback = f"http://portal.localhost:{port}{CALLBACK}"
    words = ["node", str(HERE / "provider.mjs"), str(provider), callback, SECRET, str(modules)]
    told = {**os.environ, "PEOPLE": json.dumps(PEOPLE)}
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=told) as running:
        try:
            assert running.stdout is not None
            assert running.stdout.readline() == "ready\n"
            trusting = {
                "SHOUZE_PORTAL_OIDC_URL": f"http://127.0.0.1:{provider}", "SHOUZE_PORTAL_OIDC_CLIENT": "portal",
                "SHOUZE_PORTAL_OIDC_SECRET": SECRET, "SHOUZE_PORTAL_OIDC_NAME": "Starbridge",
            }  # fmt: skip
            with mailbox() as box, raised(tmp_path_factory.mktemp("openid") / "home", port, **trusting) as stage:
                yield registered(stage, box)
        finally:
            running.kill()


def began(window: Window, who: str, **changed: str) -> None:
    """Go from the portal to the provider, where a thief may change what is asked, and sign in there."""
    found = asked(window.page)
    window.go("/sign-in")
    window.submit("main form[action*=oidc] button")
    if changed:
        window.page.goto(turned(next(url for url in found if urlsplit(url).path == "/auth"), **changed))
    window.page.fill("[name=login]", who)
    window.page.fill("[name=password]", "x")
    window.page.click("button[type=submit]")
    window.page.wait_for_selector("text=Authorize")


def agreed(window: Window) -> None:
    """Let the provider send the browser back."""
    with window.page.expect_navigation(url=f"**{urlsplit(window.stage.desk).netloc}/**"):
        window.page.click("button[type=submit]")


def answer(window: Window) -> str:
    """Let the provider answer, without the browser going there; return the address."""
    action = str(window.page.get_attribute("form", "action"))
    told = window.context.request.post(action, form={"prompt": "consent"}, max_redirects=0)
    for _ in range(3):
        address = urljoin(told.url, told.headers["location"])
        if urlsplit(address).path == CALLBACK:
            return address
        told = window.context.request.get(address, max_redirects=0)
    raise AssertionError(told.url)


def is_in(window: Window) -> bool:
    window.go("/held")
    return window.page.url.endswith("/held")


def query(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def turned(url: str, **changed: str) -> str:
    return urlunsplit(urlsplit(url)._replace(query=urlencode({**query(url), **changed})))


def asked(page: Page) -> list[str]:
    """Return the addresses that the browser asks for, as it does."""
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url))
    return found


def came_back(found: list[str]) -> str:
    return next(url for url in found if urlsplit(url).path == CALLBACK)


@pytest.mark.parametrize(("language", "size"), [("zh", NARROW), ("en", WIDE)])
def test_a_user_whose_number_the_provider_has_verified_is_signed_in(user: User, language: str, size: Any) -> None:
    with user.window(language, size) as window:
        found = asked(window.page)
        began(window, "user")
        agreed(window)
        assert ONE.address not in window.text()
        assert is_in(window)
        window.page.locator("#name .value button").click()
        window.page.wait_for_selector("#name output")
        assert ONE.name in window.text()
        sent = query(next(url for url in found if urlsplit(url).path == "/auth"))
        assert (sent["response_type"], sent["code_challenge_method"], len(sent["nonce"])) == ("code", "S256", 43)


@pytest.mark.parametrize("who", ["unverified", "stranger"])
def test_whose_number_is_not_verified_or_not_known_is_not_signed_in(user: User, who: str) -> None:
    with user.window("en", WIDE) as window:
        began(window, who)
        agreed(window)
        assert not is_in(window)


@pytest.mark.parametrize("who", HOSTILE)
def test_a_token_for_another_client_or_of_another_hand_or_an_answer_about_another_signs_nobody_in(
    user: User, who: str
) -> None:
    with user.window("en", WIDE) as window:
        began(window, who)
        agreed(window)
        assert not is_in(window)


def test_an_answer_with_another_nonce_signs_nobody_in(user: User) -> None:
    with user.window("en", WIDE) as window:
        began(window, "user", nonce="chosen-by-a-thief")
        agreed(window)
        assert not is_in(window)
    with user.window("en", WIDE) as window:
        began(window, "user", ui_locales="en")
        agreed(window)
        assert is_in(window), "it is the nonce"


def test_without_the_challenge_the_provider_gives_no_code(user: User) -> None:
    with user.window("en", WIDE) as window:
        found = asked(window.page)
        window.go("/sign-in")
        window.submit("main form[action*=oidc] button")
        sent = next(url for url in found if urlsplit(url).path == "/auth")
        window.page.goto(turned(sent, code_challenge="", code_challenge_method=""))
        assert query(came_back(found))["error"] == "invalid_request"
        assert not is_in(window)


def test_a_code_serves_once_in_the_browser_and_the_sign_in_that_asked_for_it(user: User) -> None:
    with user.window("en", WIDE) as window:
        began(window, "user")
        used = answer(window)
        window.page.goto(used)
        assert is_in(window)
        window.submit("header form[action$=sign-out] button")
        window.page.goto(used)
        assert not is_in(window), "the same answer again"
    with user.window("en", WIDE) as window:
        window.page.goto(used)
        assert not is_in(window), "the answer in another browser"
        began(window, "user")
        window.page.goto(turned(answer(window), code=query(used)["code"]))
        assert not is_in(window), "the used code in a sign-in that was begun"


def test_a_fresh_code_of_another_browser_is_of_no_use(user: User) -> None:
    """Injected, it fails by the challenge that is bound to the browser that asked (PKCE)."""
    with user.window("en", WIDE) as window:
        began(window, "user")
        stolen = query(answer(window))["code"]
    with user.window("en", WIDE) as window:
        began(window, "user")
        window.page.goto(turned(answer(window), code=stolen))
        assert not is_in(window)
