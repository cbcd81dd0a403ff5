"""The notice as it is published: a paper (PDF) and a list in the columns that administrations use (CSV)."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from shouze.language import Text
from shouze.registers.announcements.editions import members_of
from shouze.registers.announcements.models import Edition
from shouze.registers.batches.composing import LAWS
from shouze.registers.batches.models import Batch
from shouze.reports.report import Cell, Facts, Prose, Report, Section, Table

HEADINGS = ("序号", "应用名称", "App备案号", "应用开发者", "应用来源", "应用版本", "所涉问题", "属地")
_COLUMNS = (
    Text("序号", "No."), Text("应用名称", "App"), Text("备案号", "Filing"), Text("开发者", "Developer"),
    Text("来源", "Store"), Text("版本", "Version"), Text("所涉问题", "Problems"), Text("属地", "Region"),
)  # fmt: skip
_SHARES = (1, 3, 3, 3, 2, 2, 4, 1)
CONSEQUENCE = Text(
    "上述应用应当在期限内完成改正。逾期未改正的，将依法采取下架、禁止搜索、断开接入等措施，并予处罚。",
    "These apps have to be corrected within the time. What is not corrected is taken down, banned from search, cut off "
    "and penalised according to law.",
)


def edition_of(batch: Batch) -> Edition | None:
    """Return the notice as it was published."""
    return Edition.objects.filter(number=batch.number, current=True).first()


def lines(said: Mapping[str, Any]) -> list[list[str]]:
    """Return the published apps as rows of text in the columns of ``HEADINGS``."""
    names = ("seq", "app", "filing_no", "developer", "source", "version", "problems", "region")
    return [[_cell(each.get(name)) for name in names] for each in said.get("apps", ())]


def _cell(value: Any) -> str:
    return "；".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def as_csv(said: Mapping[str, Any]) -> str:
    """Return the list as CSV, which the importer of notices reads back."""
    out = io.StringIO()
    csv.writer(out).writerows([HEADINGS, *lines(said)])
    return out.getvalue()


def report(batch: Batch, now: datetime) -> Report:
    """Return the published notice as a paper."""
    edition = edition_of(batch)
    return of_edition(edition, now) if edition else paper({}, batch.title, batch.number, now, Text("—", "—"))


def of_edition(edition: Edition, now: datetime) -> Report:
    """Return an edition of a notice as a paper."""
    said = members_of(edition)
    body = str(said.get("authority", "—"))
    return paper(said, edition.title, edition.number, now, Text(body, body))


def paper(said: Mapping[str, Any], title: str, number: str, now: datetime, body: Text) -> Report:
    """Return what a notice says, as a paper."""
    known = [LAWS.get(each) or Text(each, each) for each in said.get("laws", ())]
    due = datetime.fromisoformat(said["due"]) if said.get("due") else None
    facts: Sequence[tuple[Text, Cell]] = (
        (Text("批次", "Batch"), said.get("batch")), (Text("总第", "In all"), said.get("total")),
        (Text("检测机构", "Tested by"), said.get("tested_by")), (Text("改正期限", "To be corrected by"), due),
        (Text("联系方式", "Contact"), said.get("contact")), (Text("应用数", "Apps"), len(said.get("apps", ()))),
    )  # fmt: skip
    table = Table(Text("名单", "The list"), _COLUMNS, lines(said), _SHARES)
    return Report(
        name="notice", title=Text(title, title), operator=body, basis=Text.listed(known), made=now, number=number,
        sections=[Section(Text("通报", "Notice"), [Facts(facts), Prose(CONSEQUENCE)]),
                  Section(Text("附件", "Annex"), [table])],
    )  # fmt: skip
