"""What anybody reads of an association: its codes as they were published, who is pledged, proofs; cached."""

from __future__ import annotations

import json
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shouze.registers.announcements.models import Edition
from shouze.registers.codes.models import Code
from shouze.registers.ports import GIVEN
from tests.registers.codes.scene import adopted, answers, drafted, members, secretary
from tests.registers.house import do, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.association.urls")]


@pytest.fixture
def anybody() -> Client:
    return Client(headers={"accept-language": "zh"})


def get(browser: Client, path: str, status: int = 200) -> str:
    answer: Any = browser.get(path)
    assert answer.status_code == status, path
    return str(answer.content.decode())


@pytest.mark.duty("A21-ind-rules")
def test_whoever_comes_by_reads_what_was_adopted_and_no_draft(anybody: Client) -> None:
    code, draft = adopted(), drafted(name="other")
    assert code.number in get(anybody, "/public/")
    assert draft.number not in get(anybody, "/public/")
    get(anybody, f"/public/{draft.number}", 404)
    page = get(anybody, f"/public/{code.number}")
    assert "第九条第一款、第九条第二款" in page
    assert "会员在十日内答复投诉。" in page
    assert "施行中" in page
    english = get(anybody, f"/public/{code.number}?lang=en")
    assert "Members answer complaints within ten days." in english
    assert "Art. 9(1)" in english
    assert "Internet Association of Yunze" in english


@pytest.mark.duty("A21-ind-guide")
def test_who_is_pledged_is_public_and_nothing_of_who_signed_or_declined(anybody: Client) -> None:
    one, two, _ = members(3)
    code = adopted()
    answers(one)
    answers(two, "declined", reason="不便公开的理由")
    page = get(anybody, f"/public/{code.number}")
    assert "m1（虚构）" in page
    assert not any(each in page for each in ("m2（虚构）", "m3（虚构）", "某总", "不便公开的理由"))
    told = json.loads(get(anybody, f"/public/{code.number}/members.json"))
    assert [each["name"] for each in told["members"]] == ["m1（虚构）"]
    get(anybody, "/public/CD-1999-0001/members.json", 404)


def test_the_text_is_what_the_digest_is_of(anybody: Client) -> None:
    code = adopted()
    text = get(anybody, f"/public/{code.number}/1.json")
    assert sha256(text.encode()).hexdigest() == code.adopted_digest
    assert code.adopted_digest in get(anybody, f"/public/{code.number}")
    get(anybody, f"/public/{code.number}/1.tlog-proof", 404)
    Edition.objects.update(proof="c2sp.org/tlog-proof@v1\n")
    assert get(anybody, f"/public/{code.number}/1.tlog-proof").startswith("c2sp.org/tlog-proof@v1")


def test_a_version_says_what_has_taken_its_place_and_one_ahead_that_it_is_ahead(anybody: Client) -> None:
    first = adopted()
    do(first, "revise", secretary())
    second = adopted(Code.objects.get(issue=2))
    page = get(anybody, f"/public/{first.number}")
    assert "已被取代" in page
    assert f"/public/{second.number}" in page
    ahead = adopted(drafted(name="ahead"), in_force_from=GIVEN.now() + timedelta(days=9))
    assert "待施行" in get(anybody, f"/public/{ahead.number}")


def test_it_is_found_by_name_and_number(anybody: Client) -> None:
    code = adopted()
    for q in ("自律公约", "internet", code.number.lower(), "CODE on"):
        assert code.number in get(anybody, f"/public/?q={q}")
    assert "没有找到" in get(anybody, "/public/?q=无此名称")


def test_pages_are_kept_for_a_minute_ask_little_and_set_no_cookie(anybody: Client) -> None:
    joined = members(6)
    code = adopted()
    for each in joined:
        answers(each)
    for number in range(5):
        adopted(drafted(name=f"code-{number}"))
    for path, most in (("/public/", 2), (f"/public/{code.number}", 2)):
        with CaptureQueriesContext(connection) as asked:
            answer = anybody.get(path)
        assert len(asked) <= most, path
        assert answer.headers["cache-control"] == "public, max-age=60"
        assert not answer.cookies


def test_what_somebody_wrote_is_text_on_the_page(anybody: Client) -> None:
    code = adopted(drafted(title="<script>alert(1)</script>", text="[12] <b>x", text_en="<b>x"))
    for path in ("/public/", f"/public/{code.number}"):
        assert not any(each in get(anybody, path) for each in ("<script>alert", "<b>x"))


def test_without_the_log_the_page_says_so_in_the_associations_frame(anybody: Client) -> None:
    page = get(anybody, "/public/log", 503)
    assert "信息闸门" in page
    assert "行业自律" in page


def test_nobody_writes_to_a_public_page_and_the_desk_asks_who_comes(anybody: Client) -> None:
    assert anybody.post("/public/").status_code == 405
    assert anybody.get("/r/codes/").status_code == 302
    assert signed_in(secretary()).get("/duties").status_code == 403
