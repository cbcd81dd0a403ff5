"""The language of a page."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.registers.house import officer, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("header", "lang"), [("zh-CN", "zh-Hans"), ("en-GB", "en"), ("fr", "zh-Hans")])
def test_the_browsers_language_is_followed(header: str, lang: str) -> None:
    officer()
    answer = Client(headers={"accept-language": header}).get("/account/login/")
    assert answer.headers["content-language"] == lang
    assert f'<html lang="{lang}">' in answer.content.decode()


def test_a_persons_own_choice_wins_and_stays() -> None:
    browser = signed_in(officer(), "zh")
    assert browser.post("/language", {"language": "en", "back": "/r/agents/"}).headers["location"] == "/r/agents/"
    assert "Agents" in browser.get("/r/agents/").content.decode()
    assert "Agents" in signed_in(officer(), "zh").get("/r/agents/").content.decode()


@pytest.mark.parametrize("back", ["https://example.invalid/", "//example.invalid", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(back: str) -> None:
    assert Client().post("/language", {"language": "en", "back": back}).headers["location"] == "/"


def test_pages_are_kept_by_no_cache() -> None:
    assert signed_in(officer()).get("/").headers["cache-control"] == "no-store"
