"""What tests do with the planes as processes of their own: logins in their roles, rules, an officer's browser."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psycopg

from shouze.registers.agents.models import Agent
from shouze.settings import Settings
from shouze.wiring.link import LINK_KEY
from tests.cli.conftest import STORY
from tests.cli.shell import PATIENCE, Shell, program
from tests.registers.agents.scene import engaged
from tests.registers.house import approver, officer
from tests.wiring.test_desk_tables import desk_of

PASSWORD = "correct-horse-42-battery"


def login(owner: str, role: str) -> str:
    """Make a login role that is a member of a plane's role and of nothing else; return its URL."""
    name = f"login_{uuid.uuid4().hex}"
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN IN ROLE {role}".encode())
    return owner.replace("//shouze@", f"//{name}@")


def not_served(home: Path, database: str) -> str:
    """Start a desk that cannot serve; return why."""
    made = subprocess.run(
        program("--lang", "en", "--home", str(home), "serve", "desk", "--door", "http://127.0.0.1:9", "--port", "0"),
        env={**os.environ, "SHOUZE_DATABASE": database}, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert made.returncode == 2, made.stdout + made.stderr
    return made.stderr


def prepared(shell: Shell) -> str:
    """Make the installation, its roles and rules, as the tables' owner; return the token of a program."""
    shell("migrate", "--roles")
    shell("declare", str(STORY / "declaration.yaml"))
    shell("policy", "apply", str(STORY / "policy.yaml"))
    return issued(shell, "service", "crm")


def issued(shell: Shell, kind: str, actor: str, *more: str) -> str:
    return shell.result("token", "issue", "--days", "1", "--kind", kind, "--actor", actor, *more).stdout.strip()


def signed_in(url: str) -> httpx.Client:
    """Sign the officer in as a browser does."""
    browser = httpx.Client(base_url=url, timeout=PATIENCE, trust_env=False, headers={"accept-language": "en"})
    sent = submitted(browser, "/account/login/", {"login": "S-0001", "password": PASSWORD})
    assert sent.status_code == 302, sent.text
    return browser


def submitted(browser: httpx.Client, path: str, given: dict[str, Any], files: Any = None) -> httpx.Response:
    page = browser.get(path)
    fields = dict(re.findall(r'<input type="hidden" name="(csrfmiddlewaretoken|version)" value="([^"]*)"', page.text))
    return browser.post(path, data={**fields, **given}, files=files)


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def engaged_there(home: Path, settings: Settings, owner: Shell) -> Agent:
    """Register an officer with a password, and an agent that the door has not heard of yet; bring a key."""
    owner("link", "enrol")
    shutil.copy(owner.home / LINK_KEY, home)
    with desk_of(home, settings):
        first = officer()
        first.set_password(PASSWORD)
        first.save()
        assert approver().pk
        return engaged()


def stopped(*processes: subprocess.Popen[str]) -> None:
    for each in processes:
        each.send_signal(signal.SIGTERM)
        _, error = each.communicate(timeout=PATIENCE)
        assert each.returncode == 0, error
