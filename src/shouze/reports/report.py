"""What a report holds: words in both languages, figures that say how they were counted, tables, and its legal basis.

A report is data first; ``said`` tells it in one language, which is what a program reads and what is set as a PDF.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from shouze.chinatime import SHANGHAI
from shouze.language import Language, Text

Cell = Text | str | int | datetime | None
"""What stands in one place of a report; None: nothing is known."""
_NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph, or several, one a line."""

    text: Text | str


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and what stands for each, one under another."""

    rows: Sequence[tuple[Text, Cell]]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and how it was counted: the question in words, when, and the address of the list behind it."""

    label: Text
    value: int | str
    how: Text
    at: datetime
    address: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers, each with its footnote."""

    rows: Sequence[Figure]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption; every row has as many cells as there are columns.

    ``shares`` are the columns' shares of the width, where their words are of very different length.
    """

    caption: Text
    columns: Sequence[Text]
    rows: Sequence[Sequence[Cell]]
    shares: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Seal:
    """Where whoever makes a paper puts its seal: its name, and the day; None: the day is written in by hand."""

    name: Text
    on: datetime | None = None


@dataclass(frozen=True, slots=True)
class Signing:
    """Where people sign by hand and write the day: who each of them is."""

    places: Sequence[Text]


Block = Prose | Facts | Figures | Table | Seal | Signing


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it."""

    title: Text
    blocks: Sequence[Block]


@dataclass(frozen=True, kw_only=True)
class Report:
    """A report: its name, who makes it, what it rests on (the articles), when it was made, and its sections.

    ``number`` names the row it is of; ``documents`` are the papers that belong to it, with their SHA-256 in hex.
    ``to`` makes it a letter: whom it is addressed to; what stands after its seal is the annex.
    """

    name: str
    title: Text
    operator: Text
    basis: Text
    made: datetime
    sections: Sequence[Section]
    number: str = ""
    to: Text | None = None
    documents: Sequence[tuple[str, str]] = field(default=())


BLANK = "\u3000"
"""A cell that is filled in by hand: nothing stands there, and no dash either."""
Kind = Literal["prose", "facts", "figures", "table", "seal", "signing"]
_WORDS: dict[str, Text] = {
    "basis": Text("依据", "Legal basis"),
    "made": Text("制作时间", "Made at"),
    "number": Text("编号", "Number"),
    "documents": Text("所附文件", "Documents"),
    "document": Text("文件", "Document"),
    "page": Text("第 {n} 页，共 {all} 页", "Page {n} of {all}"),
    "day": Text("年　　月　　日", "Date:"),
    "seal": Text("（盖章）", "(seal)"),
    "zone": Text("时间均为北京时间", "All times are China Standard Time"),
}


def said(report: Report, language: Language) -> dict[str, Any]:
    """Return the report in one language, as plain JSON."""
    return {
        "form": "shouze-report/1",
        "name": report.name,
        "language": language,
        "title": report.title.to(language),
        "number": report.number,
        "to": report.to.to(language) if report.to else "",
        "operator": report.operator.to(language),
        "basis": report.basis.to(language),
        "made": report.made.isoformat(),
        "made_shown": _shown(report.made, language),
        "sections": [
            {"title": each.title.to(language), "blocks": [_block(block, language) for block in each.blocks]}
            for each in report.sections
        ],
        "documents": [{"name": name, "sha256": digest} for name, digest in report.documents],
        "words": {name: text.to(language) for name, text in _WORDS.items()},
    }


def _block(block: Block, language: Language) -> dict[str, Any]:
    if isinstance(block, Prose):
        return {"kind": "prose", "lines": _shown(block.text, language).splitlines()}
    if isinstance(block, Facts):
        rows = [[label.to(language), _shown(value, language)] for label, value in block.rows]
        return {"kind": "facts", "rows": rows}
    if isinstance(block, Figures):
        return {"kind": "figures", "rows": [_figure(each, language) for each in block.rows]}
    if isinstance(block, Seal):
        return {"kind": "seal", "name": block.name.to(language), "day": _day(block.on, language)}
    if isinstance(block, Signing):
        return {"kind": "signing", "rows": [each.to(language) for each in block.places]}
    return {
        "kind": "table",
        "caption": block.caption.to(language),
        "columns": [each.to(language) for each in block.columns],
        "shares": list(block.shares),
        "rows": [[_shown(cell, language) for cell in row] for row in block.rows],
    }


def _figure(each: Figure, language: Language) -> dict[str, Any]:
    counted = Text("{how}；计于 {at}", "{how}; counted at {at}").to(language)
    return {
        "label": each.label.to(language),
        "value": each.value,
        "counted": counted.format(how=each.how.to(language), at=_shown(each.at, language)),
        "address": each.address,
    }


def _shown(cell: Cell, language: Language) -> str:
    if isinstance(cell, Text):
        return cell.to(language) or _NOTHING
    if isinstance(cell, datetime):
        return f"{cell.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    return _NOTHING if cell is None or cell == "" else str(cell)


def _day(at: datetime | None, language: Language) -> str:
    if at is None:
        return _WORDS["day"].to(language)
    day = at.astimezone(SHANGHAI)
    return f"{day.year}年{day.month}月{day.day}日" if language == "zh" else f"{day:%Y-%m-%d}"
