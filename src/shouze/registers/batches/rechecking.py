"""Checks a whole batch again in one act, from a table or a spreadsheet: corrected, not, or not to be reached."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from shouze.errors import ConflictOfInterestError, InvalidError
from shouze.language import Text
from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.batches.composing import MOST, apps
from shouze.registers.batches.models import Batch
from shouze.registers.describing import Choices, Doing
from shouze.registers.notices import ladder
from shouze.registers.notices.models import NamedApp
from shouze.registers.notices.tables import tables

CORRECTED, NOT, UNREACHABLE = "corrected", "not", "unreachable"
RESULTS: Choices = {
    CORRECTED: Text("已改正", "Corrected"),
    NOT: Text("未改正", "Not corrected"),
    UNREACHABLE: Text("无法访问", "Unreachable"),
}
HEADINGS = (Text("编号", "Number"), Text("应用", "App"), Text("开发者", "Developer"), Text("来源", "Store"),
            Text("版本", "Version"), Text("所涉问题", "Problems"), Text("结果", "Result"),
            Text("复测情况", "What was found"))  # fmt: skip
_WORDS = {word.casefold(): name for name, text in RESULTS.items() for word in (name, *text)}


class Found(NamedTuple):
    """What a check found of one app: the result, and in words."""

    result: str
    found: str


def waiting(batch: Batch) -> list[NamedApp]:
    """Return the apps of a batch that a check may still change, in their order."""
    return list(apps(batch).filter(state__in=(ladder.ORDERED, ladder.NAMED, ladder.FAILED))[:MOST])


def recheck(doing: Doing[Batch]) -> None:
    """Note what was found of each app; of one that cannot be noted, nothing of all is."""
    results: Mapping[str, Found] = dict(doing.values.get("results") or {})
    for each in doing.documents:
        results = {**results, **read(each.content, each.name)}
    if not results:
        remedy = Text(
            "在表中选择结果，或者上传填好的表格", "Choose results in the table, or send the spreadsheet filled in"
        )
        raise InvalidError(Text("没有填写任何结果", "No result is given"), field="results", remedy=remedy)
    there = {each.number: each for each in waiting(doing.entry)}
    for number, told in results.items():
        app = there.get(number)
        if app is None:
            words = Text("{n} 不是本批待复测的应用", "{n} is no app of this batch that waits for a check")
            raise InvalidError(words.fill(n=number), field="results")
        _check(doing, app, told)


def _check(doing: Doing[Batch], app: NamedApp, told: Found) -> None:
    values = {"passed": told.result == CORRECTED, "unreachable": told.result == UNREACHABLE,
              "found": told.found.strip() or RESULTS[told.result].zh}  # fmt: skip
    try:
        acting.followed("notices", app, "check", Asked(values), doing.by)
    except (InvalidError, ConflictOfInterestError) as problem:
        words = Text("{app}：{why}", "{app}: {why}").fill(app=app.title, why=problem.detail)
        raise InvalidError(words, field="results") from problem


def read(raw: bytes, name: str) -> dict[str, Found]:
    """Read a spreadsheet of results: the columns 编号 and 结果, and 复测情况; lines without a result are left out."""
    for table in tables(raw, name):
        for place, row in enumerate(table[:20]):
            columns = {column: at for at, cell in enumerate(row) if (column := _column(cell))}
            if {"number", "result"} <= columns.keys():
                return _lines(table[place + 1 :], columns, place + 2)
    remedy = Text("用本页下载的表格填写", "Fill in the spreadsheet that this page gives")
    raise InvalidError(Text("没有找到“编号”和“结果”两列", "It has no columns Number and Result"), field="results",
                       remedy=remedy)  # fmt: skip


def _column(cell: str) -> str | None:
    names = dict(zip(("number", "result", "found"), (HEADINGS[0], HEADINGS[6], HEADINGS[7]), strict=True))
    return next((name for name, words in names.items() if cell.strip().casefold() in map(str.casefold, words)), None)


def _lines(table: list[list[str]], columns: Mapping[str, int], first: int) -> dict[str, Found]:
    told: dict[str, Found] = {}
    for line, row in enumerate(table, first):
        cells = {name: row[at].strip().lstrip("'") if at < len(row) else "" for name, at in columns.items()}
        if not cells["result"]:
            continue
        result = _WORDS.get(cells["result"].casefold())
        if result is None or not cells["number"]:
            words = Text("第 {line} 行：结果写“已改正”“未改正”或“无法访问”",
                         "Line {line}: the result is Corrected, Not corrected or Unreachable")  # fmt: skip
            raise InvalidError(words.fill(line=line), field="results")
        told[cells["number"].upper()] = Found(result, cells.get("found", ""))
    return told
