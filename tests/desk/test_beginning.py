"""The first person: by the terminal's code, once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN
from tests.registers.house import officer

pytestmark = pytest.mark.django_db
GOOD = {"code": "c0de", "username": "S-0001", "name": "林静", "password": "correct-horse-42-battery"}


@pytest.fixture(autouse=True)
def code() -> Iterator[None]:
    GIVEN.first_code = "c0de"
    yield
    GIVEN.first_code = ""


def test_the_first_person_is_signed_in_and_keeps_the_house() -> None:
    browser = Client()
    assert browser.post("/begin", GOOD).status_code == 302
    who = Person.objects.get()
    assert {"officer", "security", "approver", "administrator"} == set(who.roles_held)
    assert who.number.startswith("P-")
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize(
    ("field", "wrong"), [("code", "c0df"), ("password", "short"), ("username", "with space"), ("name", "")]
)
def test_what_is_wrong_is_named_and_nobody_is_made(field: str, wrong: str) -> None:
    answer = Client().post("/begin", GOOD | {field: wrong})
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in answer.content.decode()
    assert not Person.objects.exists()


def test_there_is_no_second_beginning() -> None:
    officer()
    assert Client().post("/begin", GOOD).status_code == 404


def test_without_a_code_there_is_no_beginning() -> None:
    GIVEN.first_code = ""
    assert Client().post("/begin", GOOD | {"code": ""}).status_code == 404
