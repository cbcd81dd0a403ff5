"""Backing up from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shouze.ledger.note import Verifier
from shouze.wiring.link import enrol_link, read_link_key
from tests.cli.shell import Shell
from tests.cli.test_collect import CONSENTED, WORDS, rows


@pytest.fixture
def places(tmp_path: Path) -> tuple[str, str]:
    for name in ("values", "keys"):
        (tmp_path / name).mkdir()
    return str(tmp_path / "values"), str(tmp_path / "keys")


def pairs(shell: Shell, folder: Path) -> tuple[str, str]:
    """Make a pair for values and one for keys; return the public keys."""
    made = [shell("backup", "identity", str(folder / name)).split()[-1] for name in ("values.key", "keys.key")]
    return made[0], made[1]


def words(shell: Shell, folder: Path, places: tuple[str, str]) -> list[str]:
    values, keys = pairs(shell, folder)
    return ["--to", places[0], "--keys", places[1], "--recipient", values, "--keys-recipient", keys]


def test_an_identity_is_its_owners_alone_and_never_printed(shell: Shell, tmp_path: Path) -> None:
    said = shell("backup", "identity", str(tmp_path / "id"))
    assert "age1" in said
    assert "SECRET" not in said
    assert (tmp_path / "id").stat().st_mode & 0o777 == 0o600
    shell("backup", "identity", str(tmp_path / "id"), code=2)


def test_values_and_keys_go_to_two_places_in_files_that_nobody_else_reads(
    shell: Shell, tmp_path: Path, places: tuple[str, str]
) -> None:
    made = json.loads(shell("backup", *words(shell, tmp_path, places), "--json"))
    assert {each["kind"]: Path(each["path"]).parent.name for each in made} == {
        "keys": "keys", "custody": "values", "erasures": "values",
    }  # fmt: skip
    for each in made:
        assert Path(each["path"]).stat().st_mode & 0o777 == 0o600
        assert Path(each["path"]).with_suffix(".json").stat().st_mode & 0o777 == 0o600
    assert [path.name for folder in places for path in Path(folder).iterdir() if path.name.startswith(".")] == []


def test_the_list_of_erasures_alone_is_small_and_replaces_the_older_one(
    shell: Shell, tmp_path: Path, places: tuple[str, str]
) -> None:
    options = words(shell, tmp_path, places)
    shell("backup", *options)
    shell("backup", "--erasures", *options[:2], *options[4:6])
    assert len(list(Path(places[0]).glob("erasures-*.age"))) == 2
    assert shell("backup", "prune", places[0]).count("destroyed") == 1
    assert len(list(Path(places[0]).glob("*.age"))) == len(list(Path(places[0]).glob("*.json"))) == 2


def test_recipients_may_stand_in_the_settings(
    shell: Shell, tmp_path: Path, places: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    values, keys = pairs(shell, tmp_path)
    monkeypatch.setenv("SHOUZE_BACKUP_RECIPIENTS", values)
    monkeypatch.setenv("SHOUZE_BACKUP_KEYS_RECIPIENTS", keys)
    assert "read back" in shell("backup", "--to", places[0], "--keys", places[1])


@pytest.mark.parametrize("mistake", ["same place", "same recipient", "no recipient", "no folder"])
def test_what_would_put_both_into_one_hand_or_in_clear_is_refused(
    shell: Shell, tmp_path: Path, places: tuple[str, str], mistake: str
) -> None:
    options = words(shell, tmp_path, places)
    if mistake == "same place":
        options[3] = options[1]
    elif mistake == "same recipient":
        options[7] = options[5]
    elif mistake == "no recipient":
        options = options[:4]
    else:
        options[3] = str(tmp_path / "missing")
    shell("backup", *options, code=2)
    assert [path for place in places for path in Path(place).iterdir()] == []


def test_pruning_can_destroy_rings_with_epochs_that_were_destroyed(
    shell: Shell, tmp_path: Path, places: tuple[str, str]
) -> None:
    shell("backup", *words(shell, tmp_path, places))
    assert "nothing to destroy" in shell("backup", "prune", places[1], "--retired")
    ring = json.loads((shell.home / "keyring.json").read_text())
    ring["epochs"]["2"] = ring["epochs"].pop("1")
    ring["current"] = 2
    (shell.home / "keyring.json").write_text(json.dumps(ring))
    assert "nothing to destroy" in shell("backup", "prune", places[1])
    assert "destroyed" in shell("backup", "prune", places[1], "--retired")
    assert list(Path(places[1]).iterdir()) == []


def test_it_takes_a_restored_installation_to_where_it_was(
    shell: Shell, tmp_path: Path, places: tuple[str, str]
) -> None:
    (tmp_path / "people.csv").write_text(rows(*range(5)), encoding="utf-8")
    shell("collect", str(tmp_path / "people.csv"), *WORDS, *CONSENTED)
    known = enrol_link(shell.home, Verifier.from_vkey(shell("log", "vkey").strip()))
    (shell.home / "letters.key").write_bytes(b"{}")
    shell("backup", *words(shell, tmp_path, places))
    new = Shell(tmp_path / "new")
    names = tmp_path / "erased.txt"
    names.write_text("phone=13700000000\n", encoding="utf-8")
    identities = ["--identity", str(tmp_path / "values.key"), "--identity", str(tmp_path / "keys.key")]
    said = new("restore", "--from", places[0], "--keys", places[1], *identities, "--erased", str(names))
    assert "5 users" in said
    assert "not known" in said
    assert "name 1 is nobody's" in said
    assert "faults 0" in new("log", "verify")
    assert read_link_key(new.home) == known, "peers know it by the same key"
    assert (new.home / "letters.key").read_bytes() == b"{}"
    assert (new.home / "link.key").stat().st_mode & 0o777 == 0o600
    new("restore", "--from", places[0], "--keys", places[1], *identities, code=2)


def test_it_says_where_there_is_no_desk(shell: Shell, tmp_path: Path, places: tuple[str, str]) -> None:
    assert "no desk here" in shell("backup", *words(shell, tmp_path, places))
