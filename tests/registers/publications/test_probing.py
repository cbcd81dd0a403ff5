"""The standing check of copies on the web, against a real web server."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shouze.registers.declarations.content import declaration_of
from shouze.registers.declarations.models import DeclarationRow
from shouze.registers.publications.models import Publication
from shouze.registers.publications.probing import probe
from shouze.registers.rows import Clock, Effect, Event
from shouze.web.published import rendered
from tests.registers.declarations.scene import in_force
from tests.registers.house import Opened
from tests.registers.publications.scene import shown
from tests.registers.sites import Site

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1, minutes=1)


def page(row: DeclarationRow) -> bytes:
    return f"<html><body>{rendered(declaration_of(row), None, 'zh')}</body></html>".encode()


def state(row: Publication) -> tuple[str, str]:
    row.refresh_from_db()
    return row.state, row.problem


@pytest.mark.duty("A08-publish")
def test_a_copy_that_matches_stays_and_one_that_was_changed_is_found(web: Site) -> None:
    rules, now = in_force(), timezone.now()
    web.pages["/rules"] = page(rules)
    row = shown(url=web.at("/rules"))
    assert probe(now) == 1
    assert state(row) == ("showing", "")
    assert Event.objects.filter(register="publications").count() == 1
    web.pages["/rules"] = page(rules).replace("不能用邮箱找回密码".encode(), b"")
    assert probe(now + DAY) == 1
    assert state(row)[0] == "wrong"
    assert "不能用邮箱找回密码" in row.problem
    assert Clock.objects.get(register="publications", entry=row.pk, kind="mend").due is None
    web.pages["/rules"] = page(rules)
    probe(now + 2 * DAY)
    assert state(row) == ("showing", "")
    acts = Event.objects.filter(register="publications", entry=row.pk).order_by("id")
    assert [(each.act, each.by_id) for each in acts][1:] == [("found-wrong", None), ("found-right", None)]


def test_a_page_is_fetched_once_a_day_and_one_taken_down_never(web: Site) -> None:
    rules, now = in_force(), timezone.now()
    web.pages["/rules"] = page(rules)
    row = shown(url=web.at("/rules"))
    assert (probe(now), probe(now), len(web.asked)) == (1, 0, 1)
    Publication.objects.filter(pk=row.pk).update(state="taken-down")
    assert probe(now + DAY) == 0


def test_a_page_that_is_gone_or_a_site_that_is_down_is_said(web: Site) -> None:
    in_force()
    gone, down = shown(url=web.at("/none")), shown(url="http://127.0.0.1:9/rules")
    probe(timezone.now())
    assert state(gone) == ("wrong", "应答 404 · It answered 404")
    assert state(down) == ("wrong", "没有应答 · No answer")


@pytest.mark.django_db(transaction=True)
def test_what_a_machine_found_stands_in_the_log_in_the_desks_own_name(opened: Opened, web: Site) -> None:
    in_force()
    row = shown(url=web.at("/none"))
    probe(timezone.now())
    opened.settle()
    event = Event.objects.get(register="publications", entry=row.pk, act="found-wrong")
    assert event.receipt is not None
    assert not Effect.objects.filter(done_at=None).exists()
