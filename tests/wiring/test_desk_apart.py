"""The desk as a process of its own on PostgreSQL, between two gateways, each plane with a role of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from shouze.cli.story.people import person as story_person
from shouze.registers.agents.models import Agent
from shouze.settings import Settings
from shouze.wiring.desk import KEY_FILE
from shouze.wiring.desk_apart import ENTRIES_FILE
from tests.cli.conftest import STORY
from tests.cli.shell import PATIENCE, Shell, address, program, running
from tests.cli.test_up import COLLECT, post
from tests.registers.agents.scene import engaged
from tests.registers.house import approver, officer
from tests.wiring.test_desk_tables import desk_of

PASSWORD = "correct-horse-42-battery"
PROOF = {"documents": ("ended.pdf", b"%PDF-1.7 an agreement", "application/pdf")}
READ = {
    "service": "mobile", "subject": {"identifiers": {"phone": story_person(0).phone}}, "items": ["name"],
    "purposes": ["customer-service"], "action": "read", "place": {"site": "BY-01"},
}  # fmt: skip


@pytest.fixture(autouse=True)
def desks(django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def owner(tmp_path: Path, postgres_dsn: str, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """The command line as the tables' owner uses it, in the folder that gateways have."""
    monkeypatch.setenv("SHOUZE_DATABASE", postgres_dsn)
    return Shell(tmp_path / "gateway")


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


def engaged_there(home: Path, settings: Settings) -> Agent:
    """Register an officer with a password, and an agent that the door has not heard of yet."""
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


@pytest.mark.duty("A11-supervise")
def test_what_is_done_at_a_desk_apart_holds_at_every_gateway_from_its_next_call_on(
    owner: Shell, tmp_path: Path, postgres_dsn: str
) -> None:
    gateway, home, settings = owner.home, tmp_path / "desk", Settings(database=postgres_dsn)
    owner("migrate")
    assert f"shouze policy apply {home / ENTRIES_FILE}" in not_served(home, postgres_dsn)
    assert {each.name for each in home.iterdir()} == {KEY_FILE, ENTRIES_FILE}
    owner("policy", "apply", str(home / ENTRIES_FILE))
    assert "shouze migrate --roles" in not_served(home, postgres_dsn)
    crm = prepared(owner)
    own, door = login(postgres_dsn, "shouze_desk"), login(postgres_dsn, "shouze_gateway")
    entry = engaged_there(home, settings)
    with ExitStack() as open_:
        at_door = {"SHOUZE_DATABASE": door}
        gates = [
            open_.enter_context(running(gateway, "serve", "gateway", "--port", "0", SHOUZE_NODE=str(node), **at_door))
            for node in (1, 2)
        ]
        urls = [address(each) for each in gates]
        words = ("serve", "desk", "--door", urls[0], "--port", "0")
        desk = open_.enter_context(running(home, *words, SHOUZE_DATABASE=own))
        url = address(desk)
        browser = open_.enter_context(closing(signed_in(url)))
        assert post(f"{urls[0]}/v1/collect", crm, COLLECT).status_code == 200
        heard = lambda: "shouze_desk_effects_waiting 0.0" in browser.get("/metrics").text  # noqa: E731 - asked again
        until(heard)
        token = issued(owner, "agent-staff", "B-1", "--agent", entry.name)
        assert post(f"{urls[1]}/v1/release", token, READ).status_code == 200
        done = submitted(browser, f"/r/agents/{entry.number}/end", {"reason": "the contract ended"}, PROOF)
        assert done.status_code == 302, done.text
        answers = [post(f"{each}/v1/release", token, READ) for each in urls]
        assert [each.json()["code"] for each in answers] == ["agent-unfit"] * 2
        assert browser.get("/static/web/house.css").status_code == 200
        assert browser.get("/readyz").json()["checks"] == {"tables": "ok", "policy": "ok", "door": "ok"}
        assert 'shouze_desk_requests_total{outcome="done"}' in browser.get("/metrics").text
        stopped(desk, *gates)
    assert not (home / "log.key").exists()
    assert not (home / "keyring.json").exists()
    assert_denied(own)


def assert_denied(own: str) -> None:
    """Try with the desk's own login what it may not, and what it may."""
    denied = (
        "SELECT * FROM keys.subject_key", "SELECT * FROM custody.subject_value", "SELECT * FROM custody.subject",
        "SELECT * FROM custody.binding", "SELECT * FROM log.opening", "SELECT * FROM log.bundle",
        "INSERT INTO log.staging VALUES (1, '', 1, 1, '', 0, NULL)",
        "INSERT INTO custody.policy VALUES (99, '', '', 0, 'desk')", "UPDATE custody.policy SET body = ''",
        "INSERT INTO custody.entry VALUES ('posts', 'x', 9, '', 0, 'desk')", "DELETE FROM custody.declaration",
        "CREATE TABLE desk.more (id int)", "DELETE FROM desk.django_migrations",
    )  # fmt: skip
    with psycopg.connect(own, autocommit=True) as connection:
        for statement in denied:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())
        assert connection.execute("SELECT count(*) FROM desk.registers_event").fetchone() is not None
