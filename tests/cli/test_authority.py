"""``shouze authority``: a folder of its own, never an operator's."""

from __future__ import annotations

from pathlib import Path

import pytest

from shouze.cli.houses import found
from shouze.errors import ConflictError
from shouze.settings import load_settings


def test_a_new_folder_is_written_down_as_an_authoritys(tmp_path: Path) -> None:
    home = tmp_path / "authority"
    found(home, "authority")
    assert load_settings(home, {}).house == "authority"
    found(home, "authority")


@pytest.mark.parametrize("content", ["", "port = 1\n", 'house = "operator"\n'])
def test_an_operators_folder_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "shouze.toml").write_text(content, encoding="utf-8")
    with pytest.raises(ConflictError):
        found(tmp_path, "authority")
    (tmp_path / "shouze.toml").unlink()
    (tmp_path / "custody.db").touch()
    with pytest.raises(ConflictError):
        found(tmp_path, "authority")
