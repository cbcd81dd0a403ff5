"""What is held: masked until asked for, each look in the log as the subject's own."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shouze.ledger.entry import parse_leaf
from tests.gateway.test_passage import raw_leaves
from tests.portal.house import Portal, browser, signed_in, text


@pytest.mark.duty("A09-2-query")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_item_is_listed_with_its_purposes_and_terms_and_no_value(portal: Portal, language: str) -> None:
    visitor = signed_in(portal.subscriber(), language)
    portal.covered()
    shown = text(visitor.get("/held"))
    for words in (
        ("姓名", "住址", "服务终止时删除", "服务终止后 6 个月 · 《中华人民共和国网络安全法》第二十四条")
        if language == "zh"
        else ("name", "address", "Erased when the service ends", "6 months after the service ends · Cybersecurity Law")
    ):
        assert words in shown
    assert ("网络安全法" if language == "zh" else "Cybersecurity Law") in shown
    for value in portal.person.values():
        assert value not in shown


def test_one_item_is_opened_when_asked_for_and_hidden_again_afterwards(portal: Portal) -> None:
    subject = portal.subscriber()
    visitor = signed_in(subject)
    shown = text(visitor.post("/held", {"item": "name"}))
    assert portal.person["name"] in shown
    assert portal.person["address"] not in shown
    assert portal.person["name"] not in text(visitor.get("/held"))
    leaf = [parse_leaf(each) for each in portal.opened.run(raw_leaves(portal.opened.installation))]
    look = [each for each in leaf if each.what.act == "read" and each.what.purposes == ("subject-rights",)][-1]
    assert (look.who.kind, look.who.id, look.what.items) == ("subject", None, ("name",))


def test_what_is_not_held_is_not_asked_for(portal: Portal) -> None:
    visitor = signed_in(portal.subscriber())
    assert visitor.post("/held", {"item": ["bank-card", "../x"]}).status_code == 200


def test_the_page_says_who_collected_it(portal: Portal) -> None:
    visitor = signed_in(portal.subscriber())
    portal.covered()
    assert "by crm" in text(visitor.get("/held"))


def test_nobody_sees_anothers(portal: Portal) -> None:
    portal.subscriber()
    mine = dict(portal.person)
    portal.begin()
    visitor = signed_in(portal.subscriber())
    shown = text(visitor.post("/held", {"item": list(mine)}))
    assert mine["address"] not in shown
    assert portal.person["address"] in shown


def test_pages_ask_a_handful_of_questions_whatever_there_is(portal: Portal) -> None:
    subject = portal.subscriber()
    visitor = signed_in(subject)
    for _ in range(12):
        visitor.post("/held", {"item": "name"})
    portal.covered()
    for path in ("/held", "/used", "/consents", "/services"):
        with CaptureQueriesContext(connection) as asked:
            assert visitor.get(path).status_code == 200
        assert len(asked) <= 6, (path, [each["sql"] for each in asked])


def test_an_answer_with_values_is_kept_by_no_cache(portal: Portal) -> None:
    answer = signed_in(portal.subscriber()).post("/held", {"item": "name"})
    assert answer.headers["cache-control"] == "no-store"


def test_an_erased_subject_is_told_so(portal: Portal) -> None:
    subject = portal.subscriber()
    visitor = signed_in(subject)
    other = browser()
    other.cookies.update(visitor.cookies)
    visitor.post("/services/mobile/leave", {"when": "now"})
    assert visitor.get("/held").status_code in (200, 302)
