"""The calendar and its feed (RFC 5545)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from shouze.registers.people.models import Person
from shouze.registers.roles import Role
from shouze.registers.rows import Clock
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


def test_many_deadlines_are_shown_page_by_page_and_none_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shouze.desk.calendar.PAGE", 2)
    agent, browser, now = engaged(), signed_in(officer(), "en"), timezone.now()
    for n in range(3):
        Clock.objects.create(register="agents", entry=agent.pk, number=agent.number, kind=f"k{n}", title_zh=f"第{n}",
                             title_en=f"Clock {n}", since=now, due=now + timedelta(hours=n + 1))  # fmt: skip
    Clock.objects.exclude(kind__startswith="k").delete()
    shown = [browser.get("/calendar", {"page": page}).content.decode() for page in ("", "2", "x", "9" * 30)]
    assert [[n for n in range(3) if f"Clock {n}" in each] for each in shown] == [[0, 1], [2], [0, 1], [0, 1]]
    assert ["Later" in each for each in shown] == [True, False, True, True]
    assert ["Earlier" in each for each in shown] == [False, True, False, False]


def test_all_that_waits_for_me_is_found_from_the_day_what_has_no_date_first_and_however_far_ahead() -> None:
    agent, browser, now = engaged(), signed_in(officer(), "en"), timezone.now()
    Clock.objects.all().delete()
    for n in range(20):
        due = None if n < 15 else now + timedelta(days=50 * (n - 14))
        Clock.objects.create(register="agents", entry=agent.pk, number=agent.number, kind=f"k{n}", title_zh=f"第{n}",
                             title_en=f"Clock {n}.", since=now, due=due, roles=",officer,")  # fmt: skip
    Clock.objects.create(register="agents", entry=agent.pk, number=agent.number, kind="other", title_zh="别人的",
                         title_en="Somebody else's", since=now, due=now, roles=",approver,")  # fmt: skip
    Clock.objects.create(register="agents", entry=agent.pk, number=agent.number, kind="done", title_zh="已办的",
                         title_en="Done already", since=now, due=now, roles=",officer,", met=now)  # fmt: skip
    assert '<a href="/calendar?mine=1">See all 20</a>' in browser.get("/").content.decode()
    mine = browser.get("/calendar?mine=1").content.decode()
    assert [n for n in range(20) if f"Clock {n}." in mine] == list(range(20))
    assert mine.index("<h2>At once</h2>") < mine.index("Clock 0.") < mine.index("Clock 15.")
    assert "Somebody else" not in mine
    assert "Done already" not in mine
    assert "Somebody else" in browser.get("/calendar").content.decode()
