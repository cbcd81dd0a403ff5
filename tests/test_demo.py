"""The demonstration, played as a program of its own."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from shouze.rules.refusal import CATALOGUE
from tests.cli.shell import PATIENCE, address, program, running

ARTICLE = {"zh": re.compile(r"第[一二三四五六七八九十]+条"), "en": re.compile(r"Art\. \d+")}
LINES = 200
SUBJECTS = "200"


def play(*words: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        program(*words), capture_output=True, text=True, timeout=PATIENCE, check=False,
        env={**os.environ, "TMPDIR": str(folder), **environment},
    )  # fmt: skip


@pytest.mark.parametrize("language", ["zh", pytest.param("en", marks=pytest.mark.lasting)])
def test_it_plays_to_its_end_in_both_languages(language: str, tmp_path: Path) -> None:
    played = play("--lang", language, "demo", "--alone", "--once", "--subjects", SUBJECTS, folder=tmp_path)
    assert played.returncode == 0, played.stderr
    assert "Traceback" not in played.stdout + played.stderr
    told = [line for line in played.stdout.splitlines() if line.split() and line.split()[0] in CATALOGUE]
    assert len({line.split()[0] for line in told}) >= 6
    assert all(ARTICLE[language].search(line) for line in told)
    assert len(played.stdout.splitlines()) < LINES
    assert list(tmp_path.iterdir()) == []


@pytest.mark.lasting
@pytest.mark.parametrize(("language", "mark"), [("zh", "[局]"), ("en", "[CA]")])
def test_a_matter_is_played_with_an_authority_beside(language: str, mark: str, tmp_path: Path) -> None:
    played = play("--lang", language, "demo", "--once", "--subjects", "10", folder=tmp_path)
    assert played.returncode == 0, played.stderr
    assert played.stdout.count("云通管责停〔2026〕1号") == 2
    assert played.stdout.count(mark) == 8
    assert "云通管罚〔2026〕1号" in played.stdout
    assert "/public/AN-" in played.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.lasting
def test_nothing_is_coloured_where_nobody_looks(tmp_path: Path) -> None:
    played = play("--lang", "en", "demo", "--alone", "--once", "--subjects", "10", folder=tmp_path)
    assert played.returncode == 0, played.stderr
    assert "\x1b" not in played.stdout + played.stderr


@pytest.mark.lasting
def test_it_keeps_serving_and_its_lines_to_try_work(tmp_path: Path) -> None:
    with running(tmp_path, "demo", "--alone", "--subjects", "10", TMPDIR=str(tmp_path)) as started:
        address(started)
        assert started.stdout is not None
        curls = []
        for line in started.stdout:
            curls += [line] if line.startswith("curl ") else []
            if len(curls) == 3:
                break
        answers = [
            subprocess.run(line, shell=True, capture_output=True, text=True, check=True).stdout for line in curls
        ]
        started.send_signal(signal.SIGTERM)
        _, error = started.communicate(timeout=PATIENCE)
    assert started.returncode == 0, error
    assert '"items":{"name":' in answers[0]
    assert '"article":"13(3)"' in answers[1]
    assert '"epoch":' in answers[2]


@pytest.mark.lasting
def test_a_folder_that_is_named_is_kept_and_must_be_empty(tmp_path: Path) -> None:
    home = tmp_path / "home"
    words = ("--lang", "en", "--home", str(home), "demo", "--alone", "--once", "--subjects", "10")
    assert play(*words, folder=tmp_path).returncode == 0
    assert (home / "log.db").exists()
    assert _states(home) == {
        "incidents_incident": {"contained", "open"}, "counter_call": {"ended", "locked", "begun"},
        "records_attested": {"attested", "void"}, "watching_unusual": {"open", "explained"},
        "reviews_review": {"open", "kept"}, "complaints_complaint": {"open", "answered", "resolved", "refused"},
        "requests_request": {"open", "answered"}, "undertakings_undertaking": {"wanted", "signed", "missing"},
        "procedures_procedure": {"in-force"}, "trainings_training": {"assigned", "passed"},
        "media_medium": {"issued", "destroyed"}, "systems_system": {"registered", "connected"},
    }  # fmt: skip
    again = play(*words, folder=tmp_path)
    assert again.returncode == 2
    assert str(home) in again.stderr


def _states(home: Path) -> dict[str, set[str]]:
    """Return which states the week leaves rows in, of the tables that a believable week fills."""
    tables = (
        "incidents_incident", "counter_call", "records_attested", "watching_unusual", "reviews_review",
        "complaints_complaint", "requests_request", "undertakings_undertaking", "procedures_procedure",
        "trainings_training", "media_medium", "systems_system",
    )  # fmt: skip
    with closing(sqlite3.connect(home / "desk.db")) as desk:
        return {each: {state for (state,) in desk.execute(f"SELECT DISTINCT state FROM {each}")} for each in tables}


@pytest.mark.lasting
def test_an_installation_named_by_the_environment_is_left_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    assert play("demo", "--alone", "--once", "--subjects", "10", folder=tmp_path, SHOUZE_HOME=str(home)).returncode == 0
    assert list(home.iterdir()) == []
