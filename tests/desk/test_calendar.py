"""The calendar and its feed (RFC 5545)."""

from __future__ import annotations

import pytest
from django.test import Client

from shouze.registers.people.models import Person
from shouze.registers.roles import Role
from tests.registers.agents.scene import engaged
from tests.registers.house import do, officer, person, signed_in

pytestmark = pytest.mark.django_db


def feed_of(browser: Client) -> str:
    browser.post("/calendar")
    return f"/calendar/{Person.objects.get(username='S-0001').feed}.ics"


def test_the_feed_has_every_deadline_and_no_content() -> None:
    agent = engaged()
    content = Client().get(feed_of(signed_in(officer()))).content.decode()
    assert content.count("BEGIN:VEVENT") == 3
    assert content.startswith("BEGIN:VCALENDAR\r\n")
    assert agent.number in content
    assert all(len(line.encode()) <= 75 for line in content.split("\r\n"))


def test_a_new_address_ends_the_old_one() -> None:
    browser = signed_in(officer())
    old = feed_of(browser)
    new = feed_of(browser)
    assert Client().get(old).status_code == 404
    assert Client().get(new).status_code == 200


def test_whoever_left_has_no_feed() -> None:
    officer()
    address = feed_of(signed_in(officer()))
    do(officer(), "leave", person("S-0005", Role.ADMINISTRATOR))
    assert Client().get(address).status_code == 404


def test_an_empty_address_is_nobodys() -> None:
    officer()
    assert Client().get("/calendar/.ics").status_code == 404
