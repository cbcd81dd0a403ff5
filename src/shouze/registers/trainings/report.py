"""The certificate of a training (Art. 15): who passed which course, with what score, until when it counts."""

from __future__ import annotations

from datetime import datetime

from shouze.language import Text
from shouze.registers.courses.register import TOPICS
from shouze.registers.describing import Register
from shouze.registers.reporting import acted, basis, operator_name
from shouze.registers.trainings.models import Training
from shouze.reports.report import Facts, Prose, Report, Section


def certificate(register: Register[Training], row: Training, now: datetime) -> Report:
    """Return the certificate of a training that was passed; one whose term is over says so."""
    return Report(
        name="training",
        title=Text("培训证书", "Certificate of training"),
        operator=operator_name(),
        basis=basis(register.duties),
        made=now,
        number=row.number,
        sections=[_certified(row, now), acted(register, row, act="take", at=row.passed_at)],
    )


def _certified(row: Training, now: datetime) -> Section:
    words = Text(
        "兹证明下列人员完成用户个人信息保护培训并通过考核。",
        "The person named here was trained in protecting personal information and passed the test.",
    )
    notes = [Prose(Text("本证书已到期。", "This certificate is over."))] if row.certified_over(now) else []
    course = row.certified_course()
    topics = [TOPICS[each] for each in (course.topics if course else ()) if each in TOPICS]
    return Section(Text("证明", "Certificate"), [Prose(words), *notes, Facts([
        (Text("姓名", "Name"), row.person.name),
        (Text("工号", "Work number"), row.person.username),
        (Text("课程", "Course"), Text(course.title, course.title_en) if course else row.title),
        (Text("版本", "Version"), row.edition),
        (Text("内容", "Topics"), Text.listed(topics)),
        (Text("得分", "Score"), row.certified_score),
        (Text("通过时间", "Passed at"), row.passed_at),
        (Text("有效至", "Counts until"), row.valid_until),
        (Text("课程内容摘要", "SHA-256 of the course"), row.digest),
    ])])  # fmt: skip
