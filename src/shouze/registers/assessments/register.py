"""The register of impact assessments (PIPL 55-56): written by one person, approved by another, kept three years.

What needs one is found from declarations, recipients and agents, and found again when they change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import acting
from shouze.registers.agents.models import Agent
from shouze.registers.assessments.facts import SPEAKS
from shouze.registers.assessments.keeping import CONTENT, digest_now, keep
from shouze.registers.assessments.models import Assessment
from shouze.registers.assessments.needing import REASONS, about_choices
from shouze.registers.declarations.models import DeclarationRow
from shouze.registers.describing import Act, Doing, Field, Group, Register, Round, Running, State
from shouze.registers.recipients.models import Recipient
from shouze.registers.roles import HOUSE, KEEPERS, Role, Roles
from shouze.rules.period import after

KEPT = "P3Y"
APPROVING: Roles = frozenset({Role.APPROVER, Role.OFFICER})
FINISHED = frozenset({"approved", "outdated", "superseded"})
_CONCLUSIONS = {
    "may": Text("可以开展", "It may be done"),
    "measures": Text("采取所列措施后可以开展", "It may be done with the measures named"),
    "not": Text("不得开展", "It must not be done"),
}

_WHAT = (
    Field(name="about", label=Text("评估对象", "What is assessed"), choices=about_choices),
    Field(name="title", label=Text("名称", "Title")),
)
_CONTENT = (
    Field(name="reasons", label=Text("须评估的情形", "Why it has to be assessed"), choices=REASONS, several=True,
          hint=Text("个人信息保护法第五十五条", "PIPL Article 55")),
    Field(name="lawful", lines=6,
          label=Text("目的、方式是否合法、正当、必要", "Whether purpose and means are lawful, legitimate, necessary"),
          hint=Text("第五十六条第一项", "Article 56(1)")),
    Field(name="influence", label=Text("对个人权益的影响及安全风险", "Influence on individuals, and risks"), lines=6,
          hint=Text("第五十六条第二项", "Article 56(2)")),
    Field(name="measures", label=Text("保护措施是否合法、有效并与风险程度相适应",
                                      "Whether the protection is lawful, effective and fits the risk"), lines=6,
          hint=Text("第五十六条第三项", "Article 56(3)")),
    Field(name="conclusion", label=Text("结论", "Conclusion"), choices=_CONCLUSIONS),
)  # fmt: skip
_STANDING = (
    Field(name="approved_at", label=Text("批准时间", "Approved")),
    Field(name="kept_until", label=Text("至少保存至", "Kept until, at least")),
)


def _begin(doing: Doing[Assessment]) -> None:
    about = doing.entry.about
    under_way = Assessment.objects.filter(about=about, state__in=("needed", "draft", "submitted"))
    if about != "other" and under_way.exclude(pk=doing.entry.pk).exists():
        raise InvalidError(Text("已有一份正在进行", "One is under way"), field="about",
                           remedy=Text("继续写那一份", "Go on with that one"))  # fmt: skip


def _submit(doing: Doing[Assessment]) -> None:
    for name in (*CONTENT, "reasons", "conclusion"):
        if not getattr(doing.entry, name):
            remedy = Text("写明后再提交", "Write it, then submit")
            raise InvalidError(Text("内容不完整", "It is not complete"), field=name, remedy=remedy)


def _approve(doing: Doing[Assessment]) -> None:
    row = doing.entry
    _submit(doing)
    row.approved_at, row.seen = doing.now, digest_now(row.about)
    row.kept_until = after(timezone.localtime(doing.now), KEPT)
    earlier = Assessment.objects.filter(about=row.about, state__in=("approved", "outdated")).exclude(pk=row.pk)
    for each in earlier if row.about != "other" else ():
        acting.follow(REGISTER, SUPERSEDE, each.pk, doing.person)


def _moot(doing: Doing[Assessment]) -> None:
    doing.entry.seen = digest_now(doing.entry.about)


def _discard(doing: Doing[Assessment]) -> None:
    row = doing.entry
    if row.kept_until is not None and row.kept_until > doing.now:
        until = timezone.localtime(row.kept_until)
        detail = Text(f"须保存至 {until:%Y-%m-%d}", f"It is kept until {until:%Y-%m-%d}")
        raise InvalidError(detail, field=None, remedy=Text("期满后再删除", "Delete it after that day"))
    row.lawful = row.influence = row.measures = ""


def _clocks(row: Assessment, _now: datetime) -> Sequence[Running]:
    if row.state not in _OWED:
        return []
    title, roles = _OWED[row.state]
    return [Running(kind="assess", title=title.fill(name=row.called), since=row.created_at, roles=roles)]


_OWED = {
    "needed": (Text("进行影响评估：{name}", "Assess the impact: {name}"), KEEPERS),
    "draft": (Text("完成影响评估：{name}", "Finish the impact assessment: {name}"), KEEPERS),
    "submitted": (Text("审批影响评估：{name}", "Approve the impact assessment: {name}"), APPROVING),
}


def _notes(row: Assessment, _now: datetime) -> Sequence[Text]:
    return [_SAID[row.state]] if row.state in _SAID else []


_SAID = {
    "needed": Text(
        "此项处理须事先评估（个人信息保护法第五十五条）", "It has to be assessed beforehand (PIPL Article 55)"
    ),
    "outdated": Text("评估之后有变化，须重新评估", "What was assessed has changed: it is to be assessed anew"),
}


def _rules_changed(doing: Doing[DeclarationRow], _before: Mapping[str, Any]) -> None:
    keep(doing.now, f"service:{doing.entry.service}")


def _recipient_changed(doing: Doing[Recipient], _before: Mapping[str, Any]) -> None:
    keep(doing.now, doing.entry.about)


def _agent_changed(doing: Doing[Agent], _before: Mapping[str, Any]) -> None:
    keep(doing.now, f"agent:{doing.entry.name}")


def _keep(now: datetime) -> None:
    keep(now)


SUPERSEDE: Act[Assessment] = Act(
    name="supersede", title=Text("被新的评估取代", "Replaced by a newer one"), by=frozenset(), to="superseded",
    follows=True,
)  # fmt: skip

REGISTER: Register[Assessment] = Register(
    name="assessments",
    prefix="PA",
    title=Text("影响评估", "Impact assessments"),
    one=Text("影响评估", "Impact assessment"),
    intro=Text(
        "处理敏感个人信息、自动化决策、委托、提供、公开、出境之前进行个人信息保护影响评估，报告至少保存三年"
        "（个人信息保护法第五十五条、第五十六条）。同一份证据也说明第十条、第十一条的做法。",
        "Before sensitive information is handled, decisions are automated, handling is entrusted, or information is "
        "provided, published or sent abroad, its impact is assessed; reports are kept three years at least (PIPL "
        "Articles 55-56). The same evidence speaks to Arts. 10 and 11.",
    ),
    model=Assessment,
    duties=("A05-lawful", "A10-no-illegal-supply", "A11-no-unfit"),
    fields=(_WHAT[0], *_CONTENT, *_STANDING),
    states={
        "needed": State(label=Text("须评估", "Needed"), tone="bad"),
        "draft": State(label=Text("起草中", "Being written"), tone="waiting"),
        "submitted": State(label=Text("待批准", "To be approved"), tone="waiting"),
        "approved": State(label=Text("已批准", "Approved"), tone="good"),
        "outdated": State(label=Text("须重新评估", "To be done anew"), tone="bad"),
        "superseded": State(label=Text("已被取代", "Replaced"), tone="over"),
        "moot": State(label=Text("无须评估", "Not needed"), tone="over"),
        "discarded": State(label=Text("期满删除", "Deleted after its time"), tone="over"),
    },
    creating=Act(name="begin", title=Text("开始评估", "Begin an assessment"), by=KEEPERS, to="draft",
                 fields=(*_WHAT, _CONTENT[0]), does=_begin),
    acts=(
        Act(name="write", title=Text("填写", "Write"), by=KEEPERS, source=frozenset({"needed", "draft"}), to="draft",
            fields=_CONTENT),
        Act(name="submit", title=Text("提交批准", "Submit"), by=KEEPERS, source=frozenset({"draft"}), to="submitted",
            does=_submit),
        Act(name="approve", title=Text("批准", "Approve"), by=APPROVING, source=frozenset({"submitted"}),
            to="approved", does=_approve, apart_from=("begin", "write", "submit"),
            hint=Text("批准后至少保存三年。", "It is kept three years at least.")),
        Act(name="return", title=Text("退回", "Send back"), by=APPROVING | KEEPERS, source=frozenset({"submitted"}),
            to="draft", reason="must"),
        Act(name="moot", title=Text("认定无须评估", "Find it not needed"), by=frozenset({Role.OFFICER}), does=_moot,
            source=frozenset({"needed", "draft"}), to="moot", reason="must", grave=True),
        Act(name="discard", title=Text("期满删除内容", "Delete its content"), by=frozenset({Role.OFFICER}),
            source=FINISHED, to="discarded", does=_discard, reason="must", grave=True,
            hint=Text("三年期满之前不能删除；“经过”仍留有当时的改动。",
                      "Not before its three years are over; “What was done” keeps the changes of the time.")),
        Act(name="outdate", title=Text("评估对象有变化", "What was assessed changed"), by=frozenset(), to="outdated",
            follows=True),
        SUPERSEDE,
    ),
    columns=("about", "reasons", "conclusion", "kept_until"),
    search=("about",),
    seen_by=HOUSE,
    clocks=_clocks,
    notes=_notes,
    heeds={
        ("declarations", "publish"): _rules_changed,
        **{("recipients", act): _recipient_changed for act in ("propose", "complete", "change", "narrow")},
        **{("agents", act): _agent_changed for act in ("propose", "change")},
    },
    rounds=(Round(name="assessments.keep", every=timedelta(minutes=5), run=_keep),),
    group=Group.RULES,
    speaks=SPEAKS,
    order=87,
)  # fmt: skip
