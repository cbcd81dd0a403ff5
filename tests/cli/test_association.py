"""``shouze association``: a folder of its own, neither an operator's nor an authority's."""

from __future__ import annotations

from pathlib import Path

import pytest

from shouze.cli.houses import found
from shouze.errors import ConflictError
from shouze.settings import load_settings


def test_a_new_folder_is_written_down_as_an_associations(tmp_path: Path) -> None:
    home = tmp_path / "association"
    found(home, "association")
    assert load_settings(home, {}).house == "association"
    found(home, "association")


@pytest.mark.parametrize("content", ["", 'house = "operator"\n', 'house = "authority"\n'])
def test_a_folder_of_another_house_is_refused_with_the_way_out(tmp_path: Path, content: str) -> None:
    (tmp_path / "shouze.toml").write_text(content, encoding="utf-8")
    with pytest.raises(ConflictError) as caught:
        found(tmp_path, "association")
    assert caught.value.remedy is not None
    assert 'house = "association"' in caught.value.remedy.en
    assert load_settings(tmp_path, {}).house != "association"


def test_an_associations_folder_is_no_authoritys(tmp_path: Path) -> None:
    found(tmp_path / "one", "association")
    with pytest.raises(ConflictError):
        found(tmp_path / "one", "authority")
