"""Answers an authority's annual review with the annual report and how each duty stands (Art. 19)."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from shouze.errors import ConflictError, InvalidError
from shouze.language import LANGUAGES, Text
from shouze.link.kinds import Letter
from shouze.registers.acting import Attached
from shouze.registers.describing import Doing
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.dispatches.posting import Written, post
from shouze.registers.ports import GIVEN
from shouze.reports.report import said
from shouze.reports.typesetting import set_pdf

DUTIES_FILE = "duties.json"


def answer(doing: Doing[DispatchRow]) -> None:
    """Send the report of the year that the form names, in both languages, and every answer to the duties as data."""
    # A19-annual: what the authority reviews is what the registers and the log say
    row = doing.entry
    words = str(doing.values.get("words") or "").strip()
    year = str(row.body.get("document") or "")
    if not year.isdecimal():
        raise InvalidError(Text("来文没有写明年度", "The form does not name its year"), field="document")
    title, text = f"{year} 年度用户个人信息保护报告", words or "年度报告和各项义务的履行情况见附件。"
    files = [*_report(year), Attached(DUTIES_FILE, "application/json", _duties()), *doing.documents]
    letter = Letter(title=title, text=text, document=year)
    written = Written("review-answer", row.peer, row.matter, letter, row.dispatch_id, files, row.number)
    post(written, doing.person)


def _report(year: str) -> list[Attached]:
    from shouze.registers.standings.report import report_of_house  # noqa: PLC0415 - it counts by all registers

    told = report_of_house("annual", year, GIVEN.now())
    found = [Attached(f"annual-{year}-{each}.json", "application/json", msgspec.json.encode(said(told, each)))
             for each in LANGUAGES]  # fmt: skip
    try:
        return [*found, *(Attached(f"annual-{year}-{each}.pdf", "application/pdf", set_pdf(said(told, each)))
                          for each in LANGUAGES)]  # fmt: skip
    except ConflictError:  # typst is not installed: the data say it all
        return found


def _duties() -> bytes:
    from shouze.registers.standings.keeping import answer_now  # noqa: PLC0415 - as above
    from shouze.registers.standings.telling import told  # noqa: PLC0415 - as above

    answers: list[dict[str, Any]] = told(answer_now(GIVEN.now()))
    return json.dumps(answers, ensure_ascii=False, default=str).encode()
