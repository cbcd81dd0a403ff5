"""The register of plans of inspections (Art. 17)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from shouze.language import Text
from shouze.registers.describing import AUTHORITIES, Act, Field, Group, Page, Part, Register, Running, State
from shouze.registers.people.models import Person
from shouze.registers.plans import planning
from shouze.registers.plans.models import Plan
from shouze.registers.plans.planning import SIGNS, points
from shouze.registers.roles import INSPECTING, Role, Roles
from shouze.registers.supervised.models import Supervised
from shouze.registers.supervised.register import SECTORS

DUTY = "A17-1-inspect"
HEAD: Roles = frozenset({Role.HEAD})
SEEN: Roles = INSPECTING | {Role.AUDITOR}
_RUNNING = frozenset({"running"})
_FIELDS = (
    Field(name="year", label=Text("年度", "Year")),
    Field(name="sector", label=Text("行业", "Sector"), choices=SECTORS, optional=True,
          hint=Text("不选即为所有行业", "All, if none is chosen")),
    Field(name="province", label=Text("省份", "Province"), optional=True),
    Field(name="count", label=Text("随机抽取家数", "How many at random")),
    Field(name="by_risk", label=Text("按风险列入家数", "How many by risk")),
    Field(name="seed", label=Text("种子", "Seed"),
          hint=Text("不由本机关决定、已经公布的数，例如某日彩票开奖号码",
                    "A published number that this authority does not decide: a lottery's")),
    Field(name="source", label=Text("种子的公布处", "Where the seed was published")),
    Field(name="until", label=Text("完成期限", "To be done by")),
)  # fmt: skip


def _notes(row: Plan, _now: datetime) -> Sequence[Text]:
    signs = Text.listed(Text(f"{each.words.zh} {each.points} 分", f"{each.words.en} {each.points}")
                        for each in SIGNS.values())  # fmt: skip
    return [
        Text(f"随机：从 {row.among} 家中按 SHA-256（种子:编号）由小到大抽取，任何人可以按“抽取名单”重算",
             f"At random: among {row.among}, by SHA-256(seed:number), smallest first; anybody may draw again from the "
             "list of the draw"),
        Text(f"风险：过去三年中每次计分，{signs.zh}", f"Risk: points for each time in three years: {signs.en}"),
    ]  # fmt: skip


def _clocks(row: Plan, _now: datetime) -> Sequence[Running]:
    if row.state != "running":
        return ()
    left = len(row.named) - len(row.done)
    title = Text("{name}：还有 {n} 家", "{name}: {n} to be inspected").fill(name=row.called, n=left)
    running = [Running(kind="carry-out", title=title, since=row.created_at, due=row.until, roles=INSPECTING, duty=DUTY)]
    charged = Counter(each["officer"] for each in row.named if each.get("officer") and each["operator"] not in row.done)
    for person in Person.objects.filter(username__in=charged).order_by("pk"):
        count = charged[person.username]
        title = Text("{name}：由您检查 {n} 家", "{name}: {n} for you to inspect").fill(name=row.called, n=count)
        running.append(Running(kind=f"of-{person.pk}", title=title, since=row.created_at, due=row.until,
                               person=person.pk, duty=DUTY))  # fmt: skip
    return running


def _some_left(row: Plan, _now: datetime) -> bool:
    return len(row.done) < len(row.named)


def _named(row: Plan) -> Iterator[tuple[Any, ...]]:
    numbers = [each["operator"] for each in row.named]
    titles = dict(Supervised.objects.filter(number__in=numbers).values_list("number", "title"))
    for each in row.named:
        number = each["operator"]
        yield number, titles.get(number, ""), _why(each), each.get("officer", ""), row.done.get(number)


def _why(named: dict[str, Any]) -> Text:
    if named["why"] == "random":
        return Text("随机", "At random")
    signs = Text.listed(Text(f"{SIGNS[name].words.zh} {times} 次", f"{SIGNS[name].words.en}, {times} times")
                        for name, times in named["signs"].items())  # fmt: skip
    total = points(named["signs"])
    return Text(f"风险 {total} 分：{signs.zh}", f"Risk, {total} points: {signs.en}")


_WHOM = Field(name="operator", label=Text("经营者", "Operator"), of_row=planning.open_ones, choices=dict,
              optional=False)  # fmt: skip

_WHOSE = Field(name="operators", label=Text("经营者", "Operators"), of_row=planning.open_ones, choices=dict,
               several=True, optional=False)  # fmt: skip
_WHO = Field(
    name="officer",
    label=Text("检查人员", "In charge"),
    choices=planning.officers,
    optional=False,
    hint=Text("与该经营者没有利害关系的执法人员", "An officer without a tie to these operators"),
)

REGISTER: Register[Plan] = Register(
    name="plans",
    prefix="PN",
    title=Text("检查计划", "Plans of inspections"),
    one=Text("检查计划", "Plan"),
    intro=Text(
        "每年检查谁：一部分凭公开的种子随机抽取，一部分按写明的风险情形列入；逐家检查或者说明理由（第十七条）。",
        "Who is inspected: some drawn by a public seed, some for stated signs of risk; each is inspected, or it is "
        "said why not (Art. 17).",
    ),
    model=Plan,
    duties=(DUTY,),
    fields=(*_FIELDS, Field(name="among", label=Text("可抽的家数", "Drawn among"))),
    states={
        "running": State(label=Text("执行中", "Under way"), tone="waiting"),
        "finished": State(label=Text("已完成", "Finished"), tone="good"),
    },
    creating=Act(name="plan", title=Text("制定计划", "Make a plan"), by=HEAD, to="running", fields=_FIELDS,
                 does=planning.plan, reason="none", duty=DUTY),
    acts=(
        Act(name="assign", title=Text("指定检查人员", "Put somebody in charge"), by=HEAD, source=_RUNNING,
            possible=_some_left, fields=(_WHOSE, _WHO), does=planning.assign, reason="none", proof="none", duty=DUTY),
        Act(name="note", title=Text("登记已检查", "Note an inspection"), by=INSPECTING, source=_RUNNING,
            possible=_some_left, does=planning.note, reason="none", duty=DUTY,
            fields=(_WHOM, Field(name="inspection", label=Text("检查编号", "Number of the inspection"),
                                 optional=False))),
        Act(name="excuse", title=Text("说明不检查的理由", "Say why there is none"), by=HEAD, source=_RUNNING,
            possible=_some_left, fields=(_WHOM,), does=planning.excuse, reason="must", duty=DUTY),
        Act(name="finish", title=Text("完成", "Finish"), by=HEAD, source=_RUNNING, to="finished",
            does=planning.finish, reason="none", duty=DUTY),
    ),
    columns=("year", "sector", "count", "by_risk", "until"),
    filters=("sector",),
    seen_by=SEEN,
    notes=_notes,
    clocks=_clocks,
    parts=(
        Part(
            title=Text("列入的经营者", "Operators on it"),
            columns=(
                (Text("编号", "Number"), lambda each: each[0]),
                (Text("名称", "Name"), lambda each: each[1]),
                (Text("为什么", "Why"), lambda each: each[2]),
                (Text("检查人员", "In charge"), lambda each: each[3]),
                (Text("检查", "Inspected"), lambda each: each[4]),
            ),
            rows=_named,
            link=lambda each: ("supervised", each[0]),
        ),
    ),
    pages=(Page(name="plan-drawn", title=Text("抽取名单", "List of the draw"), by=SEEN),),
    from_files=False,
    houses=AUTHORITIES,
    group=Group.AUTHORITIES,
    order=64,
)  # fmt: skip
