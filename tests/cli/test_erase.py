"""Erasing what is due from the command line."""

from __future__ import annotations

from collections.abc import Callable

from tests.cli.shell import Shell
from tests.cli.test_collect import CONSENTED, WORDS, rows


def test_nothing_due_is_said_so(shell: Shell) -> None:
    assert "0 subjects" in shell("erase", "--due")


def test_without_confirmation_nothing_is_erased(shell: Shell) -> None:
    assert "--due" in shell("erase", code=2)


def test_users_of_an_ended_service_are_erased_until_nothing_is_left(shell: Shell, write: Callable[..., str]) -> None:
    shell("collect", write("people.csv", rows(*range(12))), *WORDS, *CONSENTED)
    shell("policy", "apply", write("end.yaml", "endings: [{id: mobile, at: 2026-01-01T00:00:00+08:00}]\n"))
    assert "12 subjects" in shell("erase", "--due")
    assert "0 subjects" in shell("erase", "--due")
    assert "faults 0" in shell("log", "verify")
