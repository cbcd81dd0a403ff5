"""What a source consists of."""

from __future__ import annotations

from pathlib import Path

import fsspec
import pytest

from shouze.discovery.places import parts_of
from shouze.discovery.reading.database import Manners
from shouze.errors import InvalidError, NotFoundError
from tests.discovery.looking import PEOPLE, findings


def test_a_folder_is_its_files_in_order(tmp_path: Path) -> None:
    for name in ("b/2.csv", "a.csv", ".git/x"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(PEOPLE, encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "a.csv")
    assert [part.place for part in parts_of(str(tmp_path), Manners())] == ["a.csv", "b/2.csv"]


def test_an_object_store_is_its_objects() -> None:
    store = fsspec.filesystem("memory")
    store.pipe("/lake/2026/a.csv", PEOPLE.encode())
    parts = list(parts_of("memory://lake", Manners()))
    assert [part.place for part in parts] == ["2026/a.csv"]
    assert {each.item for each in findings(parts[0].pieces(Manners()))} == {"name", "phone", "id-number"}


def test_a_pattern_is_the_files_that_it_chooses_and_those_in_folders(tmp_path: Path) -> None:
    for name in ("dt=1/a.csv", "dt=1/a.log", "dt=2/sub/b.csv", "other/c.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(PEOPLE, encoding="utf-8")

    def places(pattern: str) -> list[str]:
        return [part.place for part in parts_of(f"{tmp_path}/{pattern}", Manners())]

    assert places("dt=*/*.csv") == ["dt=1/a.csv"]
    assert places("**/*.csv") == ["dt=1/a.csv", "dt=2/sub/b.csv", "other/c.csv"]
    assert places("dt=*") == ["dt=1/a.csv", "dt=1/a.log", "dt=2/sub/b.csv"]
    assert places("dt=[2-9]/**") == ["dt=2/sub/b.csv"]
    with pytest.raises(NotFoundError):
        places("none*/*.csv")


def test_a_pattern_chooses_objects_of_a_store() -> None:
    store = fsspec.filesystem("memory")
    for name in ("/pond/dt=1/a.csv", "/pond/dt=2/sub/b.csv", "/pond/x/c.csv"):
        store.pipe(name, PEOPLE.encode())
    assert [part.place for part in parts_of("memory://pond/dt=*", Manners())] == ["dt=1/a.csv", "dt=2/sub/b.csv"]
    assert [part.place for part in parts_of("memory://pond/*/*.csv", Manners())] == ["dt=1/a.csv", "x/c.csv"]


def test_an_address_may_be_kept_in_a_variable(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(PEOPLE, encoding="utf-8")
    (part,) = parts_of("env:PLACE", Manners(), {"PLACE": str(tmp_path)})
    assert part.place == "a.csv"


def test_what_is_not_there_is_told() -> None:
    with pytest.raises(NotFoundError, match="no such file"):
        list(parts_of("/none", Manners()))
    with pytest.raises(InvalidError, match="URL"):
        list(parts_of("no such://thing", Manners()))
