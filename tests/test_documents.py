"""The documents stay true: their commands exist, their links lead somewhere, their forms are kept."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.conftest import ROOT
from tests.repository import files, text

DOCUMENTS = files(".md")
DECISIONS = files(".md", under="docs/decisions")
FENCE = re.compile(r"^```(?P<kind>\w*)\n(?P<body>.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]\n]+\]\((?P<target>[^)\s]+)\)")
RELEASE = re.compile(r"^## \[(?P<version>\d+\.\d+\.\d+)\] - \d{4}-\d{2}-\d{2}$", re.MULTILINE)
KINDS_OF_CHANGE = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_every_make_command_in_a_document_is_a_target() -> None:
    targets = set(re.findall(r"^([a-z-]+):", text(Path("Makefile")), re.MULTILINE))
    named = {word for words in _commands("make") for word in words if "=" not in word}
    assert named - targets == set()
    assert {"demo", "test"} <= named


def test_every_shouze_command_in_a_document_exists() -> None:
    from shouze.cli import main

    unknown = [words for words in _commands("shouze") if not _exists(main, words)]
    assert unknown == []


def test_every_relative_link_leads_to_a_file() -> None:
    broken = []
    for document in DOCUMENTS:
        for match in LINK.finditer(text(document)):
            target = match["target"].partition("#")[0]
            if target and ":" not in target and not (ROOT / document.parent / target).exists():
                broken.append(f"{document}: {match['target']}")
    assert broken == []


def test_the_coverage_of_the_duties_is_what_the_code_says() -> None:
    command = [sys.executable, "tools/coverage.py"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    assert all(re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name) for path in DECISIONS)


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_says_when_why_and_what_it_costs(path: Path) -> None:
    decision = text(path)
    assert re.match(rf"# {int(path.name[:4])}\. ", decision)
    assert re.search(r"^- Status: (proposed|accepted|superseded by \d{4})$", decision, re.MULTILINE)
    assert re.search(r"^- Date: \d{4}-\d{2}-\d{2}$", decision, re.MULTILINE)
    parts = re.findall(r"^## (.+)$", decision, re.MULTILINE)
    assert parts == ["Context", "Options", "Decision", "Consequences"]
    consequences = decision.partition("## Consequences")[2]
    assert re.search(r"^- Good: ", consequences, re.MULTILINE)
    assert re.search(r"^- Bad: ", consequences, re.MULTILINE)


def test_the_changelog_keeps_its_form() -> None:
    changelog = text(Path("CHANGELOG.md"))
    headings = re.findall(r"^## .*$", changelog, re.MULTILINE)
    assert changelog.startswith("# Changelog\n")
    assert headings[0] == "## [Unreleased]"
    assert [heading for heading in headings[1:] if not RELEASE.fullmatch(heading)] == []
    assert set(re.findall(r"^### (.*)$", changelog, re.MULTILINE)) <= KINDS_OF_CHANGE


def test_the_changelog_tells_of_this_version() -> None:
    releases = RELEASE.findall(text(Path("CHANGELOG.md")))
    assert releases == sorted(releases, key=lambda version: [int(part) for part in version.split(".")], reverse=True)
    assert tomllib.loads(text(Path("pyproject.toml")))["project"]["version"] == releases[0]


def _commands(program: str) -> Iterator[list[str]]:
    """Yield the words after a program's name from every shell example of every document."""
    for document in DOCUMENTS:
        for match in FENCE.finditer(text(document)):
            if match["kind"] in {"sh", "console"}:
                yield from _calls(match["body"].replace("\\\n", " "), program, prompted=match["kind"] == "console")


def _calls(body: str, program: str, *, prompted: bool) -> Iterator[list[str]]:
    for line in body.splitlines():
        if prompted and not line.startswith("$ "):
            continue
        for command in re.split(r"&&|\||;", line.removeprefix("$ ")):
            words = shlex.split(command, comments=True)
            while words and re.match(r"[A-Z_]+=", words[0]):
                words.pop(0)
            if words and Path(words[0]).name == program:
                yield words[1:]


def _exists(command: click.Command, words: list[str]) -> bool:
    """Walk down the command's tree: every subcommand and every option of the example has to be there."""
    options = {"--help"}
    for word in words:
        options |= {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
        if word.startswith("-"):
            if word.partition("=")[0] not in options:
                return False
        elif isinstance(command, click.Group):
            found = command.get_command(click.Context(command), word)
            if found is None:
                return False
            command = found
    return True
