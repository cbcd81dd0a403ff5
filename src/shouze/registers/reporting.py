"""Reports of a register's rows: the one that every row has, and what the registers' own reports are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from shouze.errors import ConflictError, NotFoundError
from shouze.language import LANGUAGES, Text
from shouze.registers.describing import Attached, Choices, Field, Printed, Register
from shouze.registers.operators.models import OperatorRow
from shouze.registers.ports import GIVEN
from shouze.registers.rows import Clock, Document, Event, Kept
from shouze.reports.report import Cell, Facts, Report, Section, Table, said
from shouze.reports.typesetting import set_pdf
from shouze.rules.citing import cited

EVENTS = 500
"""The acts of one row that its report tells; older ones are counted."""
ROW = "row"


def report_of(register: Register[Any], entry: Kept, name: str, now: datetime) -> Report:
    """Return a report of a row by name; NotFoundError where the register has none such or the row not yet."""
    if name == ROW:
        return row_report(register, entry, now)
    found = next((each for each in reports_of(register, entry) if each.name == name), None)
    if found is None:
        remedy = Text("运行 shouze report 查看可用的报告", "Run shouze report for those there are")
        raise NotFoundError(Text("没有这个报告", "There is no such report"), field=name, remedy=remedy)
    return found.make(entry, now)


def reports_of(register: Register[Any], entry: Kept) -> list[Printed[Any]]:
    """Return the reports that a row has now, beside the one that every row has."""
    return [each for each in register.reports if each.shown(entry)]


def row_report(register: Register[Any], entry: Kept, now: datetime) -> Report:
    """Return what a register keeps of a row: content, clocks, what was done, documents with their digests."""
    content = Section(Text("内容", "Content"), [Facts([(Text("状态", "State"), register.states[entry.state].label),
                                                     *facts(register.fields, entry)])])  # fmt: skip
    return Report(
        name=f"{register.name}-row",
        title=Text("{one}：{row}", "{one}: {row}").fill(one=register.one, row=entry.called),
        operator=operator_name(),
        basis=basis(register.duties),
        made=now,
        number=entry.number,
        sections=[content, clocks(register.name, entry), done(register, entry)],
        documents=documents_of(register.name, entry),
    )


def pdfs(report: Report) -> list[Attached]:
    """Return a paper as PDF, in Chinese and English; none where typst is not installed: the words say it all."""
    try:
        return [Attached(f"{report.name}-{each}.pdf", "application/pdf", set_pdf(said(report, each)))
                for each in LANGUAGES]  # fmt: skip
    except ConflictError:
        return []


def operator_name() -> Text:
    """Return the operator's name as it declared itself; a dash before it did."""
    row = OperatorRow.objects.first()
    return Text(row.title, row.title_en) if row else Text("—", "—")


def basis(duties: Iterable[str]) -> Text:
    """Return the legal basis of a document: the articles of these duties."""
    known = GIVEN.statutes.duties if GIVEN.statutes else {}
    return cited(known[each].article for each in duties if each in known)


def facts(fields: Sequence[Field], entry: Kept) -> list[tuple[Text, Cell]]:
    """Return the fields of a row with their words, those that hold something; personal ones stay on the row's page."""
    told = [(each.label, cell(each, entry)) for each in fields if not each.personal]
    return [(label, value) for label, value in told if value is not None]


def cell(field: Field, entry: Kept) -> Cell:
    """Return what a field of a row holds, choices by their words."""
    offered: Choices = field.offered() or {}
    value = getattr(entry, field.name, None)
    if isinstance(value, list):
        return _listed([offered.get(str(each)) or Text(str(each), str(each)) for each in value])
    if isinstance(value, bool):
        return Text("是", "Yes") if value else Text("否", "No")
    if value is None or value == "" or isinstance(value, datetime | int):
        return value or None if isinstance(value, str) else value
    return offered.get(str(value)) or str(value)


def clocks(register: str, entry: Kept) -> Section:
    """Return the clocks of a row: what is owed, since when, until when, and when it was done."""
    rows = Clock.objects.filter(register=register, entry=entry.pk).order_by("since")
    told = [(Text(each.title_zh, each.title_en), each.since, each.due, each.met, each.duty) for each in rows]
    columns = [
        Text("应办", "Owed"),
        Text("自", "Since"),
        Text("期限", "Due"),
        Text("办结", "Done"),
        Text("义务", "Duty"),
    ]
    return Section(
        Text("时限", "Clocks"), [Table(Text("进行中和办结的时限", "Clocks, running and met"), columns, told)]
    )


def done(register: Register[Any], entry: Kept) -> Section:
    """Return what was done to a row, oldest first, with the place of each record in the log."""
    return acted(register, entry)


def acted(register: Register[Any], entry: Kept, **only: object) -> Section:
    """Return those acts of a row that a lookup of events finds, as ``done`` tells them."""
    events = Event.objects.filter(register=register.name, entry=entry.pk, **only).select_related("by").order_by("-id")
    told = [
        (each.at, register.title_of(each.act), each.by.name if each.by else Text("自动", "By itself"), each.reason,
         each.recorded, each.evidence)
        for each in events[:EVENTS]
    ]  # fmt: skip
    columns = [Text("时间", "At"), Text("办理", "Act"), Text("经办人", "By"), Text("理由", "Reason"),
               Text("操作记录", "Record"), Text("证据摘要", "Evidence")]  # fmt: skip
    blocks = [Table(Text("办理经过", "What was done"), columns, told[::-1])]
    return Section(Text("经过", "What was done"), blocks)


def documents_of(register: str, entry: Kept) -> list[tuple[str, str]]:
    """Return the documents attached to a row's acts: name and SHA-256 in hex."""
    kept = Document.objects.filter(event__register=register, event__entry=entry.pk).order_by("id")
    return list(kept.values_list("name", "sha256"))


def _listed(words: Sequence[Text]) -> Text | None:
    return Text.listed(words) if words else None
