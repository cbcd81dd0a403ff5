"""The entrance of the command line: language, help, errors in one line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from shouze.cli import main
from shouze.cli.program import Program
from tests.cli.shell import Shell


def test_help_loads_neither_the_database_nor_the_server() -> None:
    probe = (
        "import sys; from shouze.cli import main; main(['--help'], standalone_mode=False);"
        "print(sorted({'sqlalchemy', 'starlette', 'msgspec', 'uvicorn', 'cryptography'} & sys.modules.keys()))"
    )
    answer = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert answer.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("environment", "heading"),
    [
        ({"LC_ALL": "en_GB.UTF-8", "LANG": "zh_CN.UTF-8"}, "Usage:"),
        ({"LC_ALL": "", "LANG": "en_US.UTF-8"}, "Usage:"),
        ({"LC_ALL": "", "LANG": "zh_CN.UTF-8"}, "用法:"),
        ({"LC_ALL": "C", "LANG": ""}, "用法:"),
    ],
)
def test_the_language_follows_the_locale(environment: dict[str, str], heading: str) -> None:
    assert CliRunner(env=environment).invoke(main, ["--help"]).output.startswith(heading)


def test_the_named_language_wins_over_the_locale() -> None:
    answer = CliRunner(env={"LC_ALL": "zh_CN.UTF-8"}).invoke(main, ["--lang", "en", "--help"])
    assert answer.output.startswith("Usage:")


def test_every_command_explains_itself_in_both_languages(tmp_path: Path) -> None:
    assert isinstance(main, Program)
    for name in main.list_commands(main.make_context("shouze", ["--version-less"], resilient_parsing=True)):
        chinese, english = (Shell(tmp_path, language)(name, "--help") for language in ("zh", "en"))
        assert any("\u4e00" <= character <= "\u9fff" for character in chinese)
        assert not any("\u4e00" <= character <= "\u9fff" for character in english)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("bogus",), "bogus"),
        (("token", "issue", "--bogus"), "--bogus"),
        (("token", "issue"), "--kind"),
        (("token", "issue", "--kind", "ghost"), "agent-staff"),
        (("token", "issue", "--kind", "service", "--actor", "crm", "--days", "0"), "--days"),
        (("declare",), "FILE"),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_command_that_cannot_be_read_ends_in_one_line(
    words: tuple[str, ...], said: str, language: str, tmp_path: Path
) -> None:
    output = Shell(tmp_path, language)(*words, code=2)
    assert len(output.splitlines()) == 1
    assert said in output
    assert "--help" in output


def test_a_folder_without_an_installation_is_said_to_be_one(tmp_path: Path) -> None:
    output = Shell(tmp_path / "nowhere")("log", "verify", code=2)
    assert "shouze up" in output
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_that_cannot_be_written_is_named() -> None:
    output = Shell(Path("/proc/shouze"))("migrate", code=3)
    assert "/proc/shouze" in output
    assert len(output.splitlines()) == 1


def test_a_home_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    output = Shell(tmp_path / "home" / "deeper")("migrate", code=3)
    assert "home" in output
    assert len(output.splitlines()) == 1


def test_a_broken_setting_is_named(tmp_path: Path) -> None:
    (tmp_path / "shouze.toml").write_text('port = "many"\n')
    assert "port" in Shell(tmp_path)("up", code=2)


def test_the_version_is_printed() -> None:
    assert CliRunner().invoke(main, ["--version"]).output.startswith("shouze 0.")
