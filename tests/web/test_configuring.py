"""What every page's answer carries: no script or style but our own files, no frame, no other site's cookie."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from shouze.settings import Settings
from shouze.web.configuring import Installed, configuration
from tests.registers.house import officer, signed_in

pytestmark = pytest.mark.django_db


def test_the_policy_lets_nothing_run_but_our_own_files() -> None:
    policy = signed_in(officer()).get("/").headers["content-security-policy"]
    assert "unsafe" not in policy
    assert {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"} <= set(policy.split("; "))


def test_a_form_from_elsewhere_changes_nothing() -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(officer(), "allauth.account.auth_backends.AuthenticationBackend")
    assert browser.post("/calendar").status_code == 403


def test_every_host_but_the_houses_own_is_refused() -> None:
    officer()
    assert Client(headers={"host": "example.invalid"}).get("/").status_code == 400


def test_cookies_stay_with_the_browser_and_the_site() -> None:
    settings = configuration(Installed(Path("/nowhere"), Settings(), "secret", https=True))
    assert settings["SESSION_COOKIE_SECURE"]
    assert settings["SESSION_COOKIE_HTTPONLY"]
    assert settings["CSRF_COOKIE_SAMESITE"] == "Strict"


def test_each_face_alone_keeps_to_itself() -> None:
    home, own = Path("/nowhere"), Settings(portal_host="portal.operator.example")
    beside = configuration(Installed(home, own, "secret"))
    desk = configuration(Installed(home, own, "secret", apart=True))
    portal = configuration(Installed(home, own, "secret", "portal", apart=True))
    assert "portal.operator.example" in beside["PORTAL_HOSTS"]
    assert desk["PORTAL_HOSTS"] == [], "the desk's role cannot read who is signed in to the portal"
    assert "portal.operator.example" in portal["PORTAL_HOSTS"]
    assert "signed_cookies" in portal["SESSION_ENGINE"], "the table of sessions is staff's"
    assert "SESSION_ENGINE" not in desk


def test_a_database_url_is_read_in_all_its_parts() -> None:
    settings = Settings(database="postgresql://us%40er:pa%2Fss@[::1]:5433/na%20me")
    found = configuration(Installed(Path("/nowhere"), settings, "secret"))["DATABASES"]["default"]
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"], found["NAME"]) == (
        "us@er", "pa/ss", "::1", "5433", "na me",
    )  # fmt: skip


def test_the_migrations_say_all_that_the_models_say() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
