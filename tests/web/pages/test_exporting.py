"""Exports: what the filters show, without personal fields, harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json

import pytest
from openpyxl import load_workbook

from tests.registers.agents.scene import proposed
from tests.registers.house import officer, signed_in

pytestmark = pytest.mark.django_db


def exported(kind: str) -> bytes:
    answer = signed_in(officer()).get(f"/r/agents/export.{kind}")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # a streaming answer


def test_csv_opens_in_a_spreadsheet_and_runs_nothing_there() -> None:
    proposed(title="=cmd|calc", contact="13800000000")
    text = exported("csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows[0]["名称"] == "'=cmd|calc"
    assert "13800000000" not in text


def test_xlsx_has_the_same_rows() -> None:
    proposed()
    sheet = load_workbook(io.BytesIO(exported("xlsx"))).active
    assert sheet is not None
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == ["白云营业厅"]


@pytest.mark.parametrize(("language", "heading"), [("zh", "名称"), ("en", "Name")])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_words_are_in_the_readers_language_though_rows_are_read_later(language: str, heading: str, kind: str) -> None:
    proposed()
    answer = signed_in(officer(), language).get(f"/r/agents/export.{kind}")
    raw = b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # a streaming answer
    if kind == "xlsx":
        sheet = load_workbook(io.BytesIO(raw)).active
        assert sheet is not None
        raw = str([[cell.value for cell in row] for row in sheet.iter_rows()]).encode()
    assert heading in raw.decode()
    assert ("To be assessed" in raw.decode()) == (language == "en")


def test_json_is_typed() -> None:
    proposed(contact="13800000000")
    (row,) = json.loads(exported("json"))
    assert (row["services"], row["supervision_months"]) == (["mobile"], 6)
    assert "contact" not in row


def test_another_kind_of_file_is_not_found() -> None:
    assert signed_in(officer()).get("/r/agents/export.exe").status_code == 404
