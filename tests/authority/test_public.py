"""What anybody reads without signing in: found, kept for ever, verified, cached; removed without a name."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shouze.registers.announcements.models import Edition
from tests.registers.announcements.scene import NAME, drafted, published, publisher
from tests.registers.house import do
from tests.registers.reports.scene import head, inspector

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


@pytest.fixture
def anybody() -> Client:
    return Client(headers={"accept-language": "zh"})


def get(browser: Client, path: str, status: int = 200) -> str:
    answer: Any = browser.get(path)
    assert answer.status_code == status, path
    raw = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(raw.decode("utf-8-sig"))


@pytest.mark.duty("A20-credit")
def test_whoever_comes_by_finds_what_is_published_and_nothing_else(anybody: Client) -> None:
    row, listed, draft = published(), published("credit"), drafted(title="尚未公布")
    page = get(anybody, "/public/")
    assert row.number in page
    assert listed.number in page
    assert draft.number not in page
    assert "第九条第一款、第十条" in page
    assert get(anybody, f"/public/{draft.number}", 404)
    assert "Order" in get(anybody, f"/public/{row.number}?lang=en")


def test_it_is_found_by_name_code_decision_and_number_within_a_kind(anybody: Client) -> None:
    row, listed = published(), published("credit")
    for q in (NAME[:2], "91310000ma1fl0xx0x", "云通管罚〔2026〕3号", row.number.lower()):
        assert row.number in get(anybody, f"/public/?q={q}")
    assert listed.number not in get(anybody, "/public/?register=announcements")
    assert "没有找到" in get(anybody, "/public/?q=无此名称")
    assert row.number in get(anybody, "/public/?register=nonsense&page=999")


def test_the_text_is_what_the_digest_is_of_and_the_proof_comes_with_its_checkpoint(anybody: Client) -> None:
    row = published()
    text = get(anybody, f"/public/{row.number}/1.json")
    assert sha256(text.encode()).hexdigest() == row.digest
    assert row.digest in get(anybody, f"/public/{row.number}")
    get(anybody, f"/public/{row.number}/1.tlog-proof", 404)
    Edition.objects.filter(number=row.number).update(proof="c2sp.org/tlog-proof@v1\n")
    assert get(anybody, f"/public/{row.number}/1.tlog-proof").startswith("c2sp.org/tlog-proof@v1")
    assert f"/public/{row.number}/1.tlog-proof" in get(anybody, f"/public/{row.number}")


def test_what_was_removed_keeps_its_address_and_has_no_name_anywhere(anybody: Client) -> None:
    row = do(published(), "propose", inspector(), {"removed_because": "error"})
    row = do(do(row, "agree", head()), "remove", publisher())
    assert "已撤下" in get(anybody, f"/public/{row.number}")
    get(anybody, f"/public/{row.number}/1.json", 404)
    assert row.number not in get(anybody, "/public/")
    for path in (f"/public/{row.number}", "/public/feed.json", "/public/feed.atom", "/public/list.csv",
                 f"/public/?q={NAME}"):  # fmt: skip
        assert NAME not in get(anybody, path).replace(f'value="{NAME}"', "")


def test_pages_are_kept_for_a_minute_ask_little_and_set_no_cookie(anybody: Client) -> None:
    row = published()
    for _ in range(30):
        published()
    for path, most in (("/public/", 2), (f"/public/{row.number}", 1), ("/public/feed.json", 1)):
        with CaptureQueriesContext(connection) as asked:
            answer = anybody.get(path)
        assert len(asked) <= most, path
        assert answer.headers["cache-control"] == "public, max-age=60"
        assert not answer.cookies
        again = anybody.get(path, headers={"if-none-match": answer.headers["etag"]})
        assert again.status_code == 304


def test_what_somebody_wrote_is_text_on_the_page(anybody: Client) -> None:
    row = published(title="<script>alert(1)</script>", facts="<b>x</b>")
    for path in ("/public/", f"/public/{row.number}"):
        page = get(anybody, path)
        assert "<script>alert" not in page
        assert "<b>x" not in page


def test_without_the_log_the_page_says_so(anybody: Client) -> None:
    assert "信息闸门" in get(anybody, "/public/log", 503)


def test_nobody_writes_to_a_public_page(anybody: Client) -> None:
    for path in ("/public/", "/public/feed.json", "/public/list.csv"):
        assert anybody.post(path).status_code == 405
