"""The statutes from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.shell import Shell


@pytest.mark.parametrize("command", ["items", "app-types", "instruments"])
def test_the_other_rows_are_listed_as_json_and_for_people(tmp_path: Path, command: str) -> None:
    rows = json.loads(Shell(tmp_path)(command, "--json"))
    assert rows
    words = rows[0].get("text") or rows[0]["name"]
    assert set(words) == {"zh", "en"}
    assert len(Shell(tmp_path)(command).splitlines()) == len(rows)
