"""Signing in through an OpenID Connect provider: who is registered comes in, and nobody else."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.desk.journeys.provider import PASSWORD, SECRET
from tests.desk.journeys.stage import Stage, Window, raised

pytestmark = pytest.mark.lasting


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Run the provider, and an installation that trusts it."""
    folder, port, provider_port = tmp_path_factory.mktemp("outside"), free_port(), free_port()
    callback = f"http://desk.localhost:{port}/account/oidc/staff/login/callback/"
    words = [sys.executable, "-m", "tests.desk.journeys.provider", str(provider_port), callback, str(folder)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as provider:
        try:
            assert provider.stdout is not None
            assert provider.stdout.readline() == "ready\n"
            trusting = {
                "SHOUZE_OIDC_URL": f"http://127.0.0.1:{provider_port}", "SHOUZE_OIDC_CLIENT": "desk",
                "SHOUZE_OIDC_SECRET": SECRET, "SHOUZE_OIDC_NAME": "企业账号",
            }  # fmt: skip
            with raised(folder / "home", port, **trusting) as stage:
                yield stage
        finally:
            provider.kill()


def sign_in_outside(window: Window) -> None:
    window.go("/account/login/")
    window.submit("main form[action*=oidc] button")
    window.page.fill("[name=login]", "S-0001")
    window.page.fill("[name=password]", PASSWORD)
    window.submit("form[action*=login] button")


def test_nobody_who_is_not_registered_comes_in(outside: Stage) -> None:
    with outside.window() as window:
        window.begin("S-0002", "周衡")
    with outside.window() as window:
        sign_in_outside(window)
        window.go("/r/agents/")
        assert "/account/login/" in window.page.url


def test_whoever_is_registered_comes_in_by_their_work_number(outside: Stage, tmp_path: Path) -> None:
    with outside.window() as window:
        window.sign_in("S-0002")
        window.go("/r/people/new")
        window.fill(username="S-0001", name="林静")
        window.page.check("main [name=roles_held][value=officer]")
        window.submit()
    with outside.window() as window:
        sign_in_outside(window)
        window.go("/")
        assert "今日" in window.text()
        assert "林静" in window.page.inner_text("header")
