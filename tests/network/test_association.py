"""An association and three members as real processes: a code, pledges, figures, reviews among them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.network.sides import OFFICER, Side, acquainted, command, until
from tests.registers.codes.scene import TOLD

pytestmark = pytest.mark.lasting
SECRETARY, CHAIR = "B-0001", "B-0002"


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
            side.start()
        association.ask("join", SECRETARY, "", "secretary")
        association.ask("join", CHAIR, "", "approver")
        for member in members:
            member.ask("join", OFFICER, "", "officer")
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


@pytest.mark.duty("A21-ind-rules", "A21-ind-guide")
def test_a_code_is_pledged_to_compared_by_and_reviewed_between_real_installations(tmp_path: Path) -> None:
    with industry(tmp_path) as together:
        association, members = together.association, together.members
        number = adopted(association)
        for member in members:
            pledged(member)
        until(lambda: len(association.rows("pledges", state="pledged")) == 3, "three pledges")
        assert len(together.public(f"{number}/members.json").json()["members"]) == 3
        text = together.public(f"{number}/1.json").content
        assert sha256(text).hexdigest() in together.public(number).text
        until(lambda: together.public(f"{number}/1.tlog-proof").status_code == 200, "the proof")

        asked = {"year": datetime.now(UTC).year, "due": in_a_month()}
        survey = association.ask("make", "surveys", SECRETARY, asked)
        for member in members:
            row = until(partial(member.rows, "comparisons"), "the request")[0]
            member.ask("do", "comparisons", row["number"], "send", OFFICER, {})
        until(lambda: association.rows("surveys", number=survey, members=3), "their figures")
        with pytest.raises(AssertionError, match="NotYoursError"):
            association.ask("do", "surveys", survey, "return", SECRETARY, {})

        _reviewed(together, number)
        for side in (association, *members):
            assert command(side, "log", "verify").returncode == 0


def _reviewed(together: Industry, code: str) -> None:
    association = together.association
    drawn = {"seed": "05 11 17 22 31 33 + 09", "source": "公告", "due": in_a_month()}
    association.ask("do", "codes", code, "draw", SECRETARY, drawn)
    for member in together.members:
        row = until(partial(member.rows, "reviewings", state="to-review"), "the draw")[0]
        member.ask("do", "reviewings", row["number"], "review", OFFICER, {"findings_text": "2 部分遵守 用了十二日"})
    for member in together.members:
        row = until(partial(member.rows, "reviewings", state="to-answer"), "the findings")[0]
        member.ask("do", "reviewings", row["number"], "answer", OFFICER, {"reply": "已改", "may_share": False})
    for row in until(lambda: _all(association, "replied"), "the answers"):
        association.ask("do", "peerreviews", row["number"], "close", SECRETARY, {"outcome": "三个月后复看"})
    for member in together.members:
        until(partial(_both_closed, member), "the end")


def _both_closed(member: Side) -> bool:
    return len(member.rows("reviewings", state="closed")) == 2


def _all(association: Side, state: str) -> list[dict[str, Any]]:
    rows = association.rows("peerreviews", state=state)
    return rows if len(rows) == 3 else []
