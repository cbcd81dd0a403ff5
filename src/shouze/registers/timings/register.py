"""The register of timings: the way of counting is the installation's own choice, stated with its reason (Art. 12).

A choice holds for what is received after it; a clock that runs keeps the one that it began with.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import acting
from shouze.registers.describing import Act, Choices, Doing, Field, Group, Register, State
from shouze.registers.roles import HOUSE, KEEPERS
from shouze.registers.timings.choosing import OFFERED
from shouze.registers.timings.models import MATTERS, Timing
from shouze.rules.deadline import COUNTINGS

_WHOLE = 100


def _countings() -> Choices:
    return {name: each.name for name, each in COUNTINGS.items()}


_FIELDS = (
    Field(name="matter", label=Text("事项", "For"), choices=MATTERS, duty="A12-15d"),
    Field(name="counting", label=Text("计算方式", "Way of counting"), choices=_countings, duty="A12-15d"),
    Field(name="warn", label=Text("预警（时限的百分比）", "Warns at (% of the time)")),
    Field(name="escalate", label=Text("上报负责人（时限的百分比）", "Passed up at (% of the time)")),
    Field(name="because", label=Text("理由", "Why"), lines=3, duty="A12-15d"),
)


def _choose(doing: Doing[Timing]) -> None:
    timing = doing.entry
    timing.title = MATTERS[timing.matter].zh
    if timing.counting not in OFFERED[timing.matter]:
        offered = [COUNTINGS[name].name for name in OFFERED[timing.matter]]
        remedy = Text("可选：{offered}", "Choose: {offered}").fill(offered=Text.listed(offered, zh="；", en="; "))
        raise InvalidError(Text("此事项不能这样计算", "This is not counted so"), field="counting", remedy=remedy)
    if not 0 < timing.warn < timing.escalate < _WHOLE:
        remedy = Text("例如 60 和 80", "For example 60 and 80")
        raise InvalidError(
            Text("预警应早于上报，且在 1 到 99 之间", "It warns before it is passed up, both within 1 to 99"),
            field="warn", remedy=remedy,
        )  # fmt: skip


def _replace(doing: Doing[Timing], _before: object) -> None:
    others = Timing.objects.filter(matter=doing.entry.matter, state="standing").exclude(pk=doing.entry.pk)
    for each in list(others):
        acting.follow(REGISTER, REPLACED, each.pk, doing.by)


def _notes(timing: Timing, _now: datetime) -> Sequence[Text]:
    how = COUNTINGS[timing.counting]
    return [Text(f"{how.source.zh}：{how.reason.zh}", f"{how.source.en}: {how.reason.en}")]


REPLACED: Act[Timing] = Act(name="replaced", title=Text("被替换", "Replaced"), by=frozenset(), to="replaced",
                            follows=True, duty="A12-15d")  # fmt: skip

REGISTER: Register[Timing] = Register(
    name="timings",
    prefix="TM",
    title=Text("时限的计算", "Ways of counting"),
    one=Text("计算方式", "Way of counting"),
    intro=Text(
        "自接到投诉之日起十五日内答复（第十二条）。条文留有余地的计算方式在此选定并说明理由；未选定的按默认。"
        "只影响之后接到的投诉和请求。",
        "A complaint is answered within 15 days of its receipt (Art. 12). How days are counted where the text leaves "
        "room is chosen here, with its reason; else the default holds. It holds for what is received afterwards.",
    ),
    model=Timing,
    duties=("A12-15d",),
    fields=_FIELDS,
    states={
        "standing": State(label=Text("现行", "In use"), tone="good"),
        "replaced": State(label=Text("已替换", "Replaced"), tone="over"),
    },
    creating=Act(name="choose", title=Text("选定计算方式", "Choose a way of counting"), by=KEEPERS, to="standing",
                 fields=_FIELDS, does=_choose, duty="A12-15d"),
    acts=(REPLACED,),
    columns=("matter", "counting", "warn", "escalate"),
    filters=("matter",),
    seen_by=HOUSE,
    notes=_notes,
    heeds={("timings", "choose"): _replace},
    from_files=False,
    group=Group.HANDLING,
    order=47,
)  # fmt: skip
