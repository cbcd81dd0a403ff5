"""The report of an incident, to the authority that licensed the operator or accepted its filing (Art. 14(1))."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shouze.language import Text
from shouze.registers.incidents import fields, grading
from shouze.registers.incidents.models import Incident
from shouze.registers.reporting import basis, cell, clocks, documents_of, operator_name
from shouze.reports.report import Cell, Facts, Figure, Figures, Prose, Report, Section

REPORTED = ("A14-1-remedy", "A14-1-report", "A14-1-cooperate")


def report(incident: Incident, now: datetime) -> Report:
    """Return the report in the authority's form: what, when, whom, how grave, what was done, by whom."""
    return Report(
        name="incident",
        title=Text("用户个人信息安全事件报告", "Report of an incident of users' personal information"),
        operator=operator_name(),
        basis=basis(REPORTED),
        made=now,
        number=incident.number,
        sections=[
            _addressed(incident),
            _happened(incident),
            _affected(incident),
            _graded(incident),
            _done(incident),
            clocks("incidents", incident),
        ],
        documents=documents_of("incidents", incident),
    )


def _addressed(incident: Incident) -> Section:
    return _section(Text("报告", "Report"), [
        (Text("报告机构", "To"), incident.report_to),
        (Text("许可证号或者备案号", "Licence or filing number"), incident.licence),
        (Text("联系人及电话", "Contact"), incident.reporter),
        (Text("回执", "Receipt"), incident.report_receipt),
    ])  # fmt: skip


def _happened(incident: Incident) -> Section:
    told = _section(Text("事件", "The incident"), [
        (Text("事件名称", "Title"), incident.title),
        (Text("种类", "Kind"), fields.KINDS.get(incident.kind)),
        (Text("是否已经发生", "Certainty"), fields.CERTAINTIES.get(incident.certainty)),
        (Text("发生时间自", "Happened from"), incident.happened_since),
        (Text("发生时间至", "Happened until"), incident.happened_until),
        (Text("发现时间", "Detected at"), incident.detected_at),
        (Text("首次采取措施", "First measure at"), incident.first_measure_at),
        (Text("控制时间", "Contained at"), incident.contained_at),
        (Text("报告时间", "Reported at"), incident.reported_at),
    ])  # fmt: skip
    return Section(told.title, [*told.blocks, Prose(incident.story)])


def _affected(incident: Incident) -> Section:
    counted = incident.counted_at
    figures = [] if counted is None else [
        Figure(label, value, Text(f"由信息闸门按操作记录统计，范围：{incident.scope}",
                                  f"counted by the door from the handling records, scope: {incident.scope}"), counted)
        for label, value in (
            (Text("涉及用户数", "Users affected"), incident.affected_subjects),
            (Text("涉及处理次数", "Uses"), incident.affected_uses),
        )
        if value is not None
    ]  # fmt: skip
    items = Facts(
        [
            (
                Text("涉及的信息项", "Items concerned"),
                cell(next(each for each in fields.STORY if each.name == "items"), incident),
            )
        ]
    )
    return Section(Text("影响", "Whom it affects"), [items, Figures(figures)])


def _graded(incident: Incident) -> Section:
    named = grading.choices()
    criteria = [named[each] for each in incident.criteria if each in named]
    return _section(Text("等级", "Grade"), [
        (Text("等级", "Grade"), grading.GRADES.get(incident.grade)),
        (Text("判断标准", "Criteria"), Text("；".join(e.zh for e in criteria), "; ".join(e.en for e in criteria))),
        (Text("判断理由", "Reasons"), incident.grade_because),
        (Text("后果及影响", "Consequences"), incident.consequences),
    ])  # fmt: skip


def _done(incident: Incident) -> Section:
    return _section(Text("处置", "What was done"), [
        (Text("已采取的措施", "Measures taken"), "\n".join(map(str, incident.measures))),
        (Text("原因", "Cause"), incident.cause),
        (Text("对用户的告知", "Notice to users"), incident.notice_channel or incident.notice_waived),
    ])  # fmt: skip


def _section(title: Text, rows: Sequence[tuple[Text, Cell]]) -> Section:
    return Section(title, [Facts(rows)])
