"""The register of surveys (Arts. 7, 21): comparable figures without names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from shouze.language import Text
from shouze.registers.describing import ASSOCIATIONS, Act, Field, Group, Part, Register, Round, Running, State
from shouze.registers.roles import Role, Roles
from shouze.registers.surveys import surveying
from shouze.registers.surveys.facts import SPEAKS
from shouze.registers.surveys.models import Survey
from shouze.registers.surveys.surveying import ASKING, DROPPED, NAME, RETURNED, TOO_FEW
from shouze.rules.comparing import LEAST, MEASURES

DUTY = "A21-ind-guide"
MOST = 500
SECRETARIAT: Roles = frozenset({Role.SECRETARY})
SEEN_BY: Roles = SECRETARIAT | {Role.APPROVER, Role.AUDITOR, Role.OFFICER}
_FIELDS = (
    Field(name="year", label=Text("年度", "Year")),
    Field(name="due", label=Text("答复期限", "To be answered by")),
)
_NAMELESS = Text(
    "至少 {n} 家会员答复的指标才返还，只有四分位数，已取整，不具名；每家另见自己的位次。",
    "A measure goes back only where {n} members or more told it: quartiles alone, rounded, without a name; each member "
    "sees its own place besides.",
)
_ASKING = frozenset({ASKING})


def _clocks(row: Survey, _now: datetime) -> Sequence[Running]:
    if row.state != ASKING:
        return ()
    title = Text("返还 {year} 年同业数据", "Return the figures of {year}").fill(year=row.year)
    return [Running(kind="return", title=title, since=row.created_at, due=row.due, roles=SECRETARIAT, duty=DUTY)]


def _notes(row: Survey, _now: datetime) -> Sequence[Text]:
    told = [_NAMELESS.fill(n=LEAST)]
    if row.state == ASKING:
        told.append(Text("到期自动返还", "It goes back by itself when it is due"))
    return told


def _results(row: Survey) -> Iterable[Any]:
    return [(MEASURES[name], *row.results[name]) for name in MEASURES if name in row.results]


def _answers(row: Survey) -> Iterable[Any]:
    return row.answers.select_related("peer").order_by("peer__title", "pk")[:MOST]


REGISTER: Register[Survey] = Register(
    name=NAME,
    prefix="SV",
    title=Text("同业数据", "Comparable figures"),
    one=Text("同业数据征集", "Survey"),
    intro=Text(
        "向会员征集年度数据，返还中位数和四分位数，不具名，使每家知道自己所处的位置（第二十一条：引导会员提高保护水平）。",
        "Members' figures of a year, returned as median and quartiles without a name, so that each knows where it "
        "stands (Art. 21: guide members, raise the level).",
    ),
    model=Survey,
    duties=(DUTY,),
    fields=(
        *_FIELDS,
        Field(name="members", label=Text("已答复的会员", "Members that answered")),
        Field(name="returned_at", label=Text("返还时间", "Returned"), once_filled=True),
    ),
    states={
        ASKING: State(label=Text("征集中", "Asking"), tone="waiting"),
        RETURNED: State(label=Text("已返还", "Returned"), tone="good"),
        TOO_FEW: State(label=Text("答复不足，没有返还", "Too few answered, nothing went back"), tone="over"),
        DROPPED: State(label=Text("已撤销", "Dropped"), tone="over"),
    },
    creating=Act(name="ask", title=Text("征集数据", "Ask for figures"), by=SECRETARIAT, to=ASKING, fields=_FIELDS,
                 does=surveying.ask, reason="none", proof="none", duty=DUTY),
    acts=(
        Act(name="return", title=Text("返还结果", "Return the results"), by=SECRETARIAT, source=_ASKING,
            does=surveying.give_back, possible=surveying.enough, grave=True, duty=DUTY,
            hint=Text("只返还一次；其后不再接受答复。", "Once; no answer is taken after that.")),
        Act(name="drop", title=Text("撤销", "Drop"), by=SECRETARIAT, source=_ASKING, to=DROPPED, reason="must",
            duty=DUTY),
        Act(name="answered", title=Text("会员答复", "A member answered"), by=frozenset(), does=surveying.count,
            follows=True, duty=DUTY),
        Act(name="close", title=Text("到期返还", "Due, and returned"), by=frozenset(), does=surveying.give_back,
            follows=True, duty=DUTY),
    ),
    columns=("year", "due", "members", "returned_at"),
    seen_by=SEEN_BY,
    clocks=_clocks,
    notes=_notes,
    parts=(
        Part(
            title=Text("返还的结果", "What went back"),
            columns=((Text("指标", "Measure"), lambda each: each[0].words),
                     (Text("家数", "Members"), lambda each: each[1]),
                     (Text("下四分位", "Lower quartile"), lambda each: each[0].told(each[2])),
                     (Text("中位数", "Median"), lambda each: each[0].told(each[3])),
                     (Text("上四分位", "Upper quartile"), lambda each: each[0].told(each[4]))),
            rows=_results,
        ),
        Part(
            title=Text("会员", "Members"),
            columns=((Text("会员", "Member"), lambda each: each.peer.title),
                     (Text("答复时间", "Answered"), lambda each: each.answered_at)),
            rows=_answers,
        ),
    ),
    rounds=(Round(name="surveys.keep", every=timedelta(seconds=5), run=surveying.keep),),
    from_files=False,
    takes={"figures": surveying.take},
    houses=ASSOCIATIONS,
    group=Group.SELF_DISCIPLINE,
    speaks=SPEAKS,
    order=14,
)  # fmt: skip
