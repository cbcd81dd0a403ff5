"""What an authority sees of a year at a glance: operators, incidents, orders, inspections, cases, what it published.

Every figure is counted by the database, says how, and leads to the list that holds its rows, cut to the year where a
date or an act tells it. Figures of what stands now (operators, clocks, lists) are of the moment of counting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, Model, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncMonth
from django.urls import reverse

from shouze.chinatime import SHANGHAI
from shouze.language import Text
from shouze.registers.announcements.models import Announcement
from shouze.registers.appeals.models import Appeal
from shouze.registers.appeals.register import OUTCOMES as APPEAL_OUTCOMES
from shouze.registers.cases.fields import OUTCOMES
from shouze.registers.cases.models import Case
from shouze.registers.credit.models import CreditEntry
from shouze.registers.finding import registers
from shouze.registers.inspections.models import Inspection
from shouze.registers.issued.models import Issued
from shouze.registers.notices.models import NamedApp
from shouze.registers.reports.models import Report as Incident
from shouze.registers.rows import Clock
from shouze.registers.selfinspections.judging import period_of
from shouze.registers.standings.counting import listed
from shouze.registers.supervised.models import Supervised
from shouze.registers.supervised.register import SECTORS
from shouze.registers.visits.models import Visit
from shouze.reports.report import Figure
from shouze.rules.citing import article_words

MOST_PROVINCES = 40
_OF_YEAR = Text("该年内", "within the year")
_NOW = Text("计数时", "at the moment of counting")
Told = list[tuple[Text, list[Figure]]]


class Overview:
    """The figures of one calendar year (Asia/Shanghai), counted at a moment; a few queries for any number of rows."""

    def __init__(self, year: int, now: datetime) -> None:
        self.year, self.now = year, now
        self.since, self.until = period_of(year)

    def sections(self) -> Told:
        """Return the figures under their headings."""
        return [
            (Text("经营者", "Operators"), self._operators()),
            (Text("时限", "Clocks"), self._clocks()),
            (Text("事件报告", "Incidents reported"), self._incidents()),
            (Text("签发的令", "Orders"), self._orders()),
            (Text("远程检查", "Remote inspections"), self._inspections()),
            (Text("现场检查", "Visits on the spot"), self._visits()),
            (Text("案件", "Cases"), self._cases()),
            (Text("处罚：按条款", "Penalties, by article"), self._articles()),
            (Text("处罚：按省份", "Penalties, by province"), self._by_province()),
            (Text("处罚：按行业", "Penalties, by sector"), self._by_sector()),
            (Text("公告与名单", "Announcements and lists"), self._published()),
            (Text("通报的应用", "Apps, by step"), self._apps()),
            (Text("向本机关的投诉", "Complaints to the authority"), self._appeals()),
        ]

    def months(self) -> Mapping[str, list[int]]:
        """Return what came in and was decided in each month of the year: incidents, cases opened, cases decided."""
        return {
            "incidents": self._by_month(Incident, "created_at"),
            "opened": self._by_month(Case, "opened_at"),
            "decided": self._by_month(Case, "decided_at"),
        }

    def _operators(self) -> list[Figure]:
        there = Supervised.objects.filter(state="supervised").order_by()
        by_province = list(there.values_list("province").annotate(Count("pk")).order_by("province"))[:MOST_PROVINCES]
        by_sector = dict(there.values_list("sector").annotate(Count("pk")))
        return [
            self._figure(Text("在册", "Supervised"), there.count(), _NOW, "supervised", state="supervised"),
            *(self._figure(Text(name or "未填省份", name or "No province"), count, _NOW, "supervised",
                           **({"province": name} if name else {})) for name, count in by_province),
            *(self._figure(words, by_sector.get(name, 0), _NOW, "supervised", state="supervised", sector=name)
              for name, words in SECTORS.items()),
        ]  # fmt: skip

    def _clocks(self) -> list[Figure]:
        running = Clock.objects.filter(met=None, register__in=list(registers()))
        counts = running.aggregate(all=Count("pk"), late=Count("pk", Q(due__lt=self.now)))
        address = reverse("calendar")
        return [
            Figure(Text("进行中", "Running"), counts["all"], _NOW, self.now, address),
            Figure(Text("逾期", "Overdue"), counts["late"], _NOW, self.now, address),
        ]

    def _incidents(self) -> list[Figure]:
        rows, dated = Incident.objects.filter(self._in("created_at")).order_by(), self._dated("created_at")
        impacts = dict(rows.values_list("impact").annotate(Count("pk")))
        choices = registers()["reports"].field("impact").offered() or {}
        return [
            self._figure(Text("收到", "Received"), sum(impacts.values()), _OF_YEAR, "reports", **dated),
            *(self._figure(words, impacts.get(name, 0), _OF_YEAR, "reports", impact=name, **dated)
              for name, words in choices.items() if name),
            self._figure(Text("尚未评估", "Not assessed yet"), impacts.get("", 0), _OF_YEAR, "reports",
                         state="received", **dated),
        ]  # fmt: skip

    def _orders(self) -> list[Figure]:
        dated = self._dated("served_at")
        rows = Issued.objects.filter(self._in("served_at"))
        late = rows.filter(late=True).count()
        return [
            *self._by_state("issued", rows, dated, leaving=("draft", "withdrawn", "signed")),
            self._figure(Text("逾期答复", "Answered late"), late, _OF_YEAR, "issued", late="True", **dated),
        ]

    def _inspections(self) -> list[Figure]:
        return self._by_state(
            "inspections", Inspection.objects.filter(self._in("created_at")), self._dated("created_at")
        )

    def _visits(self) -> list[Figure]:
        rows = Visit.objects.filter(self._in("planned_at"))
        return self._by_state("visits", rows, self._dated("planned_at"))

    def _cases(self) -> list[Figure]:
        opened = Case.objects.filter(self._in("opened_at")).count()
        decided = Case.objects.filter(self._in("decided_at")).order_by()
        outcomes = dict(decided.values_list("outcome").annotate(Count("pk")))
        # A fine counts as it stands: as a review or court changed it, and not at all once the decision is withdrawn.
        standing = decided.filter(outcome="penalty").exclude(state="withdrawn")
        fined = standing.annotate(stands=Coalesce("changed_fine", "fine")).aggregate(
            n=Count("pk", Q(stands__gt=0)), sum=Sum("stands")
        )
        dated = self._dated("decided_at")
        return [
            self._figure(Text("立案", "Opened"), opened, _OF_YEAR, "cases", **self._dated("opened_at")),
            *(self._figure(words, outcomes.get(name, 0), _OF_YEAR, "cases", outcome=name, **dated)
              for name, words in OUTCOMES.items()),
            self._figure(Text("并处罚款", "With a fine"), fined["n"], _OF_YEAR, "cases", outcome="penalty", **dated),
            self._figure(Text("罚款合计（元）", "Fines in all (RMB)"), fined["sum"] or 0, _OF_YEAR, "cases",
                         outcome="penalty", **dated),
        ]  # fmt: skip

    def _articles(self) -> list[Figure]:
        rows = self._penalised().values_list("articles", flat=True)
        counted = Counter(article for articles in rows.iterator(chunk_size=2_000) for article in {*articles})
        dated = self._dated("decided_at")
        return [
            self._figure(article_words(article), count, _OF_YEAR, "cases", outcome="penalty", **dated)
            for article, count in sorted(counted.items(), key=_article_order)
        ]

    def _penalised(self) -> QuerySet[Case]:
        return Case.objects.filter(self._in("decided_at"), outcome="penalty").order_by()

    def _by_province(self) -> list[Figure]:
        counts = list(self._penalised().exclude(province="").values_list("province").annotate(Count("pk"))
                      .order_by("province")[:MOST_PROVINCES])  # fmt: skip
        dated = self._dated("decided_at")
        return [
            self._figure(Text(name, name), count, _OF_YEAR, "cases", outcome="penalty", province=name, **dated)
            for name, count in counts
        ]

    def _by_sector(self) -> list[Figure]:
        counts, dated = dict(self._penalised().values_list("sector").annotate(Count("pk"))), self._dated("decided_at")
        return [
            self._figure(words, counts.get(name, 0), _OF_YEAR, "cases", outcome="penalty", sector=name, **dated)
            for name, words in SECTORS.items()
        ]

    def _published(self) -> list[Figure]:
        announced = Announcement.objects.filter(self._in("published_at")).count()
        on_the_lists = CreditEntry.objects.filter(published_at__isnull=False, removed_at=None).order_by()
        there = dict(on_the_lists.values_list("kind").annotate(Count("pk")))
        choices = registers()["credit"].field("kind").offered() or {}
        return [
            self._figure(
                Text("公告", "Announcements"), announced, _OF_YEAR, "announcements", **self._dated("published_at")
            ),
            *(self._figure(words, there.get(name, 0), _NOW, "credit", kind=name) for name, words in choices.items()),
        ]

    def _apps(self) -> list[Figure]:
        dated = {"dated": "dated", "since": f"{self.year}-01-01", "until": f"{self.year}-12-31"}
        rows = NamedApp.objects.filter(dated__year=self.year)
        return self._by_state("notices", rows, dated)

    def _appeals(self) -> list[Figure]:
        rows, dated = Appeal.objects.filter(self._in("received_at")).order_by(), self._dated("received_at")
        counts = rows.aggregate(all=Count("pk"), late=Count("pk", Q(late=True)))
        outcomes = dict(rows.values_list("outcome").annotate(Count("pk")))
        return [
            self._figure(Text("收到", "Received"), counts["all"], _OF_YEAR, "appeals", **dated),
            self._figure(Text("经营者逾期答复", "Answered late by the operator"), counts["late"], _OF_YEAR, "appeals",
                         **dated),
            *(self._figure(words, outcomes.get(name, 0), _OF_YEAR, "appeals", outcome=name, **dated)
              for name, words in APPEAL_OUTCOMES.items()),
        ]  # fmt: skip

    def _by_state(
        self, register: str, rows: Any, dated: Mapping[str, str], leaving: Iterable[str] = ()
    ) -> list[Figure]:
        counts = dict(rows.order_by().values_list("state").annotate(Count("pk")))
        return [
            self._figure(state.label, counts.get(name, 0), _OF_YEAR, register, state=name, **dated)
            for name, state in registers()[register].states.items()
            if name not in leaving
        ]

    def _by_month(self, model: type[Model], field: str) -> list[int]:
        rows = model._default_manager.filter(self._in(field)).order_by()  # noqa: SLF001 - Django's own name for it
        month = TruncMonth(field, tzinfo=SHANGHAI)
        found = {
            each["month"].month: each["n"]
            for each in rows.annotate(month=month).values("month").annotate(n=Count("pk"))
        }
        return [found.get(number, 0) for number in range(1, 13)]

    def _figure(self, label: Text, value: int, how: Text, register: str, **filters: str) -> Figure:
        return Figure(label, value, how, self.now, listed(register, **filters))

    def _dated(self, by: str) -> dict[str, str]:
        return {"dated": by, "since": f"{self.year}-01-01", "until": f"{self.year}-12-31"}

    def _in(self, field: str) -> Q:
        return Q(**{f"{field}__gte": self.since, f"{field}__lt": self.until})


def _article_order(counted: tuple[str, int]) -> tuple[int, str]:
    number = counted[0].partition("(")[0]
    return (int(number) if number.isdecimal() else 0, counted[0])
