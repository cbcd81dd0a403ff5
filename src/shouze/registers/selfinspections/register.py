"""The register of self-inspections (Art. 16): once every calendar year at least, recorded, what is found removed.

* Each calendar year has its row, with a clock to the year's end; another one warns at twelve months since the last.
* The records looked at are drawn by lot, from what nobody could choose (docs/spec/draw.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from shouze.language import Text
from shouze.registers import acting
from shouze.registers.describing import Act, Field, Group, Page, Printed, Register, Round, Running, State
from shouze.registers.people.models import Person
from shouze.registers.roles import HOUSE, KEEPERS, OVERSEEING, Role, Roles
from shouze.registers.selfinspections import judging
from shouze.registers.selfinspections.facts import SPEAKS
from shouze.registers.selfinspections.models import NAMED, SelfInspection
from shouze.registers.selfinspections.report import signed_report
from shouze.registers.shortcomings.part import part_of
from shouze.rules.period import after

INSPECTING: Roles = KEEPERS | {Role.AUDITOR}
SIGNING: Roles = frozenset({Role.OFFICER, Role.APPROVER})
UNDER_WAY = frozenset({"planned", "drawn"})

_YEAR = (
    Field(name="year", label=Text("年度", "Year"), duty="A16-selfcheck"),
    Field(name="title", label=Text("名称", "Title"), optional=True),
)  # fmt: skip
_PLAN = (
    Field(name="lead", label=Text("负责人", "Lead"), optional=False),
    Field(name="scope", label=Text("范围", "Scope"), lines=3, optional=False,
          hint=Text("业务、部门、场所、代理人等", "Services, departments, premises, agents …")),
    Field(name="since", label=Text("期间自", "Period from"), hint=Text("不填为全年", "Empty: the whole year")),
    Field(name="until", label=Text("期间至", "Period until")),
    Field(name="wanted", label=Text("抽取操作记录（条）", "Handling records to draw")),
)  # fmt: skip
_CONCLUSION = Field(name="conclusion", label=Text("自查结论", "Conclusion"), lines=4, optional=False, duty="A16-record")
_STANDING = (
    Field(name="nonce", label=Text("抽取的随机数", "Nonce of the draw"), once_filled=True,
          hint=Text("在计划时固定并记入日志", "Fixed, and in the log, when it was planned")),
    Field(name="checkpoint", label=Text("抽取所依据的检查点", "Checkpoint of the draw"), once_filled=True),
    Field(name="drawn_at", label=Text("抽取时间", "Drawn"), once_filled=True),
    Field(name="content", label=Text("清单与样本的摘要", "Digest of list and sample"), once_filled=True),
    Field(name="conclusion", label=_CONCLUSION.label, once_filled=True),
    Field(name="finished_at", label=Text("完成时间", "Finished"), duty="A16-selfcheck"),
    Field(name="signed_at", label=Text("签字时间", "Signed"), duty="A16-record"),
)  # fmt: skip


def _clocks(row: SelfInspection, _now: datetime) -> Sequence[Running]:
    # A16-selfcheck: the calendar year is the deadline, twelve months since the last one are a warning
    if row.state == "dropped":
        return []
    rows = SelfInspection.objects.exclude(finished_at=None).order_by("finished_at")
    of_year = row.finished_at or rows.filter(year=row.year).values_list("finished_at", flat=True).first()
    begins, ends = judging.period_of(row.year)
    running = [_running("year", row, begins, ends - timedelta(seconds=1), of_year)]
    last = rows.exclude(pk=row.pk).filter(finished_at__lt=row.finished_at or ends).last()
    if of_year is None and last is not None and last.finished_at is not None:
        since = timezone.localtime(last.finished_at)
        running.append(_running("twelve-months", row, since, after(since, "P12M"), None))
    if row.state == "finished":
        running.append(_running("sign", row, row.finished_at or row.changed_at, None, None))
    return running


def _running(kind: str, row: SelfInspection, since: datetime, due: datetime | None, met: datetime | None) -> Running:
    signs = kind == "sign"
    return Running(
        kind=kind, title=_OWED[kind].fill(year=row.year), since=since, due=due, met=met,
        roles=SIGNING if signs else KEEPERS, person=None if signs else row.lead_id,
        duty="A16-record" if signs else "A16-selfcheck",
    )  # fmt: skip


_OWED = {
    "year": Text("完成 {year} 年度自查", "Finish the self-inspection of {year}"),
    "twelve-months": Text("距上次自查满十二个月", "Twelve months since the last self-inspection"),
    "sign": Text("签署 {year} 年度自查报告", "Sign the report of the self-inspection of {year}"),
}


def _concerns(row: SelfInspection) -> list[tuple[str, int]]:
    others = SelfInspection.objects.exclude(pk=row.pk).filter(state__in=("due", *UNDER_WAY))
    return [("selfinspections", each) for each in others.values_list("pk", flat=True)]


def _notes(row: SelfInspection, _now: datetime) -> Sequence[Text]:
    told = []
    if row.state in UNDER_WAY or row.state == "finished":
        told.append(Text("义务 {duties} 项，抽取记录 {records} 条；未判定 {left} 项，有隐患 {short} 项",
                         "{duties} duties, {records} records drawn; {left} not judged yet, {short} fall short")
                    .fill(duties=len(row.plan), records=len(row.sample), left=row.left, short=row.short))  # fmt: skip
    if row.state == "drawn" and len(row.sample) < row.wanted:
        told.append(
            Text(
                "日志中这一期间的操作记录少于应抽取的条数",
                "The period has fewer handling records than were to be drawn",
            )
        )
    return told


def _is_leads(row: SelfInspection, person: Person) -> bool:
    return row.lead_id == person.pk or Role.OFFICER in person.roles


def _keep_year(now: datetime) -> None:
    year = timezone.localtime(now).year
    if not SelfInspection.objects.filter(year=year).exists():
        acting.enrol(REGISTER, SelfInspection(year=year, title=NAMED.fill(year=year).zh), None)


REGISTER: Register[SelfInspection] = Register(
    name="selfinspections",
    prefix="SI",
    title=Text("自查", "Self-inspections"),
    one=Text("自查", "Self-inspection"),
    intro=Text(
        "每年至少对用户个人信息保护情况自查一次，记录自查情况，及时消除发现的隐患（第十六条）。",
        "The protection of users' personal information is checked at least once a year, the check is recorded, and "
        "what is found is removed promptly (Art. 16).",
    ),
    model=SelfInspection,
    duties=("A16-selfcheck", "A16-record", "A16-fix"),
    fields=(_YEAR[0], *_PLAN, *_STANDING),
    states={
        "due": State(label=Text("待开展", "To be made"), tone="waiting"),
        "planned": State(label=Text("已计划", "Planned"), tone="waiting"),
        "drawn": State(label=Text("检查中", "Under way"), tone="waiting"),
        "finished": State(label=Text("待签字", "To be signed"), tone="waiting"),
        "signed": State(label=Text("已完成", "Done"), tone="good"),
        "dropped": State(label=Text("已撤销", "Dropped"), tone="over"),
    },
    creating=Act(name="begin", title=Text("增加一次自查", "Add a self-inspection"), by=KEEPERS, to="due", fields=_YEAR,
                 does=judging.begin, duty="A16-selfcheck"),
    acts=(
        Act(name="plan", title=Text("制定计划", "Plan it"), by=KEEPERS, source=frozenset({"due"}), to="planned",
            fields=_PLAN, does=judging.plan, duty="A16-selfcheck",
            hint=Text("随机数随计划记入日志，之后据检查点抽取记录。",
                      "A nonce goes into the log with the plan; records are drawn from a later checkpoint.")),
        Act(name="draw", title=Text("抽取操作记录", "Draw records"), by=INSPECTING, source=frozenset({"planned"}),
            to="drawn", does=judging.keep_draw, page="selfinspection-draw", proof="must", duty="A16-selfcheck"),
        Act(name="judge", title=Text("逐项检查", "Check one by one"), by=INSPECTING, source=UNDER_WAY,
            does=judging.judge, page="selfinspection-list", duty="A16-record"),
        Act(name="refresh", title=Text("重新汇总证据", "Count the evidence anew"), by=INSPECTING, source=UNDER_WAY,
            does=judging.refresh, reason="none", proof="none", duty="A16-record"),
        Act(name="finish", title=Text("完成自查", "Finish"), by=INSPECTING, whose=_is_leads, to="finished",
            source=frozenset({"drawn"}), fields=(_CONCLUSION,), does=judging.finish, duty="A16-record"),
        Act(name="sign", title=Text("签署报告", "Sign the report"), by=SIGNING, source=frozenset({"finished"}),
            to="signed", does=judging.sign, apart_from=("finish",), alone=True, duty="A16-record"),
        Act(name="return", title=Text("退回", "Send back"), by=SIGNING, source=frozenset({"finished"}), to="drawn",
            does=judging.send_back, reason="must", duty="A16-record"),
        Act(name="drop", title=Text("撤销", "Drop"), by=KEEPERS, source=frozenset({"due", "planned"}), to="dropped",
            reason="must", grave=True, duty="A16-selfcheck",
            possible=lambda row, _now: SelfInspection.objects.filter(year=row.year).exclude(pk=row.pk)
            .exclude(state="dropped").exists(),
            hint=Text("当年还有另一次自查时才能撤销。", "Only where the year has another one.")),
    ),
    columns=("year", "lead", "finished_at", "signed_at"),
    search=("scope",),
    seen_by=HOUSE,
    clocks=_clocks,
    concerns=_concerns,
    notes=_notes,
    pages=(
        Page(title=Text("自查报告", "Report"), name="selfinspection-report", by=OVERSEEING,
             shown=lambda row, _person: bool(row.plan)),
        Page(title=Text("历年对照", "Across the years"), name="selfinspection-years", of_row=False, by=OVERSEEING),
    ),
    reports=(Printed(name="selfinspection", title=Text("自查报告", "Signed report"),
                     make=lambda row, now: signed_report(REGISTER, row, now),
                     shown=lambda row: row.signed_at is not None),),
    parts=(part_of("selfinspections"),),
    rounds=(Round(name="selfinspections.year", every=timedelta(hours=1), run=_keep_year),),
    from_files=False,
    group=Group.HOUSE,
    speaks=SPEAKS,
    order=85,
)  # fmt: skip
