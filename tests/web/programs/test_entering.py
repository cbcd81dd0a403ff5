"""Who comes in, how often, and how far."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from shouze.registers.people.models import Person
from shouze.registers.programs.models import Program as Row
from shouze.registers.roles import Role
from shouze.web.programs import entering
from shouze.web.programs.limiting import Allowance
from tests.registers.agents.scene import proposed
from tests.registers.house import do, officer, person, signed_in
from tests.registers.programs.scene import issued
from tests.web.programs.asked import BASE, Program, told

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every test begin with its minute unused."""
    monkeypatch.setattr(entering, "ASKED", Allowance(300))
    monkeypatch.setattr(entering, "STRANGERS", Allowance(30))


def test_a_session_opens_nothing_and_a_token_no_page() -> None:
    assert signed_in(officer()).get(BASE).status_code == 401
    _, token = issued()
    answer = Client().get("/r/agents/", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 302


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer szp_", "Bearer szp_" + "a" * 43, "Basic YTpi"])
def test_who_is_not_known_learns_nothing_about_why(header: str) -> None:
    answer = Client().get(BASE, headers={"authorization": header, "accept-language": "en"})
    problem = told(answer, 401)
    assert (answer.headers["Content-Type"], answer.headers["WWW-Authenticate"]) == (
        "application/problem+json",
        "Bearer",
    )
    assert problem["code"] == "unauthenticated"


def test_a_revoked_token_is_refused_from_that_moment_on() -> None:
    row, token = issued()
    assert told(Program(token).get())["registers"]
    do(row, "revoke", officer())
    told(Program(token).get(), 401)


@pytest.mark.parametrize("over", ["term", "account", "roles"])
def test_a_token_ends_with_its_term_and_with_its_person(over: str) -> None:
    row, token = issued(whose := person("S-7", Role.OFFICER))
    told(Program(token).get())
    if over == "term":
        Row.objects.filter(pk=row.pk).update(until=timezone.now())
    else:
        changed: dict[str, object] = {"is_active": False} if over == "account" else {"roles_held": []}
        Person.objects.filter(pk=whose.pk).update(**changed)
    told(Program(token).get(), 401)
    told(Program(token).post("/agents", {}), 401)


def test_a_program_reads_no_more_than_its_scope_and_its_person() -> None:
    proposed()
    _, token = issued(reads=["agents"], acts=[])
    whole = Program(token)
    assert [each["name"] for each in told(whole.get())["registers"]] == ["agents"]
    assert told(whole.get("/grants"), 403)["field"] == "register"
    assert told(whole.post("/agents", {}), 403)["code"] == "not-yours"
    _, narrow = issued(person("S-8", Role.SERVICE), reads=["watching"], acts=[])
    assert told(Program(narrow).get())["registers"] == []
    told(Program(narrow).get("/watching"), 403)
    told(whole.get("/nowhere"), 404)


def test_that_it_was_used_is_noted() -> None:
    row, token = issued()
    told(Program(token).get())
    assert Row.objects.get(pk=row.pk).used_at is not None


@pytest.mark.parametrize(("language", "words"), [("en", "Too many requests"), ("zh", "请求过于频繁")])
def test_who_asks_too_often_is_told_when_to_come_back(
    monkeypatch: pytest.MonkeyPatch, language: str, words: str
) -> None:
    now = [0.0]
    monkeypatch.setattr(entering, "ASKED", Allowance(2, lambda: now[0]))
    _, token = issued()
    asking = Program(token, language)
    told(asking.get())
    told(asking.get())
    answer = asking.get()
    assert told(answer, 429)["title"] == words
    now[0] = float(answer.headers["Retry-After"])
    told(asking.get())


def test_guessing_is_limited_by_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entering, "STRANGERS", Allowance(1))
    told(Program("szp_wrong").get(), 401)
    told(Program("szp_wrong").get(), 429)
    _, token = issued()
    told(Program(token).get())


def test_the_oldest_of_many_keys_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shouze.web.programs.limiting.MOST_KEYS", 2)
    allowance = Allowance(1)
    for key in ("a", "b", "c", "a"):
        allowance.take(key)


def test_a_method_that_a_path_does_not_take_is_named() -> None:
    _, token = issued()
    answer = Program(token).client.delete(f"{BASE}/agents", headers=Program(token).headers)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, POST")
