"""The register of comparisons (Art. 7): the operator's figures among those of others, without names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from shouze.language import Text
from shouze.registers.comparisons import answering
from shouze.registers.comparisons.measuring import measured
from shouze.registers.comparisons.models import Comparison
from shouze.registers.describing import OPERATORS, Act, Field, Group, Part, Register, Running, State
from shouze.registers.peers.naming import associations
from shouze.registers.roles import KEEPERS, OVERSEEING, Role, Roles
from shouze.rules.comparing import MEASURES

DUTY = "A07-selfreg"
BY: Roles = frozenset({Role.OFFICER})

_NOTHING = Text(
    "该年度没有可以算出的数据，可选择不答复", "There is nothing to measure that year by: choose not to answer"
)


def _clocks(row: Comparison, _now: datetime) -> Sequence[Running]:
    if row.state != "asked":
        return ()
    title = Text("答复同业数据（{year} 年）", "Answer with the figures of {year}").fill(year=row.year)
    return [Running(kind="answer", title=title, since=row.created_at, due=row.due, roles=BY, duty=DUTY)]


def _notes(row: Comparison, now: datetime) -> Sequence[Text]:
    if row.state == "asked":
        known = measured(row.year, now)
        told = [Text(f"{MEASURES[name].words.zh} {MEASURES[name].told(known[name]).zh}",
                     f"{MEASURES[name].words.en} {MEASURES[name].told(known[name]).en}")
                for name in row.measures if name in known]  # fmt: skip
        if not told:
            return [
                Text(
                    "该年度没有可以算出的数据，可选择不答复", "There is nothing to measure that year by; do not answer"
                )
            ]
        words = Text("此刻将送出：{told}", "What would be sent now: {told}")
        return [
            words.fill(told=Text.listed(told, zh="；", en="; ")),
            Text(f"协会说明：少于 {row.least} 家答复的指标不返还任何内容。",
                 f"The association says: of what fewer than {row.least} members tell, nothing goes back."),
        ]  # fmt: skip
    if row.state == "told" and row.compared:
        return [_stands(name, row) for name in row.measures if name in row.compared and name in row.sent]
    if row.state == "told":
        return [Text("答复的会员不足，没有返还内容", "Too few members answered: nothing came back")]
    return ()


def _stands(name: str, row: Comparison) -> Text:
    """Return where the operator stands by one measure, so that nobody has to scroll a table for it."""
    members, _lower, median, _upper, place = row.compared[name]
    words = Text("{name}：本单位 {ours}，{members} 家中第 {place}；中位数 {median}",
                 "{name}: ours {ours}, place {place} of {members}; the median is {median}")  # fmt: skip
    told = MEASURES[name].told
    return words.fill(name=MEASURES[name].words, ours=told(row.sent[name]), members=members, place=place or "—",
                      median=told(median))  # fmt: skip


def _lines(row: Comparison) -> Iterable[Any]:
    return [(MEASURES[name], row.sent.get(name), *row.compared.get(name, [None] * 5)) for name in row.measures]


def _told(at: int) -> Callable[[Any], object]:
    return lambda line: None if line[at] is None else line[0].told(line[at])


REGISTER: Register[Comparison] = Register(
    name=answering.NAME,
    prefix="FG",
    title=Text("同业比较", "Among the others"),
    one=Text("同业比较", "Comparison"),
    intro=Text(
        "行业协会征集的年度数据和返还的结果：本单位在同业中处于什么位置，不具名。",
        "Figures of a year that an association asked for, and what came back: where we stand among the others, "
        "without a name.",
    ),
    model=Comparison,
    duties=(DUTY,),
    fields=(
        Field(name="association", label=Text("协会", "Association"), choices=associations),
        Field(name="year", label=Text("年度", "Year")),
        Field(name="due", label=Text("答复期限", "To be answered by")),
        Field(name="sent_at", label=Text("送出时间", "Sent"), once_filled=True),
        Field(name="members", label=Text("答复的会员", "Members that answered")),
        Field(name="told_at", label=Text("返还时间", "Came back"), once_filled=True),
        Field(name="matter", label=Text("协会的编号", "The association's number")),
    ),
    states={
        "asked": State(label=Text("待答复", "To be answered"), tone="waiting"),
        "sent": State(label=Text("已送出", "Sent"), tone="waiting"),
        "told": State(label=Text("已返还", "Came back"), tone="good"),
        "declined": State(label=Text("不答复", "Not answered"), tone="over"),
    },
    creating=Act(name="put", title=Text("收到征集", "A request arrived"), by=frozenset(), to="asked", duty=DUTY),
    acts=(
        Act(name="send", title=Text("送出数据", "Send the figures"), by=BY, source=frozenset({"asked", "declined"}),
            to="sent", does=answering.send, reason="none", proof="none", duty=DUTY,
            hint=Text("由台账和日志此刻算出；协会收到的数据署本单位名称，返还给会员的不具名。",
                      "Measured now from the registers. The association has them under our name; what it returns to "
                      "members has no name.")),
        Act(name="decline", title=Text("不答复", "Do not answer"), by=BY, source=frozenset({"asked"}), to="declined",
            duty=DUTY),
        Act(name="arrive", title=Text("收到征集", "A request arrived"), by=frozenset(), follows=True, duty=DUTY),
        Act(name="told", title=Text("结果返还", "It came back"), by=frozenset(), to="told", does=answering.note,
            follows=True, duty=DUTY),
    ),
    columns=("association", "year", "due", "sent_at", "told_at"),
    joins=("peer",),
    seen_by=OVERSEEING | KEEPERS,
    clocks=_clocks,
    notes=_notes,
    parts=(
        Part(
            title=Text("比较", "Compared"),
            columns=((Text("指标", "Measure"), lambda line: line[0].words),
                     (Text("本单位", "Ours"), _told(1)),
                     (Text("位次", "Our place"), lambda line: line[6]),
                     (Text("家数", "Members"), lambda line: line[2]),
                     (Text("下四分位", "Lower quartile"), _told(3)),
                     (Text("中位数", "Median"), _told(4)),
                     (Text("上四分位", "Upper quartile"), _told(5))),
            rows=_lines,
        ),
    ),
    from_files=False,
    takes={"figures-request": answering.take_request, "comparison": answering.take_comparison},
    houses=OPERATORS,
    group=Group.SELF_DISCIPLINE,
    order=93,
)  # fmt: skip
