"""Builds the invented operator's old system: a database that nobody switched off, logs, spreadsheets, a backup.

The same for the same number of users. Its people are those of the story, and some who left years ago.
"""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape

from shouze.cli.story.people import Person, person

LEFT = 5_000_000
"""From this number on users left years ago: the door does not know them."""
_TABLES = """
CREATE TABLE t_khxx (
    khbh INTEGER PRIMARY KEY, khxm TEXT, sjhm TEXT, sfzh TEXT, lxdz TEXT, mz TEXT, rwsj TEXT, xhsj TEXT
);
CREATE TABLE t_dlzh (yhm TEXT, mm TEXT, email TEXT, zjdl TEXT);
CREATE TABLE t_dd (ddh TEXT, je REAL, sl INTEGER, bz TEXT, cjsj TEXT);
CREATE TABLE t_yg (gh TEXT, xm TEXT, sj TEXT);
CREATE TABLE t_cs (csm TEXT, csz TEXT);
"""
_ETHNIC = ("汉族", "回族", "满族", "壮族", "苗族", "彝族")
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OF_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OF_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def build(folder: Path, users: int) -> Path:
    """Write the old system of so many present users, and half as many who left, into a folder; return the folder."""
    chance = Random(2019)  # noqa: S311 - an invented past needs no secret
    known = [person(number) for number in range(users)]
    gone = [person(LEFT + number) for number in range(users // 2)]
    folder.mkdir()
    _database(folder / "crm_2019.db", known, gone, chance)
    _logs(folder / "logs", known, chance)
    (folder / "exports").mkdir()
    called = ["姓名,手机号码,回访结果", *(f"{each.name},{each.phone},满意" for each in known[: users // 2])]
    (folder / "exports" / "客户回访2020.csv").write_bytes("\n".join(called).encode("gb18030"))
    rows = [("姓名", "身份证号", "礼品"), *((each.name, each.id_number, "雨伞") for each in known[: users // 3])]
    _workbook(folder / "exports" / "礼品发放登记.xlsx", rows)
    with zipfile.ZipFile(folder / "backup_2018.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("khb.csv", "khxm,sjhm\n" + "\n".join(f"{each.name},{each.phone}" for each in known))
        packed.writestr("说明.txt", "迁移前备份，迁移完成后删除。\n")
    (folder / "扫描件.rar").write_bytes(b"Rar!\x1a\x07\x00" + bytes(64))
    return folder


def _database(path: Path, known: Sequence[Person], gone: Sequence[Person], chance: Random) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.executescript(_TABLES)
        customers = [
            (None, each.name, each.phone, each.id_number, each.address, chance.choice(_ETHNIC), _day(chance, 2012, 6),
             "" if number < len(known) else _day(chance, 2019, 3))
            for number, each in enumerate((*known, *gone))
        ]  # fmt: skip
        database.executemany("INSERT INTO t_khxx VALUES (?, ?, ?, ?, ?, ?, ?, ?)", customers)
        accounts = [(f"u{number}", f"Xq{chance.randrange(10**6):06}!", each.email, _day(chance, 2020, 1))
                    for number, each in enumerate(known[: len(known) // 2])]  # fmt: skip
        database.executemany("INSERT INTO t_dlzh VALUES (?, ?, ?, ?)", accounts)
        orders = [(f"154{chance.randrange(10**8):08}", chance.randrange(10**5) / 100, 1, "", _day(chance, 2018, 3))
                  for _ in known]  # fmt: skip
        database.executemany("INSERT INTO t_dd VALUES (?, ?, ?, ?, ?)", orders)
        staff = [(f"S-{number:04}", each.name, each.phone)
                 for number, each in enumerate(person(LEFT * 2 - 1 - one) for one in range(40))]  # fmt: skip
        database.executemany("INSERT INTO t_yg VALUES (?, ?, ?)", staff)
        database.executemany("INSERT INTO t_cs VALUES (?, ?)", [("版本", "2.1.7"), ("时区", "Asia/Shanghai")])
        database.commit()


def _day(chance: Random, year: int, years: int) -> str:
    return str(date(year, 1, 1) + timedelta(days=chance.randrange(365 * years)))


def _logs(folder: Path, known: Sequence[Person], chance: Random) -> None:
    folder.mkdir()
    sent = [f"2021-06-{1 + number % 28:02} 10:{number % 60:02}:00 INFO 短信已发送 手机 {each.phone} 模板 7"
            for number, each in enumerate(known[:200])]  # fmt: skip
    (folder / "sms-2021.log").write_text("\n".join(sent), encoding="utf-8")
    quiet = [f"2021-06-01 00:{n // 60 % 60:02}:{n % 60:02} DEBUG job {chance.randrange(10**12)} took {n % 97} ms"
             for n in range(3_000)]  # fmt: skip
    (folder / "job-2021.log").write_text("\n".join(quiet), encoding="utf-8")


def _workbook(path: Path, rows: Iterable[Sequence[str]]) -> None:
    """Write a workbook of one sheet with texts alone."""
    cells = "".join(f"<row>{''.join(map(_text, row))}</row>" for row in rows)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_OF_PACKAGE}/content-types"><Default Extension="rels" ContentType="'
        'application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="'
        'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/s.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_OF_PACKAGE}/relationships"><Relationship Id="r" '
        f'Target="xl/workbook.xml" Type="{_OF_OFFICE}/officeDocument"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_SHEET}" xmlns:r="{_OF_OFFICE}"><sheets><sheet name="登记" sheetId="1" '
        'r:id="r"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_OF_PACKAGE}/relationships"><Relationship Id="r" '
        f'Target="s.xml" Type="{_OF_OFFICE}/worksheet"/></Relationships>',
        "xl/s.xml": f'<worksheet xmlns="{_SHEET}"><sheetData>{cells}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{content}')


def _text(cell: str) -> str:
    return f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
