"""Generates the holdings of an operator's former system: another schema, bad rows, duplicates, mixed encodings.

The people do not exist: their identity numbers are of a province that no table lists (``cli.story.people``). Run as a
program it writes a source of any size: ``python -m tests.intake.legacy people.csv 1000000 --encoding mixed``.
"""

from __future__ import annotations

import argparse
import csv
import io
import random
import sqlite3
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Literal, NamedTuple

from shouze.cli.story.people import person

HEADER = ("yh_id", "xm", "sjhm", "sfzh", "sheng", "dz", "email", "rwsj", "ty_yx", "bz")
COLUMNS = f"{HEADER[0]} INTEGER PRIMARY KEY, {', '.join(f'{name} TEXT' for name in HEADER[1:])}"
TABLE = "t_yh_jbxx"
Encoding = Literal["utf-8", "utf-8-sig", "gb18030", "mixed"]
BAD_IN_100 = 3
DUPLICATE_EVERY = 97
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_DAMAGE = ("phone-short", "id-check", "id-future", "id-date", "moment", "no-phone", "bytes")

MAP = """\
format: shouze-map/1
source: {source}
service: mobile
purposes: [open-account, customer-service, offers]
items:
  name: xm
  phone: sjhm
  id-number: sfzh
  address: {{columns: [sheng, dz]}}
identify: [phone]
consent:
  - {{purpose: open-account, version: 1, act: 签署入网协议, channel: 营业厅, at: {{column: rwsj}}}}
  - {{purpose: customer-service, version: 1, act: 签署入网协议, channel: 营业厅, at: {{column: rwsj}}}}
  - {{purpose: offers, version: 1, act: 勾选, channel: 手机应用, at: {{column: rwsj}}, only_when: {{ty_yx: [Y, 是]}}}}
empty: {{means: ["NULL", "无"], then: leave-out}}
"""


class Legacy(NamedTuple):
    """A row, and what is wrong with it (None: nothing; ``duplicate``: a number that an earlier row has)."""

    cells: tuple[str, ...]
    wrong: str | None


def legacy(rows: int, seed: int = 0) -> Iterator[Legacy]:
    """Yield so many rows, the same ones for the same seed."""
    chance = random.Random(seed)
    for number in range(rows):
        one = person(number)
        if number % DUPLICATE_EVERY == DUPLICATE_EVERY - 1:
            yield Legacy(_cells(number, one.name, person(number - 1).phone, one.id_number, chance), "duplicate")
            continue
        wrong = chance.choice(_DAMAGE) if chance.randrange(100) < BAD_IN_100 else None
        yield Legacy(_damaged(_cells(number, one.name, one.phone, one.id_number, chance), wrong), wrong)


def outcomes(rows: int, seed: int = 0, *, typed: bool = False) -> dict[str, int]:
    """Return how many of these rows are good, bad and duplicates of a good row; ``typed`` sources hold no bad bytes."""
    counted = dict.fromkeys(("good", "rejected", "duplicate"), 0)
    before_good = True
    for each in legacy(rows, seed):
        wrong = None if typed and each.wrong == "bytes" else each.wrong
        kind = "rejected" if wrong not in {None, "duplicate"} else "duplicate" if wrong and before_good else "good"
        counted[kind] += 1
        before_good = kind == "good"
    return counted


def write_csv(path: Path, rows: int, encoding: Encoding = "utf-8", delimiter: str = ",", seed: int = 0) -> Path:
    """Write a file of rows; ``mixed`` writes every third row in UTF-8 and the others in GB18030."""
    with path.open("wb") as file:
        file.write(_line(HEADER, delimiter).encode("utf-8-sig" if encoding == "utf-8-sig" else "utf-8"))
        for number, each in enumerate(legacy(rows, seed)):
            named = {"mixed": "gb18030" if number % 3 else "utf-8", "utf-8-sig": "utf-8"}.get(encoding, encoding)
            line = _line(each.cells, delimiter).encode(named)
            file.write(line.replace(b"BYTES", b"\xff\xfe\xff") if each.wrong == "bytes" else line)
    return path


def write_sqlite(path: Path, rows: int, seed: int = 0) -> str:
    """Write a database with one table of rows; return its URL."""
    with sqlite3.connect(path) as database:
        database.execute(f"CREATE TABLE {TABLE} ({COLUMNS})")
        places = ", ".join("?" * len(HEADER))
        database.executemany(f"INSERT INTO {TABLE} VALUES ({places})", (each.cells for each in legacy(rows, seed)))
    database.close()
    return f"sqlite:///{path}"


def write_xlsx(path: Path, rows: int, seed: int = 0) -> Path:
    """Write a workbook; telephone numbers are numbers there where they can be."""
    openpyxl = import_module("openpyxl")  # without stubs: nothing is known of its types

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("用户")
    sheet.append(HEADER)
    for each in legacy(rows, seed):
        phone = each.cells[2]
        sheet.append([*each.cells[:2], int(phone) if phone.isascii() and phone.isdigit() else phone, *each.cells[3:]])
    book.save(path)
    return path


def write_parquet(path: Path, rows: int, seed: int = 0) -> Path:
    """Write a Parquet file."""
    pyarrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    columns = zip(*(each.cells for each in legacy(rows, seed)), strict=True)
    parquet.write_table(pyarrow.table(dict(zip(HEADER, columns, strict=True))), path, row_group_size=1_000)
    return path


def _cells(number: int, name: str, phone: str, id_number: str, chance: random.Random) -> tuple[str, ...]:
    year, month, day = chance.randrange(2005, 2025), chance.randrange(1, 13), chance.randrange(1, 29)
    forms = (f"{year}-{month:02}-{day:02} 10:20:30", f"{year}/{month}/{day}", f"{year}{month:02}{day:02}", "")
    return (
        str(number + 1), name,
        phone.translate(_WIDE) if number % 11 == 0 else f"+86 {phone}" if number % 13 == 0 else phone,
        id_number.lower() if number % 7 == 0 else id_number, "云泽省",
        f"云泽市星桥路{number % 400 + 1}号, {number % 30}层" if number % 5 else "NULL",
        f"u{number}@starbridge.example", forms[number % 4],
        ("Y", "N", "是", "")[number % 4], "老系统迁移",
    )  # fmt: skip


def _damaged(cells: tuple[str, ...], wrong: str | None) -> tuple[str, ...]:
    phone, id_number = cells[2], cells[3]
    changes = {
        "phone-short": (2, phone[:-3]),
        "id-check": (3, id_number[:-1] + ("0" if id_number[-1] != "0" else "1")),
        "id-future": (3, "990101209912310019"),
        "id-date": (3, "990101199902300013"),
        "moment": (7, "不详"),
        "no-phone": (2, ""),
        "bytes": (1, f"{cells[1]}BYTES"),
    }
    if wrong is None:
        return cells
    place, value = changes[wrong]
    return (*cells[:place], value, *cells[place + 1 :])


def _line(cells: tuple[str, ...], delimiter: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerow(cells)
    return text.getvalue()


def main() -> None:
    """Write one source."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("rows", type=int)
    parser.add_argument("--encoding", default="mixed", choices=("utf-8", "utf-8-sig", "gb18030", "mixed"))
    words = parser.parse_args()
    writers = {".db": write_sqlite, ".xlsx": write_xlsx, ".parquet": write_parquet}
    if words.path.suffix in writers:
        writers[words.path.suffix](words.path, words.rows)
    else:
        write_csv(words.path, words.rows, words.encoding)


if __name__ == "__main__":
    main()
