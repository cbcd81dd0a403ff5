"""A folder with an installation, and one whose rules and policy are the story's."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest

from tests.cli.shell import Shell

STORY = Path(str(resources.files("shouze.cli.story")))


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("made") / "home"
    Shell(home)("migrate")
    return home


@pytest.fixture(scope="session")
def published(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("published") / "home"
    shutil.copytree(made, home)
    Shell(home)("declare", str(STORY / "declaration.yaml"))
    Shell(home)("policy", "apply", str(STORY / "policy.yaml"))
    return home


@pytest.fixture
def empty(made: Path, tmp_path: Path) -> Shell:
    """The command line over an installation without rules."""
    return Shell(Path(shutil.copytree(made, tmp_path / "home")))


@pytest.fixture
def shell(published: Path, tmp_path: Path) -> Shell:
    """The command line over the story's operator."""
    return Shell(Path(shutil.copytree(published, tmp_path / "home")))


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., str]:
    """Return a function that writes a file and returns its path."""

    def written(name: str, content: str | bytes) -> str:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return written
