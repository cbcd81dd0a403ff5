"""The statutes from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shouze.wiring import read_statutes
from tests.cli.shell import Shell

DUTY = {
    "id", "article", "kind", "owed_by", "owed_to", "term", "text", "trigger", "clock", "evidence", "sanction", "flags",
    "edition", "door",
}  # fmt: skip


def test_duties_are_listed_as_json(tmp_path: Path) -> None:
    rows = json.loads(Shell(tmp_path)("duties", "--list", "--json"))
    assert len(rows) == len(read_statutes().duties)
    assert all(set(row) == DUTY for row in rows)
    assert set(rows[0]["text"]) == {"zh", "en"}


def test_duties_are_chosen_by_article_and_party(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    of_nine = json.loads(shell("duties", "--json", "--article", "9"))
    assert {row["article"].partition("(")[0] for row in of_nine} == {"9"}
    assert {row["article"] for row in json.loads(shell("duties", "--json", "--article", "9(3)"))} == {"9(3)"}
    owed = json.loads(shell("duties", "--json", "--owed-by", "authority"))
    assert owed
    assert all("authority" in row["owed_by"] for row in owed)


@pytest.mark.parametrize(("language", "words"), [("zh", "第九条第三款"), ("en", "Art. 9(3)")])
def test_duties_are_listed_for_people(tmp_path: Path, language: str, words: str) -> None:
    output = Shell(tmp_path, language)("duties")
    assert "A09-3-necessity" in output
    assert words in output


def test_an_unknown_party_is_refused_with_those_there_are(tmp_path: Path) -> None:
    assert "operator" in Shell(tmp_path)("duties", "--owed-by", "nobody", code=2)


@pytest.mark.parametrize("command", ["items", "app-types", "instruments"])
def test_the_other_rows_are_listed_as_json_and_for_people(tmp_path: Path, command: str) -> None:
    rows = json.loads(Shell(tmp_path)(command, "--json"))
    assert rows
    words = rows[0].get("text") or rows[0]["name"]
    assert set(words) == {"zh", "en"}
    assert len(Shell(tmp_path)(command).splitlines()) == len(rows)
