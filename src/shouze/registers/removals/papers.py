"""The papers of a take-down order: the order itself, and its record of service."""

from __future__ import annotations

from datetime import datetime

from shouze.language import Text
from shouze.registers import delivery, remedies
from shouze.registers.delivery import Paper
from shouze.registers.removals import ordering
from shouze.registers.removals.models import Removal
from shouze.reports.report import Facts, Prose, Report, Seal, Section, Table
from shouze.rules.citing import cited

TITLE = Text("下架通知", "Order to take down")
_REPORTED = Text("下架后写明本通知编号，书面报告结果。", "Report it in writing, with the number of this paper.")


def order(row: Removal, _now: datetime) -> Report:
    """Return the order as a paper to be served."""
    rows = [[each.title, each.app_version, each.developer, "、".join(each.problems)]
            for each in ordering.apps_of(row)]  # fmt: skip
    columns = (Text("应用", "App"), Text("版本", "Version"), Text("开发者", "Developer"), Text("所涉问题", "Problems"))
    said = Text("依据{basis}：以下应用在期限内没有改正，请在期限前下架。",
                "Under {basis}: these apps were not corrected in time; take them down by the day named.",
                ).fill(basis=cited(["17(1)", "17(2)"]))  # fmt: skip
    told = Facts([(Text("下架期限", "To be taken down by"), row.due), (Text("理由", "Why"), row.because)])
    body = ordering.authority_of(row)
    listed = Table(Text("应用", "Apps"), columns, rows, shares=(2, 1, 2, 3))
    return Report(
        name="removal", title=TITLE, operator=Text(body, body), basis=cited(["17(1)", "17(2)"]), made=row.created_at,
        number=row.number, to=Text(row.title, row.title),
        sections=[Section(Text("依据和要求", "Ground, and what is required"), [Prose(said), told]),
                  Section(Text("应用", "Apps"), [listed]),
                  Section(Text("救济途径和期限", "Remedies"), [Prose(remedies.of_order())]),
                  Section(Text("报告", "Report"), [Prose(_REPORTED), Seal(Text(body, body), row.created_at)])],
    )  # fmt: skip


def service_record(row: Removal, _now: datetime) -> Report:
    """Return the record of its service, to be signed by hand."""
    body = ordering.authority_of(row)
    served = Paper(TITLE, row.number, Text(body, body), row.title, row.created_at)
    return delivery.record(served, row, row.number, "removal-service")
