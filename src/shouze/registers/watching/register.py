"""The register of unusual handling: what a rule found, why, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from shouze.client import NotFound
from shouze.language import Text
from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.describing import Act, Doing, Field, Group, Register, Round, Running, State
from shouze.registers.incidents.register import REGISTER as INCIDENTS
from shouze.registers.roles import KEEPERS, OVERSEEING
from shouze.registers.shortcomings.part import part_of
from shouze.registers.shortcomings.raising import Wrong, raise_shortcoming
from shouze.registers.watching.facts import SPEAKS
from shouze.registers.watching.models import Unusual
from shouze.registers.yardsticks.models import RULES
from shouze.registers.yardsticks.register import explained

EVERY = timedelta(minutes=10)
_FIELDS = (
    Field(name="rule", label=Text("规则", "Rule"), choices=RULES, duty="A13-6-oplog"),
    Field(name="actor", label=Text("人员或账号", "Person or account")),
    Field(name="day", label=Text("日期", "Day")),
    Field(name="count", label=Text("次数", "Count")),
    Field(name="most", label=Text("规则数值", "Usual up to")),
    Field(name="incident", label=Text("安全事件", "Incident")),
    Field(name="explained_at", label=Text("处理时间", "Settled at")),
)


def _settled(doing: Doing[Unusual]) -> None:
    doing.entry.explained_at = doing.now


def _incident(doing: Doing[Unusual]) -> None:
    # A14-1-remedy: what may have happened is an incident as well
    unusual = doing.entry
    story = f"{unusual.number} {unusual.title}（{unusual.day}）：{_why(unusual).zh}"
    values = {
        "title": unusual.title[:200], "kind": "leak", "certainty": "suspected", "found_by": "watch",
        "detected_at": unusual.created_at, "happened_since": None, "happened_until": None, "story": story, "items": [],
        "house_hours": None,
    }  # fmt: skip
    made = acting.make(INCIDENTS, doing.person, Asked(values))
    unusual.incident, unusual.explained_at = made.number, doing.now


def _shortcoming(doing: Doing[Unusual]) -> None:
    _settled(doing)
    wrong = Wrong(rule="A13-6-oplog", title=doing.entry.title, story=_why(doing.entry).zh)
    raise_shortcoming("watching", doing.entry, wrong, doing.person)


def _why(unusual: Unusual) -> Text:
    return explained(unusual.rule, unusual.count, unusual.most)


def _notes(unusual: Unusual, _now: datetime) -> Sequence[Text]:
    return [_why(unusual)]


def _clocks(unusual: Unusual, _now: datetime) -> Sequence[Running]:
    title = Text("查明{name}", "Look into {name}").fill(name=unusual.called)
    met = unusual.explained_at
    return [
        Running(kind="explain", title=title, since=unusual.created_at, met=met, roles=KEEPERS, duty="A13-6-oplog")
    ]  # fmt: skip


def _keep(now: datetime) -> None:
    from shouze.registers.watching.watch import watch  # noqa: PLC0415 - it needs this register

    with suppress(NotFound):  # no checkpoint is signed yet: there is nothing to read
        watch(now)


REGISTER: Register[Unusual] = Register(
    name="watching",
    prefix="W",
    title=Text("异常处理", "Unusual handling"),
    one=Text("异常处理", "Unusual handling"),
    intro=Text(
        "操作记录中超过规则的处理：逐条查明，说明理由或者转为安全事件。规则和数值见“异常规则”。",
        "Handling beyond the watch rules: each is looked into, and explained or made an incident.",
    ),
    model=Unusual,
    duties=("A13-6-oplog",),
    fields=_FIELDS,
    states={
        "open": State(label=Text("待查明", "To be looked into"), tone="waiting"),
        "explained": State(label=Text("已说明", "Explained"), tone="over"),
        "incident": State(label=Text("已转为事件", "Made an incident"), tone="bad"),
    },
    creating=Act(name="note", title=Text("登记", "Note"), by=frozenset(), to="open", duty="A13-6-oplog"),
    acts=(
        Act(name="find", title=Text("规则发现", "Found by a rule"), by=frozenset(), follows=True, duty="A13-6-oplog"),
        Act(name="grow", title=Text("次数增加", "Grown"), by=frozenset(), follows=True, duty="A13-6-oplog"),
        Act(name="explain", title=Text("说明", "Explain"), by=KEEPERS, source=frozenset({"open"}), to="explained",
            does=_settled, reason="must", duty="A13-6-oplog"),
        Act(name="shortcoming", title=Text("登记为隐患", "Make it a shortcoming"), by=KEEPERS, does=_shortcoming,
            source=frozenset({"open"}), to="explained", reason="must", duty="A16-fix"),
        Act(name="incident", title=Text("转为安全事件", "Make it an incident"), by=KEEPERS, source=frozenset({"open"}),
            to="incident", does=_incident, grave=True, duty="A14-1-remedy"),
    ),
    columns=("rule", "actor", "day", "count"),
    filters=("rule",),
    search=("actor",),
    seen_by=OVERSEEING,
    clocks=_clocks,
    notes=_notes,
    parts=(part_of("watching"),),
    rounds=(Round(name="watch", every=EVERY, run=_keep),),
    speaks=SPEAKS,
    group=Group.HANDLING,
    order=35,
)  # fmt: skip
