"""The catalogue of errors from the command line."""

from __future__ import annotations

import json
from pathlib import Path

from shouze.api.pages import error_rows
from tests.cli.shell import Shell


def test_errors_are_listed_as_json(tmp_path: Path) -> None:
    rows = json.loads(Shell(tmp_path)("errors", "--json"))
    assert [row["code"] for row in rows] == [row.code for row in error_rows()]
    assert all(row["title"]["zh"] and row["remedy"]["en"] for row in rows)


def test_errors_are_listed_for_people(tmp_path: Path) -> None:
    assert "no-consent  403  第九条第一款" in Shell(tmp_path, "zh")("errors")
    assert "no-consent  403  Art. 9(1)" in Shell(tmp_path)("errors")
