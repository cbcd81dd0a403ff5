"""The papers of an instruction to an operator that no dispatches go to: the letter, and its record of service."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shouze.language import Text
from shouze.registers import delivery
from shouze.registers.delivery import Paper
from shouze.registers.instructed.models import Instructed
from shouze.registers.setting_down import annex, digest_of
from shouze.reports.report import Cell, Facts, Prose, Report, Seal, Section
from shouze.rules.citing import cited

FORM = "shouze-instruction/1"
TITLE = Text("关于落实保护措施的通知书", "Instruction to take measures")


def content(row: Instructed) -> dict[str, Any]:
    """Return everything that the letter says: what was signed, and to whom it goes."""
    what = row.instruction
    told = {name: getattr(what, name) for name in (
        "number", "document", "title", "title_en", "article", "ground", "measure", "measure_en")}  # fmt: skip
    by = {name: at.isoformat() if (at := getattr(what, name)) else None
          for name in ("acknowledge_by", "due", "signed_at")}  # fmt: skip
    body = [what.body, what.body_en or what.body]
    return {"form": FORM, "row": row.number, "to": row.title, "operator": row.operator, "authority": body, **told, **by}


def letter(row: Instructed, now: datetime) -> Report:
    """Return an instruction as a letter: what is prescribed, on which ground, by when, the seal."""
    what = row.instruction
    body, signed = Text(what.body, what.body_en or what.body), what.signed_at
    rests = Text("依据{basis}和{ground}，要求你单位落实下列措施。",
                 "Under {basis} and {ground}, the measures below are prescribed.",
                 ).fill(basis=cited([what.article]), ground=what.ground)  # fmt: skip
    terms: list[tuple[Text, Cell]] = [(Text("落实期限", "To be fulfilled by"), what.due)]
    if what.acknowledge_by is not None:
        terms.insert(0, (Text("签收期限", "To be acknowledged by"), what.acknowledge_by))
    asked = Text("落实后写明本通知书文号，书面报告落实情况并附证明。",
                 "Report in writing how it was fulfilled, with proofs and the number of this paper.")  # fmt: skip
    return Report(
        name="instruction", title=TITLE, operator=body, basis=cited([what.article]), made=signed or now,
        number=what.document, to=Text(row.title, row.title),
        sections=[
            Section(Text("依据", "Ground"), [Prose(rests)]),
            Section(Text("措施：{name}", "Measure: {name}").fill(name=what.called),
                    [Prose(Text(what.measure, what.measure_en)), Facts(terms)]),
            Section(Text("报告", "Report"), [Prose(asked), Seal(body, signed)]),
            annex([(Text("登记编号", "Number in the register"), row.number),
                   (Text("文号", "Number of the paper"), what.document)], digest_of(content(row))),
        ],
    )  # fmt: skip


def service_record(row: Instructed, now: datetime) -> Report:
    """Return the record of its service, to be signed by hand."""
    what = row.instruction
    paper = Paper(TITLE, what.document, Text(what.body, what.body_en or what.body), row.title,
                  what.signed_at or now, digest_of(content(row)))  # fmt: skip
    return delivery.record(paper, row, row.number, "instruction-service")
