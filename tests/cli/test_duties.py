"""The duties from the command line: the catalogue, and where an installation stands."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from shouze.wiring import read_statutes
from tests.cli.shell import PATIENCE, Shell, program

DUTY = {
    "id", "article", "kind", "owed_by", "owed_to", "term", "text", "trigger", "clock", "evidence", "sanction", "flags",
    "edition", "door", "note", "reading",
}  # fmt: skip


def test_duties_are_listed_as_json(tmp_path: Path) -> None:
    rows = json.loads(Shell(tmp_path)("duties", "--list", "--json"))
    assert len(rows) == len(read_statutes().duties)
    assert all(set(row) == DUTY for row in rows)
    assert set(rows[0]["text"]) == {"zh", "en"}


def test_duties_are_chosen_by_article_and_party(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    of_nine = json.loads(shell("duties", "--list", "--json", "--article", "9"))
    assert {row["article"].partition("(")[0] for row in of_nine} == {"9"}
    assert {row["article"] for row in json.loads(shell("duties", "--list", "--json", "--article", "9(3)"))} == {"9(3)"}
    owed = json.loads(shell("duties", "--json", "--owed-by", "authority"))
    assert owed
    assert all("authority" in row["owed_by"] for row in owed)


@pytest.mark.parametrize(("language", "words"), [("zh", "第九条第三款"), ("en", "Art. 9(3)")])
def test_duties_are_listed_for_people(tmp_path: Path, language: str, words: str) -> None:
    output = Shell(tmp_path, language)("duties", "--list")
    assert "A09-3-necessity" in output
    assert words in output


def test_an_unknown_party_is_refused_with_those_there_are(tmp_path: Path) -> None:
    assert "operator" in Shell(tmp_path)("duties", "--owed-by", "nobody", code=2)


def test_without_an_installation_there_is_nothing_to_answer_for(tmp_path: Path) -> None:
    assert "shouze up" in Shell(tmp_path)("duties", code=2)


def test_an_installation_without_registers_evidences_nothing(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell("migrate")
    rows = json.loads(shell("duties", "--json"))
    assert {row["state"] for row in rows} == {"not-evidenced"}
    assert all(row.keys() >= {"id", "state", "since", "due", "evidence"} for row in rows)
    assert not (tmp_path / "desk.db").exists()


@pytest.mark.lasting
def test_answers_are_told_with_what_they_rest_on(tmp_path: Path) -> None:
    """In a process of its own: the pages of a process belong to one folder."""
    Shell(tmp_path)("migrate")
    make = f"""
from pathlib import Path
from shouze.settings import Settings
from shouze.wiring.desk import configure
configure(Path({str(tmp_path)!r}), Settings(), None, None).migrate()
"""
    subprocess.run([program()[0], "-c", make], check=True, timeout=PATIENCE)
    asked = program("--lang", "zh", "--home", str(tmp_path), "duties")
    told = subprocess.run([*asked, "--json"], capture_output=True, text=True, check=True, timeout=PATIENCE).stdout
    rows = {row["id"]: row for row in json.loads(told)}
    assert rows["A11-supervise"]["state"] == "met"
    assert rows["A09-1-consent"]["evidence"][0]["matter"] == "consents.consent"
    shown = subprocess.run([*asked, "--article", "12"], capture_output=True, text=True, check=True, timeout=PATIENCE)
    assert "A12-contact  第十二条  无证据" in shown.stdout
    assert "受理投诉的联系方式有效" in shown.stdout
