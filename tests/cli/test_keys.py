"""Replacing the keys of the ring from the command line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from shouze.gateway import reindexing, rewrapping
from tests.cli.shell import Shell
from tests.cli.test_collect import CONSENTED, WORDS, rows


def test_a_new_epoch_is_current_recorded_and_listed(shell: Shell) -> None:
    assert "epoch 2 is current" in shell("keys", "rotate")
    listed = shell("keys", "list").splitlines()
    assert [line.split()[1] for line in listed] == ["1", "2"]
    assert listed[1].endswith("(current)")
    assert "faults 0" in shell("log", "verify")


@pytest.mark.parametrize("command", ["list", "status"])
def test_no_key_is_shown(shell: Shell, command: str) -> None:
    content = (shell.home / "keyring.json").read_text()
    assert not [word for word in shell("keys", command).split() if len(word) > 30 and word in content]


def test_keys_are_wrapped_anew_and_the_old_epoch_goes(
    shell: Shell, write: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("people.csv", rows(0, 1))
    shell("collect", path, *WORDS, *CONSENTED)
    shell("keys", "rotate")
    status = json.loads(shell("keys", "status", "--json"))
    count = status["epochs"][0]["keys"]
    assert count > 0
    assert f"{count} wrapped anew" in shell("keys", "rewrap")
    assert "0 wrapped anew" in shell("keys", "rewrap")
    assert "come again after" in shell("keys", "retire", "--no-wait")
    monkeypatch.setattr(rewrapping, "GRACE", timedelta(0))
    assert "only the current epoch is left" in shell("keys", "retire")
    status = json.loads(shell("keys", "status", "--json"))
    assert [(epoch["epoch"], epoch["keys"]) for epoch in status["epochs"]] == [(2, count)]
    assert status["beyond_recovery_before"] == status["epochs"][0]["made_at"]
    assert "faults 0" in shell("log", "verify")


def test_the_clock_of_the_bound_is_told_in_both_languages(shell: Shell) -> None:
    shell("keys", "rotate")
    assert "is beyond recovery (the bound is 30 days)" in shell("keys", "status")
    assert "已不可恢复（时限 30 天）" in Shell(shell.home, "zh")("keys", "status")


def test_past_the_bound_the_exit_code_says_so(shell: Shell) -> None:
    ring = shell.home / "keyring.json"
    ring.write_text(re.sub(r'"created_at": "\d{4}', '"created_at": "2020', ring.read_text()))
    assert "past the bound" in shell("keys", "status", code=1)
    assert json.loads(shell("keys", "status", "--json", code=1))["exceeded"] is True


def test_the_index_key_is_replaced_step_by_step(
    shell: Shell, write: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shell("collect", write("people.csv", rows(0, 1)), *WORDS, *CONSENTED)
    assert "come again after" in shell("keys", "reindex", "--no-wait")
    monkeypatch.setattr(reindexing, "GRACE", timedelta(0))
    assert "replaced; 4 identifiers looked at" in shell("keys", "reindex")
    assert json.loads((shell.home / "keyring.json").read_text())["index_current"] == 2
    assert "0 rows collected, 2 rejected" in shell(
        "collect", write("again.csv", rows(0, 1)), *WORDS, *CONSENTED, code=1
    )
    assert "faults 0" in shell("log", "verify")


def test_moments_are_chinas_whatever_the_machines_time(shell: Shell) -> None:
    shown = shell("keys", "list").split()[2]
    assert shown.endswith("+08:00")
    assert "." not in shown
