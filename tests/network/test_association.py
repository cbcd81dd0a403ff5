"""An association and five members as real processes, and a browser: a code, pledges, figures, reviews among them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import sync_playwright

from tests.authority.journeys.staging import made, session, step
from tests.desk.journeys.stage import CHROMIUM, FLAGS, NARROW, PASSWORD, Stage
from tests.network.sides import OFFICER, Side, acquainted, command, until
from tests.registers.codes.scene import TOLD

pytestmark = pytest.mark.lasting
SECRETARY, CHAIR = "B-0001", "B-0002"
NAME = "云泽省互联网协会（虚构）"


@dataclass
class Industry:
    """An association and its members, acquainted."""

    association: Side
    members: list[Side]

    def public(self, path: str) -> httpx.Response:
        """Return a public page of the association's."""
        host = {"host": f"association.localhost:{self.association.port}", "accept-language": "zh"}
        return httpx.get(f"{self.association.url}/public/{path}", headers=host, trust_env=False, timeout=30)


@contextmanager
def industry(folder: Path, count: int = 3) -> Iterator[Industry]:
    """Raise an association and its members, and let their people compare fingerprints."""
    association = Side(folder / "association", ("association", "up"))
    members = [Side(folder / f"member-{number}", ("up",)) for number in range(count)]
    with ExitStack() as stack:
        for side in (association, *members):
            stack.callback(side.close)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(Side.start, (association, *members)))
            list(pool.map(lambda member: member.ask("join", OFFICER, "", "officer"), members))
        association.ask("join", SECRETARY, "", "secretary")
        association.ask("join", CHAIR, "", "approver")
        for member in members:
            acquainted(member, association, SECRETARY)
        yield Industry(association, members)


def adopted(association: Side, **changed: Any) -> str:
    """Draft a code, put it before the meeting, enter its adoption; return its number."""
    number: str = association.ask("make", "codes", SECRETARY, TOLD | changed)
    association.ask("do", "codes", number, "submit", SECRETARY, {})
    day = (datetime.now(UTC) - timedelta(days=2)).date().isoformat()
    association.ask("do", "codes", number, "adopt", CHAIR, {"meeting": "会员大会", "adopted_on": day})
    return number


def pledged(member: Side) -> None:
    """Let a member pledge itself to what it was asked about last."""
    row = until(partial(member.rows, "commitments", state="asked"), "the code")[0]
    member.ask("do", "commitments", row["number"], "pledge", OFFICER, {"signed_by": "某总", "post": "总经理"})


def in_a_month() -> str:
    """Return a day by which something is to be done."""
    return (datetime.now(UTC) + timedelta(days=30)).isoformat()


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Industry]:
    """Raise an association with five members, each an installation of its own with its tables, keys and server."""
    with industry(tmp_path_factory.mktemp("industry"), 5) as raised:
        yield raised


@pytest.fixture(scope="module")
def desks(together: Industry) -> Iterator[tuple[Stage, Stage]]:
    """Return the association's and the first member's desk in one browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        stages = []
        for side, host, people in (
            (together.association, "association", (SECRETARY, CHAIR)), (together.members[0], "desk", (OFFICER,)),
        ):  # fmt: skip
            for number in people:
                side.ask("password", number, PASSWORD)
            stage = Stage(side.home, side.url, "", browser)
            stage.desk = side.url.replace("127.0.0.1", f"{host}.localhost")
            stages.append(stage)
        yield stages[0], stages[1]
        browser.close()


def newest(stage: Stage, number: str, register: str) -> str:
    """Return the address of a register's newest row."""
    with stage.window("zh", state=session(stage, number)) as window:
        window.go(f"/r/{register}/")
        return str(window.page.locator("main tbody a").first.get_attribute("href"))


@pytest.mark.duty("A21-ind-rules", "A21-ind-guide")
def test_an_association_says_who_it_is_and_its_members_see_it_by_name(
    together: Industry, desks: tuple[Stage, Stage]
) -> None:
    association, member = desks
    made(association, SECRETARY, "bodies", "association-name-en", "en", title=NAME, title_en="Yunze Society (invented)")
    for each in together.members:
        until(lambda each=each: each.rows("peers")[0]["title"] == NAME, "the association's name")  # type: ignore[misc]  # bound now
    with member.window("en", NARROW, session(member, OFFICER)) as window:
        window.go("/r/peers/")
        window.check("member-peers-narrow-en")
        assert "Yunze Society (invented)" in window.text()


def test_a_code_is_drafted_adopted_public_and_pledged_to(together: Industry, desks: tuple[Stage, Stage]) -> None:
    association, member = desks
    code = made(association, SECRETARY, "codes", "code-new-zh", **TOLD)
    step(
        association, SECRETARY, code, "Put before the meeting", shot="code-submit-narrow-en", language="en", narrow=True
    )
    adoption = {"meeting": "会员大会", "adopted_on": f"{datetime.now(UTC) - timedelta(days=2):%Y-%m-%d}"}
    step(association, CHAIR, code, "登记会议通过", adoption, shot="code-adopt-zh")
    until(lambda: member_rows(together, "commitments"), "the code at every member")
    row = newest(member, OFFICER, "commitments")
    with member.window("zh", state=session(member, OFFICER)) as window:
        window.go(row)
        window.check("commitment-zh")
    signed = {"signed_by": "某总", "post": "总经理"}
    assert "Pledged" in step(
        member, OFFICER, row, "Pledge", signed, shot="pledge-narrow-en", language="en", narrow=True
    )
    for each in together.members[1:]:
        pledged(each)
    until(lambda: len(together.association.rows("pledges", state="pledged")) == 5, "five pledges")
    number = code.rstrip("/").rpartition("/")[2]
    assert len(together.public(f"{number}/members.json").json()["members"]) == 5
    text = together.public(f"{number}/1.json").content
    assert sha256(text).hexdigest() in together.public(number).text
    until(lambda: together.public(f"{number}/1.tlog-proof").status_code == 200, "the proof")
    with association.window("en", NARROW) as anybody:
        anybody.go(f"/public/{number}?lang=en")
        anybody.check("code-public-narrow-en")
        assert "Members collect nothing without consent" in anybody.text()
    with association.window("zh", state=session(association, SECRETARY)) as window:
        window.go(code)
        window.check("code-in-force-zh")
        assert "已请 5 家会员承诺，5 家已承诺" in window.text()


def member_rows(together: Industry, register: str, **wanted: Any) -> bool:
    return all(each.rows(register, **wanted) for each in together.members)


def test_five_members_are_compared_and_four_are_too_few(together: Industry, desks: tuple[Stage, Stage]) -> None:
    """Each has its own tables, keys and process; what any of them learns of the others came over HTTP, signed."""
    association, member = desks
    year, due = str(datetime.now(UTC).year), f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}T18:00"
    survey = made(association, SECRETARY, "surveys", "survey-new-en", "en", year=year, due=due)
    number = survey.rstrip("/").rpartition("/")[2]
    until(lambda: member_rows(together, "comparisons"), "the request at every member")
    for each in together.members[1:]:
        each.ask("do", "comparisons", each.rows("comparisons")[0]["number"], "send", OFFICER, {})
    until(lambda: together.association.rows("surveys", number=number, members=4), "four members' figures")
    with pytest.raises(AssertionError, match="NotYoursError"):
        together.association.ask("do", "surveys", number, "return", SECRETARY, {})
    row = newest(member, OFFICER, "comparisons")
    with member.window("en", NARROW, session(member, OFFICER)) as window:
        window.go(row)
        window.check("comparison-asked-narrow-en")
        assert "What would be sent now: Duties met" in window.text()
        assert "Yunze Society (invented)" in window.text()
    step(member, OFFICER, row, "送出数据", shot="comparison-send-zh")
    until(lambda: together.association.rows("surveys", number=number, members=5), "the fifth member's figures")
    told = step(association, SECRETARY, survey, "返还结果", shot="survey-return-narrow-zh", narrow=True)
    assert "已返还" in told
    until(lambda: member_rows(together, "comparisons", state="told"), "what came back to every member")
    for each in together.members:
        (found,) = each.rows("comparisons")
        count, lower, median, upper, place = found["compared"]["duties-met"]
        assert (found["members"], count) == (5, 5)
        assert lower <= median <= upper
        assert 1 <= place <= 5
        assert "member" not in str(found["compared"]), "no other member is named"
    with member.window("zh", NARROW, session(member, OFFICER)) as window:
        window.go(row)
        window.check("comparison-told-narrow-zh")
        assert NAME in window.text()
        assert "中位数" in window.text()


def test_members_review_one_another_and_the_association_follows_up(
    together: Industry, desks: tuple[Stage, Stage]
) -> None:
    association, member = desks
    code = newest(association, SECRETARY, "codes")
    drawn = {
        "seed": "05 11 17 22 31 33 + 09",
        "source": "公告",
        "due": f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}T18:00",
    }
    step(association, SECRETARY, code, "Draw peer reviews", drawn, shot="draw-reviews-en", language="en")
    until(lambda: member_rows(together, "reviewings", state="to-review"), "the draw")
    (mine,) = together.members[0].rows("reviewings", state="to-review")
    findings = {"findings_text": "1 遵守\n2 部分遵守 用了十二日"}
    step(
        member,
        OFFICER,
        f"/r/reviewings/{mine['number']}/",
        "送出评议意见",
        findings,
        shot="review-narrow-zh",
        narrow=True,
    )
    for each in together.members[1:]:
        (row,) = each.rows("reviewings", state="to-review")
        each.ask("do", "reviewings", row["number"], "review", OFFICER, {"findings_text": "2 部分遵守 用了十二日"})
    until(lambda: member_rows(together, "reviewings", state="to-answer"), "the findings")
    for each in together.members[1:]:
        (row,) = each.rows("reviewings", state="to-answer")
        each.ask("do", "reviewings", row["number"], "answer", OFFICER, {"reply": "已改", "may_share": False})
    _followed_up(together, association, member)


def _followed_up(together: Industry, association: Stage, member: Stage) -> None:
    (asked,) = together.members[0].rows("reviewings", state="to-answer")
    step(member, OFFICER, f"/r/reviewings/{asked['number']}/", "Answer", {"reply": "已改为十日内答复"},
         shot="review-answer-en", language="en")  # fmt: skip
    rows = until(lambda: _all(together.association, "replied"), "the answers")
    step(association, SECRETARY, f"/r/peerreviews/{rows[0]['number']}/", "跟进并结束", {"outcome": "三个月后复看"},
         shot="review-close-narrow-zh", narrow=True)  # fmt: skip
    for row in rows[1:]:
        together.association.ask("do", "peerreviews", row["number"], "close", SECRETARY, {"outcome": "三个月后复看"})
    for each in together.members:
        until(partial(_both_closed, each), "the end")
    for side in (together.association, together.members[0]):
        assert command(side, "log", "verify").returncode == 0


def _both_closed(member: Side) -> bool:
    return len(member.rows("reviewings", state="closed")) == 2


def _all(association: Side, state: str) -> list[dict[str, Any]]:
    rows = association.rows("peerreviews", state=state)
    return rows if len(rows) == 5 else []
