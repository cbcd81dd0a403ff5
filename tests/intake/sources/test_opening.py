"""One set of rows, read from every kind of source."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from shouze.errors import InvalidError, NotFoundError, ShouzeError, UnavailableError
from shouze.intake.map import Place
from shouze.intake.sources.opening import open_source
from tests.intake import legacy

MANY = 250
SECRET = "canary-of-a-password"


def read(place: str, which: Place | None = None) -> list[tuple[str, ...]]:
    with open_source(place, which) as source:
        assert list(source.header) == list(legacy.HEADER)
        return [tuple(cell or "" for cell in row.cells) for row in source.rows()]


def expected() -> list[tuple[str, ...]]:
    return [each.cells for each in legacy.legacy(MANY)]


@pytest.mark.parametrize(
    "write",
    [
        lambda folder: legacy.write_sqlite(folder / "old.db", MANY),
        lambda folder: str(legacy.write_parquet(folder / "old.parquet", MANY)),
        lambda folder: str(legacy.write_xlsx(folder / "old.xlsx", MANY)),
    ],
)
def test_the_same_rows_are_read_from_each_kind_of_source(tmp_path: Path, write: Callable[[Path], str]) -> None:
    assert read(write(tmp_path)) == expected()


def test_a_table_on_postgresql_is_read_in_the_order_of_its_key(postgres_dsn: str) -> None:
    url = postgres_dsn.replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA legacy"))
        connection.execute(text(f"CREATE TABLE legacy.yh ({legacy.COLUMNS})"))
        places = ", ".join(f":{name}" for name in legacy.HEADER)
        rows = [dict(zip(legacy.HEADER, each, strict=True)) for each in reversed(expected())]
        connection.execute(
            text(f"INSERT INTO legacy.yh VALUES ({places})"), [{**row, "yh_id": int(row["yh_id"])} for row in rows]
        )
    engine.dispose()
    assert read(url, Place(table="legacy.yh")) == expected()
    assert read(url, Place(query="SELECT * FROM legacy.yh;", key=("yh_id",))) == expected()


def test_a_query_needs_a_key_so_that_the_run_can_go_on(tmp_path: Path) -> None:
    url = legacy.write_sqlite(tmp_path / "old.db", 3)
    query = f"SELECT * FROM {legacy.TABLE} WHERE ty_yx = 'Y'"
    for key in ((), ("yh_id; DROP TABLE x",)):
        with pytest.raises(InvalidError) as caught:
            read(url, Place(query=query, key=key))
        assert caught.value.field == "source.key"
    assert len(read(url, Place(query=query, key=("yh_id",)))) == 1


def test_a_sheet_is_named_or_the_first_one_is_read(tmp_path: Path) -> None:
    path = str(legacy.write_xlsx(tmp_path / "old.xlsx", 3))
    assert read(path, Place(sheet="用户")) == read(path)
    with pytest.raises(InvalidError) as caught:
        read(path, Place(sheet="客户"))
    assert caught.value.field == "source.sheet"


@pytest.mark.parametrize("name", ["old.xlsx", "old.parquet", "old.pdf"])
def test_a_file_that_is_not_what_it_is_called_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"neither")
    with pytest.raises(InvalidError) as caught:
        read(str(tmp_path / name))
    assert caught.value.field == name


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("nowhere.csv", NotFoundError),
        ("env:NO_SUCH_VARIABLE", NotFoundError),
        (f"nodialect://u:{SECRET}@localhost/x", InvalidError),
        (f"postgresql+psycopg://u:{SECRET}@127.0.0.1:1/x", UnavailableError),
        (f"postgresql+psycopg://u:{SECRET}@127.0.0.1:port/x", InvalidError),
    ],
)
def test_an_address_that_leads_nowhere_is_told_without_its_password(place: str, kind: type[ShouzeError]) -> None:
    with pytest.raises(kind) as caught:
        read(place, Place(table="x"))
    assert SECRET not in caught.value.say("en") + repr(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_an_address_may_be_kept_in_a_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLD_SYSTEM", legacy.write_sqlite(tmp_path / "old.db", MANY))
    assert read("env:OLD_SYSTEM") == expected()


def test_several_tables_are_listed_rather_than_guessed(tmp_path: Path) -> None:
    url = legacy.write_sqlite(tmp_path / "old.db", 3)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE other (id INTEGER PRIMARY KEY)"))
    engine.dispose()
    with pytest.raises(InvalidError) as caught:
        read(url)
    assert "other" in caught.value.say("en")
    with pytest.raises(InvalidError):
        read(url, Place(table="nothing"))


def test_a_file_of_sqlite_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(InvalidError) as caught:
        read(f"sqlite:///{tmp_path}/none.db", Place(table="yh"))
    assert caught.value.field == "SOURCE"
    assert not (tmp_path / "none.db").exists()
