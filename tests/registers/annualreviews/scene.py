"""Operators that are supervised, their reviews of a year, and what they answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from typing import Any

from shouze.chinatime import SHANGHAI
from shouze.link.kinds import Letter
from shouze.link.packet import Packet
from shouze.registers.annualreviews.models import AnnualReview
from shouze.registers.annualreviews.reviewing import open_year
from shouze.registers.dispatches.taking import take
from shouze.registers.ports import GIVEN
from tests.registers.house import make
from tests.registers.parties import Other, named
from tests.registers.reports.scene import inspector

IN_JANUARY = datetime(2026, 1, 15, 10, tzinfo=SHANGHAI)
ANSWER = Letter(title="年度报告", text="见附件", document="2025")


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let it be another moment in the house."""
    before, GIVEN.now = GIVEN.now, lambda: moment
    try:
        yield
    finally:
        GIVEN.now = before


def supervised(number: int = 1) -> Any:
    return make("supervised", inspector(), {
        "title": f"甲公司 {number}", "licence": f"B1-{number}", "filing": "", "credit_code": "", "province": "云泽省",
        "services": "移动电话", "contact": "某某", "licensed_by": "",
    })  # fmt: skip


def asked(count: int = 1) -> list[AnnualReview]:
    """Return the reviews of 2025 of so many operators, opened by themselves; it has to be the first quarter."""
    for number in range(count):
        supervised(number)
    open_year(GIVEN.now())
    return list(AnnualReview.objects.order_by("pk"))


def duties(**states: int) -> bytes:
    """Return an operator's answers, so many in each state."""
    told = [{"id": f"A{n}", "state": state.replace("_", "-")} for state, count in states.items() for n in range(count)]
    return json.dumps(told).encode()


def answers(other: Other, review: AnnualReview, content: bytes, name: str = "duties.json", **more: Any) -> None:
    """Let the operator answer by dispatch, with a file beside: its answers to the duties."""
    files = {name: content}
    signed = other.seal("review-answer", ANSWER, matter=review.number, attachments=named(files), **more)
    take(Packet(signed, {sha256(content).hexdigest(): content}).encoded())
