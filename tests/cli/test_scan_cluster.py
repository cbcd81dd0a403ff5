"""The options of ``shouze scan --engine spark``: what goes together, and what is missing."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from shouze.cli.scan_cluster import cluster_of
from shouze.errors import InvalidError
from tests.cli.shell import Shell

SAID: dict[str, Any] = {
    "engine": "spark", "master": "spark://host:7077", "archives": None, "conf": (), "follow": False,
}  # fmt: skip


@pytest.fixture
def spark(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the extra be there, installed or not; nothing is run on it."""
    for name in ("pyspark", "pyspark.sql", "pandas"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))


def test_without_the_extra_it_is_said_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    output = Shell(tmp_path)("scan", str(tmp_path), "--engine", "spark", "--master", "spark://127.0.0.1:1", code=2)
    assert "pip install shouze[scan,spark]" in output


@pytest.mark.usefixtures("spark")
def test_settings_and_environment_are_taken_over() -> None:
    cluster = cluster_of({**SAID, "conf": ("spark.executor.memory=4g", "spark.x=a=b"), "archives": Path("e.tar.gz")})
    assert cluster is not None
    assert cluster.settings == {"spark.executor.memory": "4g", "spark.x": "a=b"}
    assert cluster.archives == Path("e.tar.gz")


@pytest.mark.usefixtures("spark")
@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"master": None}, "--master"),
        ({"follow": True}, "--follow"),
        ({"conf": ("executor.memory=4g",)}, "--conf"),
        ({"conf": ("spark.executor.memory",)}, "--conf"),
        ({"engine": "local"}, "--master"),
        ({"engine": "local", "master": None, "conf": ("spark.a=b",)}, "--conf"),
    ],
)
def test_what_does_not_go_together_is_told_by_its_option(said: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidError) as told:
        cluster_of({**SAID, **said})
    assert told.value.field == field
    assert told.value.remedy.en


def test_this_machine_is_no_cluster() -> None:
    assert cluster_of({**SAID, "engine": "local", "master": None}) is None
