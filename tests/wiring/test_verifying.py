"""The log's tables as a process of its own reads them."""

from __future__ import annotations

import sqlite3
from functools import partial
from pathlib import Path

import pytest

from shouze import wiring
from shouze.settings import load_settings
from shouze.verifier.walking import Plan, walk
from shouze.wiring.verifying import opened_tables
from tests.cli.shell import Shell


@pytest.fixture
def home(tmp_path: Path) -> Path:
    shell = Shell(tmp_path / "home")
    shell("migrate")
    shell("erase", "--due")
    return shell.home


async def test_an_installation_is_verified_as_it_was_planned(home: Path) -> None:
    told = list[tuple[int, int]]()
    course = wiring.Course(told=lambda *each: told.append(each))
    report = await wiring.verify(home, load_settings(home, {}), course)
    assert (report.ok, told[-1]) == (True, (report.size, report.size))


def test_tables_opened_alone_show_the_log_and_every_checkpoint_that_was_stored(home: Path) -> None:
    key = wiring.read_verifier(home)
    plan, opening = Plan([key]), partial(opened_tables, home, load_settings(home, {}), key)
    walked = walk(opening, plan)
    assert (walked.report.ok, walked.report.size > 0, walked.wrong) == (True, True, ())
    with opening() as tables:
        sizes = [mark.size for mark in tables.marks(-1, walked.report.size)]
    assert sizes == sorted(set(sizes))
    assert sizes[-1] == walked.report.size
    database = sqlite3.connect(home / "log.db")
    with database:
        database.execute("UPDATE checkpoint SET root = zeroblob(32) WHERE size = ?", (sizes[0],))
    database.close()
    assert walk(opening, plan).wrong == (sizes[0],)
