"""Reads attested records from a CSV file, row by row; a row that is wrong is told with its line, and none is kept."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import acting, vocabulary
from shouze.registers.acting import Asked
from shouze.registers.people.models import Person
from shouze.registers.records.register import REGISTER, systems

COLUMNS = ("system", "actor", "agent", "at", "place", "title", "act", "service", "items", "subject_ids",
           "subjects_count", "source")  # fmt: skip
NEEDED = ("system", "actor", "at", "place", "title", "act")
MOST = 10_000


def import_csv(content: bytes, person: Person) -> int:
    """Register every row in the person's name, all or none; return how many.

    InvalidError names column and line.
    """
    rows = list(_rows(content))
    with transaction.atomic():
        for line, values in rows:
            try:
                acting.make(REGISTER, person, Asked(values))
            except InvalidError as problem:
                raise _at(line, problem.detail, problem.field, problem.remedy) from None
    return len(rows)


def _rows(content: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
    reader = csv.DictReader(io.StringIO(_text(content)))
    missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
    if missing:
        listed = ", ".join(COLUMNS)
        remedy = Text(f"第一行写列名：{listed}", f"The first line names the columns: {listed}")
        raise InvalidError(Text("缺少列", "A column is missing"), field=missing[0], line=1, remedy=remedy)
    for count, row in enumerate(reader):
        if count >= MOST:
            remedy = Text(f"每个文件至多 {MOST} 行", f"{MOST} rows a file at most")
            raise InvalidError(Text("行数过多", "There are too many rows"), line=reader.line_num, remedy=remedy)
        yield reader.line_num, _values(row, reader.line_num)


def _values(row: dict[str, Any], line: int) -> dict[str, Any]:
    given = {name: (row.get(name) or "").strip() for name in COLUMNS}
    for name in NEEDED:
        if not given[name]:
            raise _at(line, Text("没有填写", "It is empty"), name)
    known = {"system": systems(), "act": vocabulary.actions(), "service": vocabulary.services()}
    for name, offered in known.items():
        if given[name] and given[name] not in offered:
            listed = ", ".join(offered)
            raise _at(
                line, Text("没有这个选项", "There is no such choice"), name, Text(f"可用：{listed}", f"Use: {listed}")
            )
    items = [each for each in given["items"].replace("、", ",").split(",") if each]
    unknown = next((each for each in items if each not in vocabulary.items()), None)
    if unknown is not None:
        raise _at(line, Text("没有这个信息项", "There is no such item"), "items")
    count = given["subjects_count"] or "1"
    if not count.isdecimal() or len(count) > 9:
        raise _at(line, Text("不是数字", "That is no number"), "subjects_count")
    return {**given, "items": items, "subjects_count": int(count), "at": _moment(given["at"], line)}


def _moment(written: str, line: int) -> datetime:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        remedy = Text("如 2026-11-01 08:00（北京时间）", "Such as 2026-11-01 08:00 (UTC+8)")
        raise _at(line, Text("不是时间", "It is no moment"), "at", remedy) from None
    return moment if moment.tzinfo else timezone.make_aware(moment)


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    remedy = Text("存为 UTF-8 的 CSV", "Save it as CSV in UTF-8")
    raise InvalidError(Text("文件不是文字", "The file is no text"), field="file", remedy=remedy)


def _at(line: int, detail: Text, field: str | None, remedy: Text | None = None) -> InvalidError:
    return InvalidError(detail, field=field, line=line, remedy=remedy)
