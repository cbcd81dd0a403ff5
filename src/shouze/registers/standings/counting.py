"""What was done in a calendar year, counted by the database: a few queries for all registers, however many rows.

Each figure says in words how it was counted, and leads to the list that holds the rows, cut to the year where they were
counted by a date or an act of it. A row stands once in a list, however often it was counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse

from shouze.language import Text
from shouze.registers.agents.models import Agent
from shouze.registers.complaints.figures import figures as of_complaints
from shouze.registers.grants.models import GRANTED, Grant
from shouze.registers.incidents.grading import GRADES
from shouze.registers.incidents.models import Incident
from shouze.registers.rows import Event
from shouze.registers.selfinspections.judging import period_of
from shouze.registers.selfinspections.models import SelfInspection
from shouze.registers.shortcomings.models import Shortcoming
from shouze.registers.trainings.models import Training
from shouze.reports.report import Figure

_DAY = 86_400
_ACTS: Mapping[str, Mapping[str, Text]] = {
    "agents": {
        "assess": Text("评估代理人（次）", "Assessments of agents"),
        "engage": Text("批准委托（次）", "Agents engaged"),
        "supervise": Text("监督检查代理人（次）", "Supervisions of agents"),
        "unfit": Text("认定代理人不符合要求（次）", "Agents found unfit"),
        "end": Text("终止委托（次）", "Entrustments ended"),
    },
    "grants": {
        "request": Text("申请授权（次）", "Grants asked for"),
        "approve": Text("批准授权（次）", "Grants approved"),
        "refuse": Text("不批准授权（次）", "Grants refused"),
        "withdraw": Text("撤回授权（次）", "Grants withdrawn"),
    },
}


class YearCounted:
    """The figures of one calendar year (Asia/Shanghai), counted at a moment."""

    def __init__(self, year: int, now: datetime) -> None:
        self.since, self.until = period_of(year)
        self._year = year
        self._now, self._end = now, min(now, self.until)
        found = Event.objects.filter(self._in("at"), register__in=_ACTS).order_by().values("register", "act")
        self._acts = {(each["register"], each["act"]): each["n"] for each in found.annotate(n=Count("pk"))}

    def complaints(self) -> list[Figure]:
        """Return how many were received and answered, in time and late, and how long answers took."""
        told = of_complaints(self.since, self.until, self._now)
        how = Text(
            "年内接到和重开的投诉，每次接到按各自的答复期限计",
            "receipts and reopenings of the year, each by its own deadline",
        )
        share = "—" if told.share is None else f"{told.share:.1%}"
        median = "—" if told.median is None else f"{told.median.total_seconds() / _DAY:.1f}"
        rows: list[tuple[Text, int | str]] = [
            (Text("接到（次）", "Received"), told.received),
            (Text("已答复", "Answered"), told.answered),
            (Text("按期答复", "Answered in time"), told.in_time),
            (Text("逾期（逾期答复或者逾期未答复）", "Late (answered late, or overdue)"), told.late),
            (Text("期限内待答复", "To be answered, in time"), told.running),
            (Text("撤回或者不是投诉", "Withdrawn, or no complaint"), told.withdrawn),
            (Text("按期率（按期 ÷ 按期与逾期之和）", "Share in time (of those in time or late)"), share),
            (Text("答复用时的中位数（日）", "Median time to the answer (days)"), median),
        ]
        return [self._figure(label, value, how, "complaints", **self._dated("received_at")) for label, value in rows]

    def incidents(self) -> list[Figure]:
        """Return how many were detected, by grade, and how many were reported and contained."""
        rows = Incident.objects.filter(self._in("detected_at")).exclude(state="refuted").order_by()
        counts = rows.aggregate(
            number=Count("pk"), real=Count("pk", Q(certainty="real")), reported=Count("pk", ~Q(reported_at=None)),
            contained=Count("pk", ~Q(contained_at=None)),
        )  # fmt: skip
        grades = dict(rows.values_list("grade").annotate(Count("pk")))
        dated = self._dated("detected_at")
        how = Text("年内发现、没有排除的事件", "incidents detected in the year and not ruled out")
        graded = Text("年内发现、没有排除的事件，按评定的等级", "of these, by the grade they were given")
        return [
            self._figure(Text("事件", "Incidents"), counts["number"], how, "incidents", **dated),
            self._figure(Text("已经发生", "That happened"), counts["real"], how, "incidents", certainty="real",
                         **dated),
            *(self._figure(words, grades.get(grade, 0), graded, "incidents", grade=grade, **dated)
              for grade, words in GRADES.items()),
            self._figure(Text("尚未评定", "Not graded yet"), grades.get("", 0), graded, "incidents", **dated),
            self._figure(Text("已控制", "Contained"), counts["contained"], how, "incidents", **dated),
            self._figure(
                Text("已向电信管理机构报告", "Reported to the authority"), counts["reported"], how, "incidents", **dated
            ),
        ]  # fmt: skip

    def agents(self) -> list[Figure]:
        """Return how many are engaged, and what was done about them in the year."""
        engaged = Agent.objects.filter(state="engaged").count()
        how = Text("计数时委托中的代理人", "agents engaged at the moment of counting")
        return [
            self._figure(Text("委托中的代理人", "Agents engaged"), engaged, how, "agents", state="engaged"),
            *self._done("agents"),
        ]

    def grants(self) -> list[Figure]:
        """Return how many are in force, and what was asked for, approved, refused and withdrawn in the year."""
        in_force = Grant.objects.filter(state=GRANTED).count()
        how = Text("计数时有效的授权", "grants in force at the moment of counting")
        return [
            self._figure(Text("有效的授权", "Grants in force"), in_force, how, "grants", state=GRANTED),
            *self._done("grants"),
        ]

    def trainings(self) -> list[Figure]:
        """Return how many passed in the year, and how many certificates count or are lacking."""
        asked = Training.objects.exclude(state__in=("ended", "waived"))
        counts = asked.aggregate(
            passed=Count("pk", self._in("passed_at")), people=Count("person", self._in("passed_at"), distinct=True),
            valid=Count("pk", Q(valid_until__gt=self._end, passed_at__lte=self._end)),
            lacking=Count("pk", Q(valid_until=None) | Q(valid_until__lte=self._end)),
        )  # fmt: skip
        passed = self._dated("passed_at")
        last = Text("最近一次通过在年内的培训", "trainings passed last in the year")
        stand = Text("年末（未到年末则计数时）的证书", "certificates at the year's end, or now while it lasts")
        return [
            self._figure(Text("通过的培训（人次）", "Trainings passed"), counts["passed"], last, "trainings", **passed),
            self._figure(Text("通过培训的人员", "People who passed one"), counts["people"], last, "trainings",
                         **passed),
            self._figure(Text("有效的证书", "Certificates that count"), counts["valid"], stand, "trainings"),
            self._figure(Text("没有有效证书（人次）", "Trainings without a certificate that counts"), counts["lacking"],
                         stand, "trainings"),
        ]  # fmt: skip

    def selfinspections(self) -> list[Figure]:
        """Return how many self-inspections are of the year, and the shortcomings found and removed in it."""
        made = SelfInspection.objects.filter(year=self.since.year).exclude(state="dropped").aggregate(
            finished=Count("pk", ~Q(finished_at=None)), signed=Count("pk", ~Q(signed_at=None))
        )  # fmt: skip
        found = Shortcoming.objects.aggregate(
            found=Count("pk", self._in("created_at")), closed=Count("pk", self._in("closed_at")),
            waiting=Count("pk", Q(state__in=("open", "mended"))),
        )  # fmt: skip
        of_year = Text("该年度的自查", "self-inspections of that year")
        within = Text("年内登记或者消除的隐患，不论怎样发现", "shortcomings found or closed in the year, by whatever")
        open_ = Text("计数时没有消除的隐患", "shortcomings that are not gone at the moment of counting")
        return [
            self._figure(Text("完成的自查", "Self-inspections finished"), made["finished"], of_year, "selfinspections"),
            self._figure(Text("签署的自查报告", "Reports signed"), made["signed"], of_year, "selfinspections"),
            self._figure(
                Text("发现的隐患", "Shortcomings found"),
                found["found"],
                within,
                "shortcomings",
                **self._dated("created_at"),
            ),
            self._figure(
                Text("消除的隐患", "Shortcomings closed"),
                found["closed"],
                within,
                "shortcomings",
                **self._dated("closed_at"),
            ),
            self._figure(Text("未消除的隐患", "Shortcomings not gone"), found["waiting"], open_, "shortcomings"),
        ]

    def _done(self, register: str) -> list[Figure]:
        how = Text("年内台账记录的办理", "acts that the register notes in the year")
        return [
            self._figure(label, self._acts.get((register, act), 0), how, register, **self._dated(f"act:{act}"))
            for act, label in _ACTS[register].items()
        ]

    def _dated(self, by: str) -> dict[str, str]:
        """Return what cuts a list to the year."""
        return {"dated": by, "since": f"{self._year}-01-01", "until": f"{self._year}-12-31"}

    def _figure(self, label: Text, value: int | str, how: Text, register: str, **filters: str) -> Figure:
        return Figure(label, value, how, self._now, listed(register, **filters))

    def _in(self, field: str) -> Q:
        return Q(**{f"{field}__gte": self.since, f"{field}__lt": self.until})


def listed(register: str, **filters: str) -> str:
    """Return the desk's address of a register's list."""
    query = f"?{urlencode(filters)}" if filters else ""
    return f"{reverse('listing', args=[register])}{query}"
