"""The policy from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.cli.shell import Shell


def test_entries_are_written_and_removed(shell: Shell, write: Callable[..., str]) -> None:
    order = (
        "format: shouze-policy/1\norders:\n  - {id: 'N-7', authority: {zh: 局, en: A}, reason: {zh: 由, en: R}, "
        "since: 2026-01-01T00:00:00+08:00}\n"
    )
    assert "policy epoch 3" in shell("policy", "apply", write("order.yaml", order))
    assert "N-7" in shell("policy", "show")
    shell("policy", "apply", write("lifted.yaml", "remove: [orders/N-7]\n"))
    assert "N-7" not in shell("policy", "show")


def test_the_policy_is_shown_as_json_without_hashes(shell: Shell) -> None:
    shell("token", "issue", "--kind", "service", "--actor", "crm", "--days", "1")
    output = shell("policy", "show", "--json")
    shown = json.loads(output)
    assert shown["policy"]["epoch"] == 3
    assert [caller["actor"] for caller in shown["callers"].values()] == ["crm"]
    assert "secret" not in output


def test_showing_the_policy_records_nothing(shell: Shell) -> None:
    before = shell("log", "checkpoint")
    shell("policy", "show")
    assert shell("log", "checkpoint") == before


def test_a_wrong_entry_is_named_with_its_line(shell: Shell, write: Callable[..., str]) -> None:
    output = shell("policy", "apply", write("bad.yaml", "posts:\n  - id: clerk\n    nom: x\n"), code=2)
    assert "line" in output
    assert "posts[0]" in output


def test_an_empty_installation_has_a_policy_of_epoch_zero(empty: Shell) -> None:
    assert "policy epoch 0" in empty("policy", "show")
