"""One list of apps written in the shapes that administrations use: CSV, GBK, spreadsheets, pages, merged or not."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from openpyxl import Workbook

HEADINGS = ("序号", "应用名称", "App备案号", "应用开发者", "应用来源", "应用版本", "所涉问题", "属地")
PLACE = HEADINGS.index("所涉问题")


@dataclass(frozen=True)
class App:
    """What a notice says of an app."""

    name: str
    developer: str
    version: str
    problems: Sequence[str] = field(default=())

    def cells(self, number: int, problems: str) -> list[str]:
        return [str(number), self.name, "", self.developer, "某商店", self.version, problems, "云泽"]


Shape = Callable[[Sequence[App], str], bytes]


def as_csv(apps: Sequence[App], joint: str) -> bytes:
    return _csv([each.cells(n, joint.join(each.problems)) for n, each in enumerate(apps, 1)]).encode()


def as_gbk(apps: Sequence[App], joint: str) -> bytes:
    return as_csv(apps, joint).decode().encode("gb18030")


def as_left_open(apps: Sequence[App], _joint: str) -> bytes:
    """A line for each problem; what was merged is empty from the second on."""
    lines = []
    for number, each in enumerate(apps, 1):
        first, *others = each.problems
        lines.append(each.cells(number, first))
        lines += [["" if n != PLACE else more for n in range(len(HEADINGS))] for more in others]
    return _csv(lines).encode("utf-8-sig")


def as_sheet(apps: Sequence[App], _joint: str) -> bytes:
    """A spreadsheet with a title over all columns, and cells merged down over an app's problems."""
    book, out = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(["通报名单"])
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(HEADINGS))
    sheet.append([*HEADINGS, "备注"])
    for number, each in enumerate(apps, 1):
        top = sheet.max_row + 1
        for place, problem in enumerate(each.problems):
            sheet.append([*each.cells(number, problem), "x"] if place == 0 else [None] * PLACE + [problem])
        for column in (n for n in range(1, len(HEADINGS) + 1) if n != PLACE + 1 and len(each.problems) > 1):
            sheet.merge_cells(start_row=top, end_row=sheet.max_row, start_column=column, end_column=column)
    book.save(out)
    return out.getvalue()


def as_page(apps: Sequence[App], joint: str) -> bytes:
    """A page with cells spanning rows, whose list goes on in a second table without a heading."""
    rows = []
    for number, each in enumerate(apps, 1):
        span = len(each.problems)
        cells = [
            f'<td rowspan="{span}">{html.escape(text)}</td>'
            if n != PLACE
            else f"<td>{html.escape(each.problems[0])}</td>"
            for n, text in enumerate(each.cells(number, ""))
        ]
        more = "".join(f"</tr><tr><td>{html.escape(text)}</td>" for text in each.problems[1:])
        rows.append(f"<tr>{''.join(cells)}{more}</tr>")
    heading = "".join(f"<th><p>{each}</p></th>" for each in HEADINGS)
    half = (len(rows) + 1) // 2
    first, second = "".join(rows[:half]), "".join(rows[half:])
    going_on = f"<p>{html.escape(joint)}</p><table>{second}</table>" if second else ""
    return f"<h1>通报</h1><table><tr>{heading}</tr>{first}</table>{going_on}".encode()


def as_old(apps: Sequence[App], _joint: str) -> bytes:
    lines = [[str(n), each.name, each.developer] for n, each in enumerate(apps, 1)]
    out = io.StringIO()
    csv.writer(out).writerows([["序号", "应用名称", "开发者"], *lines])
    return out.getvalue().encode("gb18030")


def _csv(lines: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([["关于侵害用户权益App名单的通报"], HEADINGS, *lines])
    return out.getvalue()
