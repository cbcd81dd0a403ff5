"""Restoring from the command line: what it says, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.cli.test_backup import places, words

__all__ = ["places"]


@pytest.fixture
def options(shell: Shell, tmp_path: Path, places: tuple[str, str]) -> list[str]:
    shell("backup", *words(shell, tmp_path, places))
    identities = ["--identity", str(tmp_path / "values.key"), "--identity", str(tmp_path / "keys.key")]
    return ["--from", places[0], "--keys", places[1], *identities]


def test_a_program_reads_the_outcome_as_json(options: list[str], tmp_path: Path) -> None:
    done = json.loads(Shell(tmp_path / "new")("restore", *options, "--json"))
    assert done["tables"]["custody.policy"] == 2
    assert done["known_until"] >= done["made_at"]
    assert done["former"] != done["origin"]


def test_a_line_that_names_nobody_is_refused_by_its_number_only(options: list[str], tmp_path: Path) -> None:
    names = tmp_path / "erased.txt"
    names.write_text("abcdefghijklmnopqrstuvwx22\n13812345678\n", encoding="utf-8")
    said = Shell(tmp_path / "new")("restore", *options, "--erased", str(names), code=2)
    assert "line 2" in said
    assert "13812345678" not in said
    assert not (tmp_path / "new").exists()


def test_a_file_that_is_no_identity_is_refused_without_a_word_of_it(options: list[str], tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.key"
    wrong.write_text("AGE-SECRET-KEY-1WRONG\n", encoding="utf-8")
    said = Shell(tmp_path / "new")("restore", *options[:4], "--identity", str(wrong), code=2)
    assert "WRONG" not in said


def test_damage_is_found_and_nothing_is_left(options: list[str], tmp_path: Path) -> None:
    [sealed] = Path(options[1]).glob("custody-*.age")
    content = bytearray(sealed.read_bytes())
    content[len(content) // 2] ^= 1
    sealed.write_bytes(content)
    assert "damaged" in Shell(tmp_path / "new")("restore", *options, code=2)
    assert not list(tmp_path.glob("*new*"))
