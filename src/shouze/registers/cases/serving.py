"""Sends a case's papers by dispatch: whole in words, and as PDF in both languages; takes in what the party writes."""

from __future__ import annotations

from datetime import datetime

from shouze.errors import NotFoundError
from shouze.language import Text
from shouze.link.kinds import Letter
from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.arriving import Arrived
from shouze.registers.attaching import attached
from shouze.registers.cases.models import Case
from shouze.registers.describing import Doing
from shouze.registers.dispatches.posting import Written, post
from shouze.registers.reporting import pdfs
from shouze.reports.report import Report, said

_LONGEST = 20_000


def serve(case: Case, kind: str, report: Report, doing: Doing[Case], due: datetime | None) -> str:
    """Send a paper to the party; return the dispatch's SHA-256, nothing where it is delivered by hand."""
    if case.peer is None or case.peer.state != "trusted":
        return ""
    letter = Letter(title=f"{report.title.zh}：{case.title}"[:500], text=words(report)[:_LONGEST],
                    document=case.decision_number or case.number, due=due)  # fmt: skip
    files = [*doing.documents, *pdfs(report)]
    return post(Written(kind, case.peer, case.number, letter, files=files, about=case.number), doing.person).sha256


def words(report: Report) -> str:
    """Return the paper in Chinese, as plain lines."""
    told = said(report, "zh")
    lines = [told["title"], told["basis"]]
    for section in told["sections"]:
        lines.append(f"【{section['title']}】")
        for block in section["blocks"]:
            if block["kind"] == "prose":
                lines.extend(block["lines"])
            elif block["kind"] == "facts":
                lines.extend(f"{name}：{value}" for name, value in block["rows"])
    return "\n".join(lines)


def take_papers(arrived: Arrived) -> Case:
    """Keep what the party writes in its case; before the decision it counts as its statement and defence."""
    body = arrived.saying(Letter)
    case = Case.objects.filter(number=arrived.dispatch.matter, peer=arrived.peer).first()
    if case is None:
        raise NotFoundError(Text("没有此案件", "There is no such case"), field="matter")
    files = attached(arrived.dispatch, arrived.attachments)
    if case.state not in ("notified", "hearing"):
        return acting.followed("cases", case, "wrote", Asked(documents=files, reason=body.text))
    text = f"{case.statement}\n{body.text}".strip()
    return acting.followed("cases", case, "stated", Asked({"statement": text, "at": arrived.now}, documents=files))
