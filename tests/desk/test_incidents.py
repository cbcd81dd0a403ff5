"""The documents of an incident: who reads them, what stands in them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from shouze.registers.roles import Role
from tests.registers.house import do, officer, person, signed_in
from tests.registers.incidents.scene import opened_incident, serious

pytestmark = pytest.mark.django_db


@pytest.mark.duty("A14-1-report")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_has_what_the_authority_needs(language: str) -> None:
    incident = serious()
    report = {"report_to": "云泽省通信管理局", "licence": "B1-20260001", "consequences": "未见滥用", "reporter": "某人"}
    do(incident, "report", officer(), report)
    page = signed_in(officer(), language).get(reverse("incident-report", args=[incident.number])).content.decode()
    for told in (*report.values(), incident.story, "可能被用于诈骗"):
        assert told in page
    assert ("用户个人信息安全事件报告" if language == "zh" else "Report of an incident") in page


def test_a_document_is_kept_as_a_file() -> None:
    incident = opened_incident()
    answer = signed_in(officer()).get(reverse("incident-notice", args=[incident.number]) + "?keep=1")
    assert answer.headers["content-disposition"] == f'attachment; filename="{incident.number}.html"'
    assert "<script" not in answer.content.decode()


@pytest.mark.parametrize("page", ["incident-report", "incident-notice"])
@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.OFFICER, 200), (Role.SECURITY, 200), (Role.APPROVER, 200), (Role.AUDITOR, 200), (Role.SERVICE, 403),
     (Role.AGENT, 403), (Role.ADMINISTRATOR, 403)],
)  # fmt: skip
def test_documents_are_read_by_who_oversees(page: str, role: Role, status: int) -> None:
    incident = opened_incident()
    answer = signed_in(person("S-7", role)).get(reverse(page, args=[incident.number]))
    assert answer.status_code == status


def test_an_unknown_incident_is_not_found() -> None:
    assert signed_in(officer()).get(reverse("incident-report", args=["I-1-1"])).status_code == 404
