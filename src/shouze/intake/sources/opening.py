"""Opens a source by what it is called: a file's path, a database's URL, or ``env:NAME`` for a URL kept there."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from shouze.errors import InvalidError, NotFoundError
from shouze.intake.map import Place
from shouze.intake.sources.delimited import Delimited
from shouze.intake.sources.parquet import Parquet
from shouze.intake.sources.row import Source
from shouze.intake.sources.sheet import Sheet
from shouze.language import Text

_DELIMITED = {".csv": None, ".txt": None, ".tsv": "\t", ".tab": "\t"}


@contextmanager
def open_source(place: str, which: Place | None = None) -> Iterator[Source]:
    """Open a source as a map's ``source`` says, or by what can be found out; close it on leaving."""
    with closing(_source(address(place, os.environ), which or Place())) as source:
        yield source


def address(place: str, environment: Mapping[str, str]) -> str:
    """Return the path or URL; ``env:NAME`` keeps a password out of the list of processes."""
    if not place.startswith("env:"):
        return place
    found = environment.get(place.removeprefix("env:"))
    if not found:
        remedy = Text("先设置该环境变量", "Set that variable first")
        raise NotFoundError(Text("环境变量没有设置", "The variable is not set"), field=place, remedy=remedy)
    return found


def is_url(place: str) -> bool:
    """Tell whether the place is a database's URL."""
    return "://" in place


def _source(place: str, which: Place) -> Source:
    if is_url(place):
        from shouze.intake.sources.database import Rows, tables_of  # noqa: PLC0415 - SQLAlchemy takes a while to load

        table = which.table or (_only(tables_of(place)) if which.query is None else None)
        return Rows(place, table, which.query, which.key)
    path = Path(place)
    if not path.is_file():
        words = Text("文件不存在", "There is no such file")
        raise NotFoundError(words, field=place, remedy=Text("核对路径", "Check its path"))
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        return Sheet(path, which.sheet)
    if suffix in {".parquet", ".pq"}:
        return Parquet(path)
    if suffix in _DELIMITED:
        return Delimited(path, which.encoding, which.delimiter or _DELIMITED[suffix])
    remedy = Text(
        "使用 .csv .tsv .xlsx .parquet 文件或数据库地址", "Use .csv, .tsv, .xlsx, .parquet or a database's URL"
    )
    raise InvalidError(Text("不认识的文件类型", "The kind of file is not known"), field=path.name, remedy=remedy)


def _only(tables: list[str]) -> str:
    if len(tables) == 1:
        return tables[0]
    listed = ", ".join(tables[:20])
    remedy = Text(f"在映射的 source.table 中写其一：{listed}", f"Name one under source.table of the map: {listed}")
    raise InvalidError(Text("没有说明是哪个表", "It does not say which table"), field="source.table", remedy=remedy)
