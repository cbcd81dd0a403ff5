"""The register of agents (Art. 11): assessed before they are entrusted, supervised while, their information back after.

* Only an agent that was found fit and is engaged is open at the door, until contract or verdict run out.
* Found unfit, or ended: the door closes to its staff with that act.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import vocabulary
from shouze.registers.agents.facts import SPEAKS
from shouze.registers.agents.models import Agent
from shouze.registers.agents.report import supervision
from shouze.registers.assessments.part import part_of as assessments_of
from shouze.registers.assessments.standing import warning
from shouze.registers.courses.register import guarding
from shouze.registers.describing import Act, Doing, Field, Group, Part, Printed, Register, Round, Running, State
from shouze.registers.dooring import door
from shouze.registers.people.models import Person
from shouze.registers.roles import HOUSE, KEEPERS, Role, Roles
from shouze.registers.shortcomings.part import part_of
from shouze.registers.shortcomings.raising import Wrong, raise_shortcoming
from shouze.rules import entries
from shouze.rules.declaration import Told

RETURNED_WITHIN = timedelta(days=30)
MONTH = timedelta(days=30)
ENGAGED = frozenset({"engaged"})
_VERDICTS = {"fit": Text("符合要求", "Fit"), "unfit": Text("不符合要求", "Unfit")}

_IDENTITY = (
    Field(name="name", label=Text("代号", "Id"),
          hint=Text("小写字母、数字和连字符；信息闸门以此识别", "Lower-case letters, digits, hyphens")),
    Field(name="title", label=Text("名称", "Name in Chinese")),
    Field(name="title_en", label=Text("英文名称", "Name in English")),
    Field(name="contact", label=Text("负责人与联系方式", "Who answers for it, and how to reach them"), personal=True),
)  # fmt: skip
_CONTRACT = (
    Field(name="contract", label=Text("合同编号", "Contract"), duty="A11-supervise"),
    Field(name="contract_since", label=Text("合同起始", "From")),
    Field(name="contract_until", label=Text("合同截止", "Until"),
          hint=Text("到期后闸门自动关闭", "The door closes by itself then")),
    Field(name="tasks", label=Text("委托事项", "Entrusted with"), lines=3),
    Field(name="services", label=Text("涉及的服务", "For services"), choices=vocabulary.services, several=True),
    Field(name="actions", label=Text("允许的操作", "May"), choices=vocabulary.actions, several=True),
    Field(name="purposes", label=Text("限于目的", "For purposes"), choices=vocabulary.purposes, several=True,
          hint=Text("不选则不限", "None chosen: not limited")),
    Field(name="items", label=Text("限于信息项", "Of items"), choices=vocabulary.items, several=True,
          hint=Text("不选则不限", "None chosen: not limited")),
    Field(name="sites", label=Text("限于场所", "At sites"),
          hint=Text("以逗号分隔；不填则不限", "Separated by commas; empty: not limited")),
    Field(name="course", label=Text("员工须有培训证书", "Its staff need a certificate"), choices=guarding,
          duty="A15-train-know/skill/resp",
          hint=Text("没有有效证书的员工，闸门对其关闭", "The door is shut to staff who hold no valid one")),
    Field(name="sub_entrustment", label=Text("转委托", "Sub-entrustment"), choices={
        "forbidden": Text("禁止", "Forbidden"), "consented": Text("须经书面同意", "With written consent"),
    }),
    Field(name="supervision_months", label=Text("监督周期（月）", "Supervised every (months)")),
)  # fmt: skip
_STANDING = (
    Field(name="fit_until", label=Text("评估结论有效至", "Found fit until"), duty="A11-no-unfit"),
    Field(name="supervised_at", label=Text("上次监督检查", "Supervised last"), duty="A11-supervise"),
    Field(name="unfit_because", label=Text("不符合要求的原因", "Unfit because"), lines=3),
    Field(name="returned_at", label=Text("信息返还或销毁", "Information given back or destroyed")),
)
_ASSESS = (
    Field(name="verdict", label=Text("评估结论", "Verdict"), choices=_VERDICTS, optional=False, duty="A11-no-unfit"),
    Field(name="fit_until", label=Text("结论有效至", "Valid until"), optional=True),
    Field(name="unfit_because", label=Text("不符合要求的原因", "Why it is unfit"), lines=3, optional=True),
)


_SUPERVISE = (
    Field(name="wrong", label=Text("发现的问题", "What is wrong"), lines=3, optional=True,
          hint=Text("填写后登记为隐患", "It becomes a shortcoming")),
)  # fmt: skip


def _check(doing: Doing[Agent]) -> None:
    agent = doing.entry
    if agent.contract_until <= agent.contract_since:
        raise InvalidError(Text("截止不晚于起始", "It ends before it begins"), field="contract_until")
    before = Agent.objects.filter(name=agent.name).first()
    if before is not None and before.pk != agent.pk:
        raise InvalidError(Text("已有此代号", "There is an agent of this id"), field="name")
    # Invariant: what was taken over from the door is never widened by a change of something else.
    if before is not None and _grant(before) != _grant(agent):
        agent.grants = []


def _assess(doing: Doing[Agent]) -> None:
    # A11-no-unfit: the verdict decides whether the door may be open to this agent
    agent, fit = doing.entry, doing.values.get("verdict") == "fit"
    if fit and (agent.fit_until is None or agent.fit_until <= doing.now):
        remedy = Text("填写将来的日期，至多一年", "Give a date ahead, a year at most")
        raise InvalidError(Text("没有写结论的有效期", "The verdict has no term"), field="fit_until", remedy=remedy)
    if not fit and not agent.unfit_because.strip():
        raise InvalidError(Text("没有写原因", "No reason is given"), field="unfit_because")
    if fit:
        agent.unfit_because = ""
        agent.state = "engaged" if agent.state == "engaged" else "fit"
    else:
        agent.fit_until, agent.state = None, "unfit"


def _supervise(doing: Doing[Agent]) -> None:
    doing.entry.supervised_at = doing.now
    if story := str(doing.values.get("wrong") or "").strip():
        title = Text("监督{name}发现问题", "Found when supervising {name}").fill(name=doing.entry.title).zh
        wrong = Wrong(rule="A11-supervise", title=title, story=story, place=doing.entry.title,
                      key=f"{doing.now:%Y%m%d%H%M%S}")  # fmt: skip
        raise_shortcoming("agents", doing.entry, wrong, doing.person)


def _engage(doing: Doing[Agent]) -> None:
    doing.entry.supervised_at = doing.entry.supervised_at or doing.now


def _unfit(doing: Doing[Agent]) -> None:
    doing.entry.unfit_because, doing.entry.fit_until = doing.values["why"], None


def _returned(doing: Doing[Agent]) -> None:
    doing.entry.returned_at = doing.now


def _assessed(agent: Agent, now: datetime) -> bool:
    return agent.fit_until is not None and agent.fit_until > now


def _clocks(agent: Agent, _now: datetime) -> Sequence[Running]:
    # A11-supervise: what is owed of an agent while it is looked at, engaged, and when it goes
    if agent.state in ("proposed", "fit"):
        return [_running("decide", agent.called, agent.created_at, roles=KEEPERS | {Role.APPROVER})]
    if agent.state == "ending":
        return [_running("return", agent.called, agent.changed_at, agent.changed_at + RETURNED_WITHIN)]
    if agent.state != "engaged":
        return []
    # Of one that was taken over nobody knows when it was looked at last: the term runs from its entry here.
    looked = agent.supervised_at or max(agent.contract_since, agent.created_at)
    fit_until = agent.fit_until or agent.changed_at
    return [
        _running("supervise", agent.called, looked, looked + agent.supervision_months * MONTH),
        _running("contract", agent.called, agent.contract_until - MONTH, agent.contract_until),
        _running("fit", agent.called, fit_until - MONTH, fit_until),
    ]


def _running(kind: str, name: Text, since: datetime, due: datetime | None = None, roles: Roles = KEEPERS) -> Running:
    text, duty = _OWED[kind]
    return Running(kind=kind, title=text.fill(name=name), since=since, due=due, roles=roles, duty=duty)


_OWED = {
    "decide": (Text("评估并决定是否委托{name}", "Assess {name} and decide"), "A11-no-unfit"),
    "supervise": (Text("监督检查{name}", "Supervise {name}"), "A11-supervise"),
    "contract": (Text("{name}的合同到期", "{name}'s contract ends"), "A11-supervise"),
    "fit": (Text("{name}的评估结论到期", "{name}'s verdict runs out"), "A11-no-unfit"),
    "return": (Text("{name}返还或销毁全部信息", "{name} gives everything back or destroys it"), "A11-supervise"),
}


def _entries(agent: Agent) -> Mapping[str, entries.Entry | None]:
    name = f"agents/{agent.name}"
    if agent.state == "proposed" or (agent.state == "fit" and agent.supervised_at is None):
        return {name: None}
    fit_until = agent.fit_until or agent.changed_at
    return {
        name: entries.Agent(
            id=agent.name, name=Told(zh=agent.title, en=agent.title_en), contract_since=agent.contract_since,
            contract_until=agent.contract_until, fit=agent.state == "engaged", fit_until=fit_until,
            grants=granted(agent),
        )
    }  # fmt: skip


def granted(agent: Agent) -> tuple[entries.Grant, ...]:
    """Return what the agent's staff may do: as the row says, or as it stood at the door before there was a row."""
    return msgspec.convert(agent.grants, tuple[entries.Grant, ...]) if agent.grants else (_grant(agent),)


def _grant(agent: Agent) -> entries.Grant:
    sites = [each.strip() for each in agent.sites.replace("，", ",").split(",") if each.strip()]
    return entries.Grant(
        services=frozenset(agent.services),
        actions=frozenset(agent.actions),
        purposes=frozenset(agent.purposes) or None,
        items=frozenset(agent.items) or None,
        sites=frozenset(sites) or None,
        course=agent.course or None,
    )


def _notes(agent: Agent, now: datetime) -> Sequence[Text]:
    if agent.state != "engaged":
        told = Text("信息闸门对此代理人关闭", "The door is shut to this agent")
    elif agent.contract_until <= now or not _assessed(agent, now):
        told = Text("合同或评估已到期，信息闸门已自动关闭", "Contract or verdict ran out: the door is shut")
    else:
        told = Text("信息闸门按所列范围对其员工开放", "The door is open to its staff within the limits below")
    lacking = warning(f"agent:{agent.name}") if agent.state in ("proposed", "fit", "engaged") else None
    return [told, lacking] if lacking is not None else [told]


def _take_over(_now: datetime) -> None:
    from shouze.registers.agents.taking_over import take_over  # noqa: PLC0415 - it acts on this register

    if (reached := door()) is not None:
        take_over(reached)


REGISTER: Register[Agent] = Register(
    name="agents",
    prefix="A",
    title=Text("代理人", "Agents"),
    one=Text("代理人", "Agent"),
    intro=Text(
        "委托他人代理面向用户的服务且涉及个人信息的，应当监督和管理；不得委托不符合要求的代理人（第十一条）。",
        "Whoever is entrusted with serving users, where that involves their personal information, has to be "
        "supervised; nobody unfit may be entrusted (Art. 11).",
    ),
    model=Agent,
    duties=("A11-supervise", "A11-no-unfit"),
    reports=(Printed(name="agent", title=Text("监督管理报告", "Supervision report"),
                     make=lambda agent, now: supervision(REGISTER, agent, now)),),
    fields=(*_IDENTITY, *_CONTRACT, *_STANDING),
    states={
        "proposed": State(label=Text("待评估", "To be assessed"), tone="waiting"),
        "fit": State(label=Text("评估通过，待委托", "Fit, not yet engaged"), tone="waiting"),
        "engaged": State(label=Text("委托中", "Engaged"), tone="good"),
        "unfit": State(label=Text("不符合要求", "Unfit"), tone="bad"),
        "ending": State(label=Text("已终止，待返还", "Ended, to give back"), tone="waiting"),
        "ended": State(label=Text("已结束", "Closed"), tone="over"),
    },
    creating=Act(name="propose", title=Text("登记代理人", "Register an agent"), by=KEEPERS, to="proposed",
                 fields=(*_IDENTITY, *_CONTRACT), does=_check, duty="A11-supervise"),
    acts=(
        Act(name="assess", title=Text("评估", "Assess"), by=KEEPERS, fields=_ASSESS, does=_assess, proof="must",
            source=frozenset({"proposed", "fit", "engaged", "unfit"}), duty="A11-no-unfit"),
        Act(name="engage", title=Text("批准委托", "Engage"), by=frozenset({Role.APPROVER, Role.OFFICER}),
            source=frozenset({"fit"}), to="engaged", possible=_assessed, does=_engage, apart_from=("propose", "assess"),
            alone=True, duty="A11-no-unfit", hint=Text("批准后闸门即对其员工开放。", "The door opens to its staff.")),
        Act(name="supervise", title=Text("记录监督检查", "Note a supervision"), by=KEEPERS, source=ENGAGED,
            fields=_SUPERVISE, does=_supervise, proof="must", reason="must", duty="A11-supervise"),
        Act(name="change", title=Text("变更合同", "Change the contract"), by=KEEPERS, does=_check,
            source=frozenset({"proposed", "fit", "engaged"}), fields=(*_IDENTITY[1:], *_CONTRACT),
            duty="A11-supervise"),
        Act(name="unfit", title=Text("认定不符合要求", "Find unfit"), by=KEEPERS, source=ENGAGED, to="unfit",
            grave=True, fields=(Field(name="why", label=Text("原因", "Why"), lines=3, optional=False),), does=_unfit,
            duty="A11-no-unfit", hint=Text("闸门立即对其员工关闭。", "The door shuts to its staff at once.")),
        Act(name="end", title=Text("终止委托", "End"), by=KEEPERS, source=frozenset({"engaged", "unfit", "fit"}),
            to="ending", grave=True, reason="must", duty="A11-supervise",
            hint=Text("闸门立即关闭，并开始计算返还期限。", "The door shuts; the term to give back begins.")),
        Act(name="return", title=Text("确认返还或销毁", "Confirm the return"), by=KEEPERS, to="ended", does=_returned,
            source=frozenset({"ending"}), proof="must", duty="A11-supervise"),
    ),
    columns=("name", "contract_until", "fit_until", "services"),
    filters=(),
    search=("name", "title_en", "contract"),
    seen_by=HOUSE,
    clocks=_clocks,
    entries=_entries,
    notes=_notes,
    parts=(
        Part(
            title=Text("员工账号", "Staff"),
            columns=(
                (Text("工号", "Work number"), lambda each: each.username),
                (Text("姓名", "Name"), lambda each: each.name),
                (Text("在岗", "Present"), lambda each: "✓" if each.is_active else "—"),
            ),
            rows=lambda agent: Person.objects.filter(agent=agent.name).order_by("username")[:200],
        ),
        part_of("agents"),
        assessments_of(lambda agent: f"agent:{agent.name}"),
    ),
    rounds=(Round(name="agents.take-over", every=timedelta(minutes=1), run=_take_over),),
    speaks=SPEAKS,
    group=Group.PERMISSIONS,
    order=50,
)  # fmt: skip
