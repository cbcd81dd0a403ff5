"""The register of draws among annual reviews (Arts. 17, 19)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shouze.language import Text
from shouze.registers.annualreviews.models import AnnualReview
from shouze.registers.annualreviews.register import DRAWN
from shouze.registers.annualreviews.register import REGISTER as REVIEWS
from shouze.registers.describing import AUTHORITIES, Act, Field, Group, Part, Register, State
from shouze.registers.draws.drawing import MOST, draw
from shouze.registers.draws.models import Draw
from shouze.registers.roles import INSPECTING, Role

_FIELDS = (
    Field(name="year", label=Text("年度", "Year")),
    Field(name="seed", label=Text("种子", "Seed"),
          hint=Text("答复截止后才公布的数，例如某日彩票开奖号码", "A number published after the term: a lottery's")),
    Field(name="source", label=Text("种子的公布处", "Where the seed was published")),
    Field(name="count", label=Text("抽取家数", "How many are drawn")),
)  # fmt: skip


def _notes(row: Draw, _now: datetime) -> Sequence[Text]:
    return [
        Text(f"从 {row.among} 份答复中抽取 {len(row.numbers)} 份；"
             f"另有 {len(row.risky)} 份因自述已违反或者没有附上自述而列入",
             f"{len(row.numbers)} of {row.among} answers were drawn; {len(row.risky)} more say that they breach, "
             "or left their account out"),
        Text("抽取顺序为 SHA-256（种子:编号）由小到大，任何人可以重算",
             "The order is that of SHA-256(seed:number), smallest first: anybody may draw again"),
    ]  # fmt: skip


REGISTER: Register[Draw] = Register(
    name="draws",
    prefix="DW",
    title=Text("检查抽取", "Draws"),
    one=Text("抽取", "Draw"),
    intro=Text(
        "在已答复的年度审查中随机抽取检查对象：种子公开，任何人可以重算；自述已违反的另行列入。",
        "Which answered reviews are looked into: by a public seed, so that anybody may draw again; who says that it "
        "is in breach is added.",
    ),
    model=Draw,
    duties=("A19-annual",),
    fields=(
        *_FIELDS,
        Field(name="among", label=Text("可抽的答复", "Answers to draw from")),
        Field(name="numbers", label=Text("抽中", "Drawn"), once_filled=True),
        Field(name="risky", label=Text("因风险列入", "Added for risk"), once_filled=True),
    ),
    states={"drawn": State(label=Text("已抽取", "Drawn"), tone="good")},
    creating=Act(name="draw", title=Text("抽取", "Draw"), by=frozenset({Role.HEAD}), to="drawn", fields=_FIELDS,
                 does=draw, duty="A19-annual"),
    acts=(),
    columns=("year", "count", "among", "seed"),
    seen_by=INSPECTING | {Role.AUDITOR, Role.MINISTRY},
    notes=_notes,
    parts=(
        Part(
            title=Text("列入检查的审查", "Reviews that are looked into"),
            columns=(
                (Text("编号", "Number"), lambda each: each.number),
                (Text("经营者", "Operator"), lambda each: each.title),
                (Text("列入检查", "Looked into"), lambda each: DRAWN[each.drawn]),
                (Text("状态", "State"), lambda each: REVIEWS.states[each.state].label),
            ),
            rows=lambda row: AnnualReview.objects.filter(draw=row.number).order_by("drawn", "pk")[:MOST],
            link=lambda each: ("annualreviews", each.number),
        ),
    ),
    from_files=False,
    houses=AUTHORITIES,
    group=Group.AUTHORITIES,
    order=67,
)  # fmt: skip
