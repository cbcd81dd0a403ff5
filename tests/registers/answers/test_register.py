"""Answer templates: editions, both languages, places that are filled; a receipt uses the one in use."""

from __future__ import annotations

from typing import Any

import pytest

from shouze.errors import InvalidError
from shouze.registers.answers.filling import filled, offered, receipt
from shouze.registers.answers.models import Template
from shouze.registers.rows import Event
from tests.registers.complaints.conftest import at
from tests.registers.complaints.scene import REACHED, At, filed, letters, posted
from tests.registers.house import do, make, officer

pytestmark = pytest.mark.django_db
__all__ = ["at"]


def template(**changed: Any) -> Template:
    values = {
        "title": "已停止", "kind": "answer", "text_zh": "编号 {number}：已停止。",
        "text_en": "{number}: it has stopped.",
    }  # fmt: skip
    row: Template = make("answers", officer(), values | changed)
    return row


def test_each_change_is_an_edition_and_the_one_before_stays_in_the_history(at: At) -> None:
    row = template()
    changed = {"title": "已停止", "kind": "answer", "text_zh": "{number} 停用。", "text_en": "{number}: off."}
    row = do(row, "revise", officer(), changed)
    assert row.edition == 2
    event = Event.objects.get(register="answers", act="revise")
    assert event.changes["text_zh"] == ["编号 {number}：已停止。", "{number} 停用。"]
    assert [each.pk for each in offered("answer")] == [row.pk]
    do(row, "retire", officer())
    assert offered("answer") == []


@pytest.mark.parametrize("text", ["{name} 您好", "{number", "{0}"])
def test_a_place_that_nothing_fills_is_refused_when_it_is_written(at: At, text: str) -> None:
    with pytest.raises(InvalidError, match=r"Use \{number\}") as caught:
        template(text_en=text)
    assert caught.value.field == "text_en"


def test_places_are_filled_with_what_the_row_says(at: At) -> None:
    complaint = filed()
    assert filled("{number} {received} {due}", complaint) == f"{complaint.number} 2026-03-02 2026-03-17"


def test_a_receipt_uses_the_template_in_use_and_says_which(at: At) -> None:
    row = template(kind="receipt", text_zh="收到，{number}", text_en="got it, {number}")
    with posted():
        complaint = filed(**REACHED)
    assert receipt(complaint) == (f"收到，{complaint.number}\n\ngot it, {complaint.number}", row.number, 1)
    assert [(each.template, each.edition) for each in letters(complaint, "receipt")] == [(row.number, 1)]
