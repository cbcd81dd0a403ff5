"""Publishing rules from the command line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cli.conftest import STORY
from tests.cli.shell import Shell


def test_a_declaration_gets_a_version_a_date_and_a_digest(empty: Shell) -> None:
    output = empty("declare", str(STORY / "declaration.yaml"))
    assert "mobile → version 1 (new)" in output
    assert "cloud-drive → version 1 (new)" in output
    assert "policy epoch 1, 20" in output


def test_an_unchanged_declaration_keeps_its_version(shell: Shell) -> None:
    assert "mobile → version 1 (unchanged)" in shell("declare", str(STORY / "declaration.yaml"))


def test_a_changed_service_gets_the_next_version(shell: Shell, write: Callable[..., str]) -> None:
    changed = (STORY / "declaration.yaml").read_text().replace("Sent by SMS", "Sent by SMS and e-mail")
    output = shell("declare", write("new.yaml", changed))
    assert "mobile → version 2 (new)" in output
    assert "cloud-drive → version 1 (unchanged)" in output


@pytest.mark.parametrize(("language", "line"), [("en", "line 12"), ("zh", "第 12 行")])
def test_a_missing_field_is_named_with_its_line(
    empty: Shell, write: Callable[..., str], language: str, line: str
) -> None:
    lacking = (STORY / "declaration.yaml").read_text().splitlines()
    start = next(number for number, text in enumerate(lacking) if "channels:" in text)
    content = "\n".join(lacking[:start] + lacking[start + 3 :])
    output = Shell(empty.home, language)("declare", write("lacking.yaml", content), code=2)
    assert "services[0].channels" in output
    assert ("line" if language == "en" else "行") in output
    assert line[:4] in output or line[:2] in output


def test_a_file_that_is_not_there_is_named(empty: Shell) -> None:
    assert "nowhere.yaml" in empty("declare", "nowhere.yaml", code=2)


def test_a_refused_declaration_leaves_a_log_that_verifies(empty: Shell, write: Callable[..., str]) -> None:
    content = (STORY / "declaration.yaml").read_text().replace("cybersecurity-law", "no-such-law")
    assert "line" in empty("declare", write("bad.yaml", content), code=2)
    assert "faults 0" in empty("log", "verify")
