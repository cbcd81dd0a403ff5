"""Rotating the key ring from the command line."""

from __future__ import annotations

from tests.cli.shell import Shell


def test_a_new_epoch_is_current_recorded_and_listed(shell: Shell) -> None:
    assert "epoch 2 is current" in shell("keys", "rotate")
    listed = shell("keys", "list").splitlines()
    assert [line.split()[1] for line in listed] == ["1", "2"]
    assert listed[1].endswith("(current)")
    assert "faults 0" in shell("log", "verify")


def test_no_key_is_shown(shell: Shell) -> None:
    content = (shell.home / "keyring.json").read_text()
    assert not [word for word in shell("keys", "list").split() if len(word) > 30 and word in content]
