"""Any database that SQLAlchemy reaches: a table or a query, by a server-side cursor, in the order of a key."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Engine, MetaData, Select, Table, create_engine, literal_column, make_url, select, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, NoSuchTableError, SQLAlchemyError

from shouze.errors import InvalidError, UnavailableError
from shouze.intake.sources.row import Row, text_of
from shouze.language import Text

_AT_ONCE = 1_000


class Rows:
    """A table or query of a database: says what ``Source`` says. The first row's number is 1.

    # Invariant: neither the URL's password nor a value of the database is in an error or in ``name``.
    """

    def __init__(self, url: str, table: str | None, query: str | None, key: Sequence[str]) -> None:
        """Connect and read the columns; InvalidError for a wrong address, UnavailableError when nothing answers."""
        self.notes = list[Text]()
        with _told():
            place = _address(url)
            self.name = place.set(password=None, query={}).render_as_string()
            self._engine: Engine = create_engine(place)
            self._select = self._statement(table, query, key)
            self.identity = hashlib.sha256(f"{self.name}\n{table}\n{query}\n{list(key)}".encode()).hexdigest()
            with self._engine.connect() as connection:
                self.header = [str(name) for name in connection.execute(self._select.limit(0)).keys()]  # noqa: SIM118 - a result, not a mapping

    def rows(self) -> Iterator[Row]:
        """Yield the rows in the order of the key."""
        with _told(), self._engine.connect() as connection:
            streamed = connection.execution_options(stream_results=True, max_row_buffer=_AT_ONCE)
            for number, cells in enumerate(streamed.execute(self._select), 1):
                yield Row(number, [text_of(cell) for cell in cells])

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()

    def _statement(self, table: str | None, query: str | None, key: Sequence[str]) -> Select[tuple[object, ...]]:
        if query is not None:
            if not key:
                raise _no_key()
            asked = text(query.rstrip().rstrip(";")).columns().subquery("asked")
            return (
                select(literal_column("*"))
                .select_from(asked)
                .order_by(*(literal_column(_quoted(each)) for each in key))
            )
        if table is None:
            remedy = Text("在 source 下写 table 或 query", "Name table or query under source")
            raise InvalidError(Text("没有说明表或查询", "No table or query is named"), field="source", remedy=remedy)
        schema, _, name = table.rpartition(".")
        found = Table(name, MetaData(), schema=schema or None, autoload_with=self._engine)
        order = [found.c[each] for each in key if each in found.c] or list(found.primary_key.columns)
        if not order or len(order) < len(key):
            raise _no_key()
        return select(found).order_by(*order)


def tables_of(url: str) -> list[str]:
    """Return the names of the database's tables."""
    with _told():
        engine = create_engine(_address(url))
        found = MetaData()
        try:
            found.reflect(engine)
        finally:
            engine.dispose()
        return sorted(found.tables)


def _address(url: str) -> URL:
    try:
        place = make_url(url)
    except ValueError:
        raise ArgumentError from None
    file = place.database if place.get_backend_name() == "sqlite" else None
    if file and not file.startswith("file:") and not Path(file).is_file():  # SQLite would make an empty one
        remedy = Text("核对路径", "Check its path")
        raise InvalidError(Text("没有这个文件", "There is no such file"), field="SOURCE", remedy=remedy)
    return place


def _quoted(name: str) -> str:
    if not re.fullmatch(r"\w+", name):
        raise _no_key()
    return name


def _no_key() -> InvalidError:
    words = Text("没有可以排序的键", "There is no key to order the rows by")
    remedy = Text("在 source.key 中写唯一的列", "Name columns that are unique under source.key")
    return InvalidError(words, field="source.key", remedy=remedy)


@contextmanager
def _told() -> Iterator[None]:
    """Turn the library's errors, which quote addresses and values, into ours, which do not."""
    problem: InvalidError | UnavailableError | None = None
    try:
        yield
    except NoSuchTableError:
        words = Text("没有这个表", "There is no such table")
        problem = InvalidError(words, field="source.table", remedy=Text("核对表名", "Check the table's name"))
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError):
        words = Text("数据库地址有误，或缺少驱动", "The database's URL is wrong, or its driver is missing")
        remedy = Text("例如 mysql+pymysql://用户@主机/库", "Write for example mysql+pymysql://user@host/name")
        problem = InvalidError(words, field="SOURCE", remedy=remedy)
    except SQLAlchemyError:
        words = Text("源数据库没有完成读取", "The source database did not complete the reading")
        remedy = Text(
            "检查地址、权限和查询，然后用同一命令续传", "Check address, rights and query; the same command goes on"
        )
        problem = UnavailableError(words, field="SOURCE", remedy=remedy)
    if problem is not None:
        raise problem from None  # the library's error quotes what it was given
