"""Appending records of use from lines, and purging them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

from tests.cli.shell import Shell
from tests.cli.test_collect import CONSENTED, WORDS, rows

WHERE = ("--service", "mobile", "--purpose", "customer-service", "--account", "crm")


def line(phone: str, at: str = "2099-01-01T00:00:00Z", **items: str) -> str:
    return json.dumps({"identifier": {"phone": phone}, "at": at, "items": items or {"name": "某某"}})


def test_lines_of_nobody_known_are_counted(shell: Shell, write: Callable[..., str]) -> None:
    content = "\n".join(line(f"1381234567{n}", "2026-01-01T00:00:00Z") for n in range(5))
    said = shell("usage", "append", write("u.ndjson", content), *WHERE, "--batch", "2", code=1)
    assert "0 appended" in said
    assert "subject-unknown: 5" in said


def test_what_was_appended_is_not_appended_again(shell: Shell, write: Callable[..., str]) -> None:
    shell("collect", write("people.csv", rows(1, 2, 3)), *WORDS, *CONSENTED)
    table = rows(1).splitlines()
    phone = dict(zip(table[0].split(","), table[1].split(","), strict=True))["phone"]
    at = datetime.now(UTC).isoformat()
    path = write("u.ndjson", "\n".join(line(phone, at, name=f"某{n}") for n in "甲乙丙"))
    assert "3 appended, 0 there before" in shell("usage", "append", path, *WHERE)
    assert "0 appended, 3 there before" in shell("usage", "append", path, *WHERE)
    assert "faults 0" in shell("log", "verify")


def test_a_broken_line_is_named_without_its_content(shell: Shell, write: Callable[..., str]) -> None:
    for content, place in (("{}", "line 1"), (line("13812345678") + "\ncanary", "line 2"), ("[1]", "line 1")):
        said = shell("usage", "append", write("u.ndjson", content), *WHERE, code=2)
        assert place in said
        assert "canary" not in said


def test_a_file_that_is_not_there_is_said_so(shell: Shell) -> None:
    assert "no such file" in shell("usage", "append", "/nowhere.ndjson", *WHERE, code=2)


def test_purging_says_what_it_did(shell: Shell) -> None:
    assert json.loads(shell("usage", "purge")) == {"partitions": 0, "records": 0, "swept": 0}
