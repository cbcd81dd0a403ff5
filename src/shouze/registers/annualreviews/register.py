"""The register of annual reviews (Art. 19)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from shouze.language import Text
from shouze.registers.annualreviews import reviewing
from shouze.registers.annualreviews.evidence import Pack
from shouze.registers.annualreviews.facts import SPEAKS
from shouze.registers.annualreviews.models import ANNUAL, LICENSING, AnnualReview
from shouze.registers.describing import AUTHORITIES, Act, Alert, Choices, Field, Group, Register, Round, Running, State
from shouze.registers.roles import INSPECTING, Role
from shouze.registers.supervised.register import RESULTS
from shouze.rules.duties.telling import STATE_WORDS
from shouze.rules.duty import STATES

DUTY = "A19-annual"
OCCASIONS: Choices = {
    ANNUAL: Text("年度", "Of a year"),
    LICENSING: Text("首次许可", "At first licensing"),
}
DRAWN: Choices = {
    "random": Text("随机抽中", "Drawn at random"),
    "risk": Text("因风险列入", "For its risk"),
    "silent": Text("逾期未答复", "Not answered in time"),
}
VERDICTS: Choices = {
    "fit": Text("属实", "As it was told"),
    "faulty": Text("有不实或者不足", "Untrue or lacking"),
}
_OPENED = (
    Field(
        name="operator", label=Text("经营者", "Operator"), hint=Text("经营者登记的编号", "Its number in the register")
    ),
    Field(name="due", label=Text("答复期限", "To be answered by"), optional=False),
)
_ANSWERED = (
    Field(name="says", label=Text("答复内容", "What it says"), lines=4, optional=False),
    Field(
        name="at",
        label=Text("收到时间", "Received at"),
        asks="moment",
        optional=True,
        hint=Text("不填即现在", "Now, if left empty"),
    ),
    Field(
        name="breached",
        label=Text("自述违反的义务数", "Duties that it says it breaches"),
        asks="number",
        optional=True,
        hint=Text("大于零的因风险列入检查", "Above nothing, it is looked into for its risk"),
    ),
)
_CHECKED = (
    Field(name="finding", label=Text("检查情况", "What was found"), lines=4, optional=False),
    Field(name="verdict", label=Text("结论", "Verdict"), choices=VERDICTS, optional=False),
)
_CONCLUDED = (
    Field(name="result", label=Text("审查结果", "Result"), choices=RESULTS, optional=False, duty=DUTY),
    Field(name="conditions", label=Text("条件", "Conditions"), lines=2, optional=True),
)
_SHOWN = (
    Field(name="operator", label=Text("经营者编号", "Operator")),
    Field(name="occasion", label=Text("类别", "Occasion"), choices=OCCASIONS),
    Field(name="year", label=Text("年度", "Year")),
    Field(name="due", label=Text("答复期限", "To be answered by"), duty=DUTY),
    Field(name="answered_at", label=Text("答复时间", "Answered"), once_filled=True),
    Field(name="late", label=Text("逾期", "Late")),
    Field(name="says", label=Text("答复内容", "What it says"), lines=4, once_filled=True),
    Field(name="reminded_at", label=Text("催告", "Reminded"), once_filled=True),
    Field(name="drawn", label=Text("列入检查", "Looked into"), choices=DRAWN, once_filled=True),
    Field(name="draw", label=Text("抽取", "Draw"), once_filled=True),
    *(Field(name=each.name, label=each.label, choices=each.choices, once_filled=True)
      for each in (*_CHECKED, *_CONCLUDED)),
    Field(name="checked_at", label=Text("检查时间", "Looked into at"), once_filled=True),
    Field(name="concluded_at", label=Text("审查结束", "Concluded"), once_filled=True),
)  # fmt: skip
OPEN = frozenset({"asked", "missing"})


def _clocks(row: AnnualReview, _now: datetime) -> Sequence[Running]:
    names = {"name": row.title, "year": str(row.year)}
    if row.state in OPEN:
        title = Text("{name}答复 {year} 年审查", "{name} answers the review of {year}").fill(**names)
        return [Running(kind="answer", title=title, since=row.created_at, due=row.due, roles=INSPECTING, duty=DUTY)]
    if row.state in ("answered", "checked"):
        title = Text("审查{name} {year} 年的答复", "Review what {name} told of {year}").fill(**names)
        since = row.answered_at or row.created_at
        return [Running(kind="conclude", title=title, since=since, roles=INSPECTING, duty=DUTY)]
    return ()


def _notes(row: AnnualReview, _now: datetime) -> Sequence[Text]:
    if row.peer_id is None and row.state in OPEN:
        return [Text("与该经营者没有公文往来：请另行送达，答复由人工登记",
                     "No dispatches go there: ask it otherwise, and enter its answer by hand")]  # fmt: skip
    return [*_packs(row), *_duties(row)]


def _packs(row: AnnualReview) -> list[Text]:
    told: list[Text] = []
    for pack in msgspec.convert(row.packs, list[Pack]):
        if pack.holds:
            told.append(
                Text(
                    f"证据包 {pack.name}：{pack.files} 个文件、{pack.records} 条记录，经核验无误",
                    f"Evidence pack {pack.name}: {pack.files} files, {pack.records} records, all verify",
                )
            )
        for where, zh, en in pack.faults:
            told.append(Alert(f"证据包 {pack.name} {where}：{zh}", f"Evidence pack {pack.name} {where}: {en}"))
    return told


def _duties(row: AnnualReview) -> list[Text]:
    if not row.counts:
        return []
    one = Text("{state} {n}", "{n} {state}")
    told = [one.fill(state=STATE_WORDS[each], n=row.counts[each]) for each in STATES if each in row.counts]
    words = Text("经营者自述的各项义务：{told}", "By its own answer, of its duties: {told}")
    return [words.fill(told=Text.listed(told, zh="，"))]


def _keep(now: datetime) -> None:
    reviewing.open_year(now)
    reviewing.remind_waiting(now)
    reviewing.note_missing(now)


REGISTER: Register[AnnualReview] = Register(
    name=reviewing.NAME,
    prefix="YR",
    title=Text("年度审查", "Annual reviews"),
    one=Text("年度审查", "Annual review"),
    intro=Text(
        "实施许可和许可证年检时，对用户个人信息保护情况进行审查（第十九条）。每年第一季度自动向持有许可证的经营者发出，逾期未答复的列入检查。",
        "When licences are granted and checked each year, the protection of personal information is reviewed "
        "(Art. 19). In the first quarter whoever holds a licence is asked by itself; who does not answer is looked "
        "into.",
    ),
    model=AnnualReview,
    duties=(DUTY,),
    fields=_SHOWN,
    states={
        "asked": State(label=Text("待答复", "To be answered"), tone="waiting"),
        "missing": State(label=Text("逾期未答复", "Not answered"), tone="bad"),
        "answered": State(label=Text("已答复", "Answered"), tone="waiting"),
        "checked": State(label=Text("已检查", "Looked into"), tone="waiting"),
        "concluded": State(label=Text("已审查", "Concluded"), tone="good"),
    },
    creating=Act(name="open", title=Text("首次许可审查", "Review at first licensing"), by=INSPECTING, to="asked",
                 fields=_OPENED, does=reviewing.open_one, duty=DUTY),
    acts=(
        Act(name="answered", title=Text("登记答复", "Enter the answer"), by=INSPECTING, source=OPEN, to="answered",
            fields=_ANSWERED, does=reviewing.note_answer, duty=DUTY),
        Act(name="remind", title=Text("催告", "Remind"), by=INSPECTING, source=OPEN, does=reviewing.remind, duty=DUTY,
            fields=(Field(name="words", label=Text("附言", "Words"), lines=3, optional=True),)),
        Act(name="reminded", title=Text("自动催告", "Reminded by itself"), by=frozenset(), follows=True,
            does=reviewing.remind, duty=DUTY),
        Act(name="check", title=Text("登记检查情况", "Note what was found"), by=INSPECTING, to="checked",
            source=frozenset({"answered", "missing"}), fields=_CHECKED, does=reviewing.check, duty=DUTY),
        Act(name="conclude", title=Text("作出审查结果", "Conclude"), by=frozenset({Role.HEAD}), to="concluded",
            source=frozenset({"answered", "checked"}), fields=_CONCLUDED, does=reviewing.conclude,
            apart_from=("check",), duty=DUTY),
    ),
    columns=("year", "occasion", "due", "answered_at", "drawn", "result"),
    filters=("occasion", "drawn", "result"),
    search=("operator",),
    seen_by=INSPECTING | {Role.AUDITOR, Role.MINISTRY},
    clocks=_clocks,
    notes=_notes,
    rounds=(Round(name="annualreviews.keep", every=timedelta(minutes=5), run=_keep),),
    from_files=False,
    takes={"review-answer": reviewing.take_answer},
    houses=AUTHORITIES,
    group=Group.AUTHORITIES,
    speaks=SPEAKS,
    order=66,
)  # fmt: skip
