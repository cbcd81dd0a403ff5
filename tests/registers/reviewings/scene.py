"""An association that draws this operator into a review."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shouze.link.industry import PeerClosed, PeerFinding, PeerFindings, PeerReply, PeerReview
from shouze.registers.ports import GIVEN
from shouze.registers.reviewings.models import Reviewing
from tests.registers.parties import Other

MATTER = "RV-2026-0001"


def told(other: Other, part: Any, digest: str = "0" * 64) -> Reviewing:
    body = PeerReview(
        review=MATTER, part=part, other="乙公司（虚构）", code="own", issue=1, title="公约", digest=digest,
        due=GIVEN.now() + timedelta(days=30),
    )  # fmt: skip
    other.send("peer-review", body, matter=MATTER, sequence=1)
    return Reviewing.objects.get()


def passes_findings(other: Other) -> Reviewing:
    body = PeerFindings(review=MATTER, findings=(PeerFinding(clause=1, kept="not-kept", words="没有答复"),))
    other.send("peer-findings-passed", body, matter=MATTER, sequence=2)
    return Reviewing.objects.get()


def passes_reply(other: Other, sequence: int = 2) -> Reviewing:
    other.send("peer-reply-passed", PeerReply(review=MATTER, text="已改"), matter=MATTER, sequence=sequence)
    return Reviewing.objects.get()


def closes(other: Other, sequence: int) -> Reviewing:
    other.send("peer-closed", PeerClosed(review=MATTER, text="已跟进"), matter=MATTER, sequence=sequence)
    return Reviewing.objects.get()
