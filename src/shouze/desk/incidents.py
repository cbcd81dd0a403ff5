"""An incident's documents: the report to the authority and the notice to users, to print or to keep as a file."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from shouze.language import Text
from shouze.registers.incidents import grading
from shouze.registers.incidents.fields import CERTAINTIES, KINDS
from shouze.registers.incidents.models import Incident
from shouze.registers.incidents.register import REGISTER
from shouze.registers.roles import OVERSEEING
from shouze.web.pages.asking import entry_of, person_of, register_of
from shouze.web.pages.listing import cell
from shouze.web.reading import say

Row = tuple[Text, object]


@login_required
@require_GET
def report(request: HttpRequest, number: str) -> HttpResponse:
    """Show the report to the authority that licensed the operator or accepted its filing (Art. 14(1))."""
    title = Text("用户个人信息安全事件报告", "Report of an incident of users' personal information")
    return _document(request, number, title, _report)


@login_required
@require_GET
def notice(request: HttpRequest, number: str) -> HttpResponse:
    """Show the notice to users (PIPL Article 57)."""
    return _document(request, number, Text("用户个人信息安全事件告知书", "Notice to users of an incident"), _notice)


def _document(request: HttpRequest, number: str, title: Text, rows: Any) -> HttpResponse:
    register = register_of(request, REGISTER.name)
    if not person_of(request).roles & OVERSEEING:
        raise PermissionDenied
    incident = entry_of(register, number, person_of(request))
    if not isinstance(incident, Incident):
        raise Http404
    kept = "keep" in request.GET
    shown = {"title": title, "incident": incident, "rows": rows(incident), "now": timezone.now(), "kept": kept}
    answer = render(request, "desk/document_file.html" if kept else "desk/document.html", shown)
    if kept:
        answer.headers["Content-Disposition"] = f'attachment; filename="{incident.number}.html"'
    return answer


def _report(incident: Incident) -> list[Row]:
    grade = grading.GRADES.get(incident.grade)
    criteria = [grading.choices()[each] for each in incident.criteria if each in grading.choices()]
    return [
        (Text("报告机构", "To"), incident.report_to),
        (Text("许可证号或者备案号", "Licence or filing number"), incident.licence),
        (Text("事件编号", "Incident"), incident.number),
        (Text("事件名称", "Title"), incident.title),
        (Text("种类", "Kind"), KINDS[incident.kind]),
        (Text("是否已经发生", "Certainty"), CERTAINTIES[incident.certainty]),
        (Text("发生时间", "Happened"), _span(incident)),
        (Text("发现时间", "Detected at"), incident.detected_at),
        (Text("控制时间", "Contained at"), incident.contained_at),
        (Text("经过", "What happened"), incident.story),
        (Text("涉及的信息项", "Items concerned"), cell(REGISTER.field("items"), incident)),
        (Text("涉及用户数", "Users affected"), incident.affected_subjects),
        (Text("涉及处理次数", "Uses"), incident.affected_uses),
        (Text("等级", "Grade"), grade),
        (Text("判断标准", "Criteria"), "；".join(say(each) for each in criteria)),
        (Text("判断理由", "Reasons"), incident.grade_because),
        (Text("后果及影响", "Consequences"), incident.consequences),
        (Text("已采取的措施", "Measures taken"), "\n".join(incident.measures)),
        (Text("原因", "Cause"), incident.cause),
        (Text("对用户的告知", "Notice to users"), incident.notice_channel or incident.notice_waived),
        (Text("联系人及电话", "Contact"), incident.reporter),
    ]


def _notice(incident: Incident) -> list[Row]:
    return [
        (Text("事件", "Incident"), incident.title),
        (Text("发生时间", "Happened"), _span(incident)),
        (Text("涉及的信息种类", "Kinds of information"), cell(REGISTER.field("items"), incident)),
        (Text("告知内容", "Notice"), incident.notice),
        (Text("联系方式", "Contact"), incident.reporter),
    ]


def _span(incident: Incident) -> str:
    ends = (incident.happened_since, incident.happened_until)
    return " – ".join(f"{timezone.localtime(each):%Y-%m-%d %H:%M}" for each in ends if each)
