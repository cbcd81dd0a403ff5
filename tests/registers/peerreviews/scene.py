"""Members that are pledged and drawn to review one another."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shouze.link.industry import PeerFinding, PeerFindings, PeerReply
from shouze.registers.peerreviews.models import PeerReview
from shouze.registers.ports import GIVEN
from tests.registers.codes.scene import adopted, answers, members, secretary
from tests.registers.house import do
from tests.registers.parties import Other

FINDINGS = (PeerFinding(clause=1, kept="kept"), PeerFinding(clause=2, kept="partly", words="答复用了十二日"))


def values(**more: Any) -> dict[str, Any]:
    return {"seed": "05 11 17 22 31 33 + 09", "source": "某日开奖公告", "due": GIVEN.now() + timedelta(days=30)} | more


def pledged(count: int = 3) -> tuple[Any, list[Other]]:
    joined = members(count)
    code = adopted()
    for each in joined:
        answers(each)
    return code, joined


def drawn(count: int = 3) -> tuple[list[PeerReview], dict[str, Other]]:
    code, joined = pledged(count)
    do(code, "draw", secretary(), values())
    return list(PeerReview.objects.order_by("pk")), {each.party: each for each in joined}


def finds(row: PeerReview, by: Other, findings: tuple[PeerFinding, ...] = FINDINGS, sequence: int = 1) -> PeerReview:
    body = PeerFindings(review=row.number, findings=findings)
    by.send("peer-findings", body, matter=row.number, sequence=sequence)
    row.refresh_from_db()
    return row


def replies(row: PeerReview, by: Other, sequence: int = 1, *, may_share: bool = False) -> PeerReview:
    body = PeerReply(review=row.number, text="已调整流程", may_share=may_share)
    by.send("peer-reply", body, matter=row.number, sequence=sequence)
    row.refresh_from_db()
    return row
