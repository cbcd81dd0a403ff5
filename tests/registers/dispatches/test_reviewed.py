"""The operator answers an annual review from its registers: the report of the year, and every duty as data."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shouze.errors import NotYoursError
from shouze.link.kinds import Letter
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.rows import Document
from tests.registers.house import do, officer
from tests.registers.parties import Other

pytestmark = pytest.mark.django_db


def form(other: Other, document: str = "2026", kind: str = "review-form") -> DispatchRow:
    other.trusted()
    other.send(kind, Letter(title="审查", text="请答复", document=document), matter="YR-2027-0001")
    return DispatchRow.objects.get(direction="in")


@pytest.mark.duty("A19-annual")
def test_the_answer_has_the_report_of_the_year_and_every_duty(other: Other) -> None:
    done = do(form(other), "answer-review", officer(), {"words": ""})
    assert done.state == "settled"
    sent = DispatchRow.objects.get(kind="review-answer")
    assert (sent.matter, sent.in_reply_to, sent.body["document"]) == ("YR-2027-0001", done.dispatch_id, "2026")
    files: dict[str, Any] = dict(
        Document.objects.filter(event__register="dispatches", event__entry=sent.pk).values_list("name", "content")
    )
    assert {"duties.json", "annual-2026-zh.json", "annual-2026-en.json", "annual-2026-zh.pdf"} <= set(files)
    told = json.loads(bytes(files["duties.json"]))
    assert len(told) > 40
    assert {"id", "state"} <= set(told[0])


def test_another_paper_is_not_answered_so(other: Other) -> None:
    with pytest.raises(NotYoursError):
        do(form(other, kind="letter"), "answer-review", officer(), {"words": ""})
