"""Reads the lists of apps that administrations publish, whatever their columns, and says what it could not read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers.notices.tables import Table, tables

HEADINGS: dict[str, tuple[str, ...]] = {
    "notice": ("通报", "通报名称", "公告", "标题"),
    "authority": ("发布机关", "发布单位", "通报机关", "通信管理局"),
    "date": ("日期", "发布日期", "通报日期", "发布时间"),
    "seq": ("序号", "编号", "no", "no."),
    "app_name": ("应用名称", "app名称", "应用软件名称", "软件名称", "名称", "小程序名称", "应用程序名称",
                 "app/小程序名称", "应用（小程序）名称", "应用(小程序)名称", "app", "sdk名称", "产品名称"),
    "filing_no": ("app备案号", "备案号", "icp备案号", "备案编号", "应用备案号"),
    "developer": ("应用开发者", "开发者", "应用主办者", "主办者", "运营者", "开发企业", "开发者名称", "企业名称",
                  "主办单位", "应用开发者名称", "开发运营者", "开发单位", "运营单位", "运营主体",
                  "公司名称", "所属企业"),
    "source": ("应用来源", "来源", "应用商店", "下载来源", "检测来源", "应用平台", "来源平台"),
    "version": ("应用版本", "版本", "版本号", "应用版本号", "检测版本"),
    "problems": ("所涉问题", "问题", "存在问题", "存在的问题", "违规行为", "涉及问题", "主要问题", "违规问题",
                 "问题描述", "所涉及问题", "违规类型"),
    "region": ("属地", "省份", "地区", "所属地区", "所在地"),
}  # fmt: skip
_KNOWN = {re.sub(r"\s+", "", word): name for name, words in HEADINGS.items() for word in (name, *words)}
_SAME = ("notice", "seq", "app_name", "developer", "source", "version")


@dataclass(frozen=True)
class Named:
    """One app as a notice names it; what the notice does not say is empty."""

    line: int
    notice: str = ""
    authority: str = ""
    date: str = ""
    seq: str = ""
    app_name: str = ""
    filing_no: str = ""
    developer: str = ""
    source: str = ""
    version: str = ""
    problems: str = ""
    region: str = ""


@dataclass
class Read:
    """What was read, which columns nobody here knows, lines that could not be read, with why; tables passed over.

    # Invariant: what stands below a heading is in ``named``, or its line in ``unread``, or its column in ``columns``.
    """

    named: list[Named] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    unread: list[tuple[int, Text]] = field(default_factory=list)
    passed: int = 0
    """Tables with more than one column in which there is no list."""


def read(raw: bytes, name: str) -> Read:
    """Read every list in a file; InvalidError where there is none."""
    found, columns = Read(), None
    for table in tables(raw, name):
        heading = _heading(table)
        if heading is not None:
            columns = _columns(table[heading], found)
            _read_list(table, heading + 1, columns, found, len(found.named))
        elif columns is not None and table and len(table[0]) == len(columns):
            _read_list(table, 0, columns, found, 0)  # the list goes on in a table of its own, on the next page
        else:
            found.passed += any(sum(map(bool, row)) > 1 for row in table)
    if columns is None:
        remedy = Text("表头须有“应用名称”一类的列", "Its heading needs a column such as 应用名称 (app_name)")
        raise InvalidError(Text("没有找到名单", "There is no list of apps in it"), field=name, remedy=remedy)
    return found


def _heading(table: Table) -> int | None:
    """Return the row of headings: the first that names apps and one thing more."""
    for number, row in enumerate(table[:50]):
        names = [_column(cell) for cell in row]
        if "app_name" in names and len(set(filter(None, names))) >= 2:
            return number
    return None


def _column(cell: str) -> str | None:
    return _KNOWN.get(re.sub(r"\s+", "", cell).casefold())


def _columns(heading: list[str], found: Read) -> list[str | None]:
    """Return what each column is: the first of several that mean the same; problems may stand in several."""
    columns: list[str | None] = []
    for cell in heading:
        name = _column(cell)
        columns.append(name if name == "problems" or name not in columns else None)
        if cell and columns[-1] is None and cell not in found.columns:
            found.columns.append(cell)
    return columns


def _read_list(table: Table, first: int, columns: list[str | None], found: Read, begun: int) -> None:
    """Read a list from its first line on; ``begun`` apps were found before it, which none of its lines belongs to."""
    meant = [name for name in columns if name]
    for number, row in enumerate(table[first:], first + 1):
        told = _told(columns, row)
        if not any(row) or [name for name in map(_column, row) if name and row] == meant:
            continue  # an empty line, or the heading again on the next page
        if any(row[len(columns) :]):
            found.unread.append((number, Text("单元格多于表头的列", "It has more cells than there are columns")))
        if len({*filter(None, row)}) == 1 and not told.get("problems"):
            found.unread += [(number, Text("不是名单中的一行", "It is no row of the list"))] if len(columns) > 1 else []
        elif not told.get("app_name"):
            _join(told, number, found, begun)
        else:
            _add(Named(number, **told), found)


def _told(columns: list[str | None], row: list[str]) -> dict[str, str]:
    told: dict[str, str] = {}
    for name, cell in zip(columns, row, strict=False):
        if name is not None and cell:
            told[name] = f"{told[name]}\n{cell}" if name == "problems" and name in told else told.get(name, cell)
    return told


def _join(told: dict[str, str], number: int, found: Read, begun: int) -> None:
    """Take a line without an app for more of the one above it: its cells were merged before somebody saved the file."""
    if told.keys() == {"problems"} and len(found.named) > begun:
        last = found.named[-1]
        found.named[-1] = _more(last, told["problems"], number)
    else:
        found.unread.append((number, Text("没有应用名称", "It names no app")))


def _add(named: Named, found: Read) -> None:
    last = found.named[-1] if found.named else None
    if last is not None and named.problems and all(getattr(last, each) == getattr(named, each) for each in _SAME):
        found.named[-1] = _more(last, named.problems, named.line)
    else:
        found.named.append(named)


def _more(named: Named, problems: str, line: int) -> Named:
    told = {**vars(named), "problems": f"{named.problems}\n{problems}".strip(), "line": line}
    return Named(**told)
