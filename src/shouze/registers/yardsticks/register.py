"""The register of yardsticks: rules as data, with numbers that can be set; each change has its reason."""

from __future__ import annotations

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import acting
from shouze.registers.describing import Act, Doing, Field, Group, Register, State
from shouze.registers.naming import is_subject
from shouze.registers.roles import KEEPERS, OVERSEEING
from shouze.registers.yardsticks.facts import SPEAKS
from shouze.registers.yardsticks.models import RULES, Yardstick

_MOST = {"volume": 500, "hours": 5, "elsewhere": 3, "uncalled": 5, "refusals": 10, "decoy": 0}
_FIELDS = (
    Field(name="most", label=Text("超过多少次算异常", "Unusual above")),
    Field(name="from_hour", label=Text("工作时间自（时）", "Working hours from"), hint=Text("0 至 23", "0 to 23")),
    Field(name="to_hour", label=Text("工作时间至（时）", "Working hours until"), hint=Text("1 至 24", "1 to 24")),
    Field(name="decoys", label=Text("诱饵用户的编号", "Decoys' ids"), lines=3, personal=True,
          hint=Text("每行一个；专为此登记、无人应当查看的用户", "One a line: users whom nobody looks at")),
    Field(name="watched", label=Text("启用", "Watched")),
)  # fmt: skip


def _set(doing: Doing[Yardstick]) -> None:
    stick = doing.entry
    if not 0 <= stick.from_hour < stick.to_hour <= 24:
        raise InvalidError(Text("工作时间有误", "Working hours are not valid"), field="to_hour")
    decoys = stick.decoys.split()
    if any(not is_subject(each) for each in decoys) or len(decoys) > 20:
        remedy = Text("每行一个 26 位编号，至多 20 个", "Ids of 26 characters, one a line, 20 at most")
        raise InvalidError(Text("不是用户编号", "Those are no users' ids"), field="decoys", remedy=remedy)


def explained(rule: str, count: int, most: int) -> Text:
    """Return why it counts as unusual, with the numbers."""
    return _BECAUSE[rule].fill(n=count, most=most)


_BECAUSE = {
    "volume": Text("当日处理 {n} 次，规则为 {most} 次以内", "{n} uses that day; up to {most} are usual"),
    "hours": Text("工作时间以外处理 {n} 次，规则为 {most} 次以内", "{n} uses out of hours; up to {most} are usual"),
    "elsewhere": Text("在本人场所以外处理 {n} 次，规则为 {most} 次以内", "{n} uses elsewhere; up to {most} are usual"),
    "uncalled": Text(
        "查看的用户比接待的多 {n} 人，规则为 {most} 人以内", "{n} more users seen than served; up to {most} are usual"
    ),
    "refusals": Text("连续被拒绝 {n} 次，规则为 {most} 次以内", "refused {n} times in a row; up to {most} are usual"),
    "decoy": Text("查看了无人应当查看的诱饵用户", "a planted decoy, whom nobody has a reason to look at, was seen"),
}


def yardsticks() -> dict[str, Yardstick]:
    """Return the rules that are watched, by name; those that are missing are made with their usual numbers."""
    there = {each.rule: each for each in Yardstick.objects.all()}
    for rule, words in RULES.items():
        if rule not in there:
            made = Yardstick(rule=rule, title=words.zh, most=_MOST[rule])
            there[rule] = acting.enrol(REGISTER, made, None)
    return {rule: each for rule, each in there.items() if each.watched}


REGISTER: Register[Yardstick] = Register(
    name="yardsticks",
    prefix="Y",
    title=Text("异常规则", "Watch rules"),
    one=Text("规则", "Rule"),
    intro=Text(
        "操作记录按这些规则自动检查，超过的列为异常处理。规则和数值公开可查，改动须写理由（第十三条第三项防泄密措施）。",
        "Handling records are watched by these rules; what exceeds them becomes unusual handling. Every change of a "
        "number has its reason (Art. 13(3), measures against leaks).",
    ),
    model=Yardstick,
    duties=("A13-6-oplog",),
    fields=(Field(name="rule", label=Text("规则", "Rule"), choices=RULES), *_FIELDS),
    states={"set": State(label=Text("生效", "In force"), tone="good")},
    creating=Act(name="make", title=Text("新增", "Add"), by=frozenset(), to="set", duty="A13-6-oplog"),
    acts=(
        Act(name="set", title=Text("设定", "Set"), by=KEEPERS, fields=_FIELDS, does=_set, reason="must", proof="none",
            duty="A13-6-oplog"),
    ),
    columns=("rule", "most", "watched"),
    seen_by=OVERSEEING,
    speaks=SPEAKS,
    group=Group.HANDLING,
    order=36,
)  # fmt: skip
