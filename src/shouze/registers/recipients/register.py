"""The register of recipients (Art. 10): who is provided with what, on which ground, in which term; the door obeys.

* Only what the published rules declare can be provided; a row narrows that and never widens it.
* A recipient that the rules declared before it stood here is taken over as declared, and is to be completed.
* What is not in force (proposed, suspended, ended, over) is refused at the door: ``recipient-not-declared``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers.assessments.part import part_of as assessments_of
from shouze.registers.assessments.standing import warning
from shouze.registers.declarations.models import DeclarationRow
from shouze.registers.describing import Act, Alert, Doing, Group, Register, Round, Running, State
from shouze.registers.recipients import fields
from shouze.registers.recipients.declared import agrees, declared_so, take_over, take_over_all
from shouze.registers.recipients.facts import SPEAKS
from shouze.registers.recipients.models import Recipient
from shouze.registers.roles import HOUSE, KEEPERS, Role, Roles
from shouze.rules import entries

DUTY = "A10-no-illegal-supply"
WARNING = timedelta(days=30)
APPROVING: Roles = frozenset({Role.APPROVER, Role.OFFICER})
OPEN = frozenset({"declared", "proposed", "in-force", "suspended"})
IN_FORCE = frozenset({"in-force"})


def _propose(doing: Doing[Recipient]) -> None:
    row = doing.entry
    others = Recipient.objects.filter(service=row.service, recipient=row.recipient, state__in=OPEN)
    if others.exclude(pk=row.pk).exists():
        remedy = Text("变更或先终止已有的一条", "Change that one, or end it first")
        raise InvalidError(
            Text("此业务已有该接收方", "The service has this recipient"), field="recipient", remedy=remedy
        )
    _check(doing)


def _check(doing: Doing[Recipient]) -> None:
    row = doing.entry
    if row.ground == "law" and not row.instrument:
        raise InvalidError(Text("没有写是哪部法律", "The law is not named"), field="instrument")
    if row.ground == "law" and not row.article.strip():
        raise InvalidError(Text("没有写条款", "The article is not named"), field="article")
    if row.ground == "consent":
        row.instrument = row.article = ""
    if row.since and row.until and row.until <= row.since:
        raise InvalidError(Text("截止不晚于起始", "It ends before it begins"), field="until")
    for field in ("country", "abroad_ground"):
        if row.abroad and not getattr(row, field):
            raise InvalidError(Text("向境外提供的须写明", "It is needed where it is provided abroad"), field=field)
    if not row.abroad:
        row.country = row.abroad_ground = row.abroad_reference = ""


def _approve(doing: Doing[Recipient]) -> None:
    # A10-no-illegal-supply: what users were told bounds what is provided
    agrees(doing.entry)
    doing.entry.approved_at = doing.now


def _narrow(doing: Doing[Recipient]) -> None:
    row = doing.entry
    before = Recipient.objects.get(pk=row.pk)
    for field in ("purposes", "items"):
        if not getattr(row, field) or not set(getattr(row, field)) <= set(getattr(before, field)):
            remedy = Text("扩大的，终止后重新登记", "To widen it, end it and propose it anew")
            raise InvalidError(Text("只能减少，且不为空", "Only fewer, and some"), field=field, remedy=remedy)
    if before.until is not None and (row.until is None or row.until > before.until):
        raise InvalidError(Text("不能晚于原来的期限", "No later than before"), field="until")


def _renew(doing: Doing[Recipient]) -> None:
    if doing.entry.until is not None and doing.entry.until <= doing.now:
        raise InvalidError(Text("期限已过", "That is past"), field="until")
    agrees(doing.entry)


def _end(doing: Doing[Recipient]) -> None:
    doing.entry.ended_at = doing.now


def _entries(row: Recipient) -> Mapping[str, entries.Entry | None]:
    newer = Recipient.objects.filter(service=row.service, recipient=row.recipient, pk__gt=row.pk)
    if newer.exists():
        return {}  # the newer row speaks for both
    name = f"provisions/{row.service}:{row.recipient}"
    if row.state == "declared":
        return {name: None}
    opened = row.state in IN_FORCE
    return {
        name: entries.Provision(
            id=f"{row.service}:{row.recipient}", service=row.service, recipient=row.recipient,
            purposes=frozenset(row.purposes if opened else ()), items=frozenset(row.items if opened else ()),
            since=row.since, until=row.until,
        )
    }  # fmt: skip


def _clocks(row: Recipient, _now: datetime) -> Sequence[Running]:
    if row.state in ("declared", "proposed"):
        roles = KEEPERS if row.state == "declared" else APPROVING
        return [_running(row.state, row, row.created_at, None, roles)]
    if row.state == "in-force" and row.until is not None:
        return [_running("term", row, row.until - WARNING, row.until, KEEPERS)]
    return []


def _running(kind: str, row: Recipient, since: datetime, due: datetime | None, roles: Roles) -> Running:
    return Running(kind=kind, title=_OWED[kind].fill(name=row.called), since=since, due=due, roles=roles, duty=DUTY)


_OWED = {
    "declared": Text("补充登记接收方：{name}", "Complete what is known of {name}"),
    "proposed": Text("决定是否向其提供：{name}", "Decide whether {name} is provided with it"),
    "term": Text("向{name}提供的期限届满", "The term of providing {name} ends"),
}


def _notes(row: Recipient, now: datetime) -> Sequence[Text]:
    told: list[Text] = [_HOLDS[row.state]] if row.state in _HOLDS else []
    if row.state in IN_FORCE:
        over = row.until is not None and row.until <= now
        told = [Alert("期限已过，信息闸门拒绝向其提供", "Its term is over: the door refuses it") if over else _OPENED]
    if row.state in OPEN and (why := declared_so(row)) is not None:
        told.append(Alert(f"与现行收集使用规则不一致：{why.zh}", f"The rules in force say otherwise: {why.en}"))
    if row.state in OPEN and (lacking := warning(row.about)) is not None:
        told.append(lacking)
    return told


_OPENED = Text("信息闸门按下列范围向其提供", "The door lets it be provided within the limits below")
_HOLDS = {
    "declared": Text("闸门按收集使用规则的声明向其提供；请补充登记并批准",
                     "The door follows the rules' declaration alone; complete and approve it"),
    "proposed": Text("批准之前，信息闸门拒绝向其提供", "The door refuses it until it is approved"),
    "suspended": Text("已暂停，信息闸门拒绝向其提供", "Suspended: the door refuses it"),
    "ended": Text("已终止，信息闸门拒绝向其提供", "Ended: the door refuses it"),
    "rejected": Text("未批准，信息闸门拒绝向其提供", "Not approved: the door refuses it"),
}  # fmt: skip


def _published(doing: Doing[DeclarationRow], _before: Mapping[str, Any]) -> None:
    take_over(doing.entry)


def _keep(_now: datetime) -> None:
    take_over_all()


REGISTER: Register[Recipient] = Register(
    name="recipients",
    prefix="RC",
    title=Text("接收方", "Recipients"),
    one=Text("接收方", "Recipient"),
    intro=Text(
        "不得出售或者非法向他人提供用户个人信息（第十条）：向谁、提供什么、为何目的、凭何依据、到何时为止，登记后由信息闸门执行。",
        "Users' personal information is neither sold nor illegally provided (Art. 10): to whom, what, what for, on "
        "which ground and until when stands here, and the door obeys.",
    ),
    model=Recipient,
    duties=(DUTY, "A10-no-sale"),
    fields=(*fields.IDENTITY, *fields.WHAT, *fields.PAPERS, *fields.STANDING),
    states={
        "declared": State(label=Text("已声明，待补充", "Declared, to be completed"), tone="waiting"),
        "proposed": State(label=Text("待批准", "To be approved"), tone="waiting"),
        "in-force": State(label=Text("提供中", "In force"), tone="good"),
        "suspended": State(label=Text("已暂停", "Suspended"), tone="bad"),
        "ended": State(label=Text("已终止", "Ended"), tone="over"),
        "rejected": State(label=Text("未批准", "Not approved"), tone="over"),
    },
    creating=Act(name="propose", title=Text("登记接收方", "Propose a recipient"), by=KEEPERS, to="proposed",
                 fields=(*fields.IDENTITY, *fields.WHAT, *fields.PAPERS), does=_propose, duty=DUTY),
    acts=(
        Act(name="complete", title=Text("补充登记", "Complete it"), by=KEEPERS, source=frozenset({"declared"}),
            fields=(*fields.IDENTITY[2:], *fields.WHAT, *fields.PAPERS), does=_check, duty=DUTY),
        Act(name="approve", title=Text("批准提供", "Approve"), by=APPROVING, source=frozenset({"declared", "proposed"}),
            to="in-force", does=_approve, apart_from=("propose", "complete", "change"), alone=True, duty=DUTY,
            hint=Text("须与现行收集使用规则一致。批准后信息闸门按此执行。",
                      "It has to agree with the rules in force; the door obeys it then.")),
        Act(name="reject", title=Text("不批准", "Do not approve"), by=APPROVING, source=frozenset({"proposed"}),
            to="rejected", reason="must", duty=DUTY),
        Act(name="change", title=Text("变更约定", "Change what was agreed"), by=KEEPERS,
            source=frozenset({"proposed", "in-force", "suspended"}), fields=fields.PAPERS, does=_check, duty=DUTY),
        Act(name="narrow", title=Text("收窄", "Narrow"), by=KEEPERS, source=IN_FORCE, fields=fields.NARROW,
            does=_narrow, duty=DUTY, hint=Text("只能减少，闸门立即照此执行。", "Only less; the door obeys at once.")),
        Act(name="renew", title=Text("延长期限", "Renew"), by=APPROVING, source=IN_FORCE, does=_renew, proof="must",
            fields=fields.NARROW[2:], duty=DUTY),
        Act(name="suspend", title=Text("暂停提供", "Suspend"), by=KEEPERS, source=frozenset({"declared", "in-force"}),
            to="suspended", reason="must", grave=True, duty=DUTY,
            hint=Text("闸门立即拒绝向其提供。", "The door refuses it at once.")),
        Act(name="resume", title=Text("恢复提供", "Resume"), by=APPROVING, source=frozenset({"suspended"}),
            to="in-force", does=_approve, apart_from=("suspend",), alone=True, reason="must", duty=DUTY),
        Act(name="end", title=Text("终止提供", "End"), by=KEEPERS, source=OPEN, to="ended", does=_end, reason="must",
            grave=True, duty=DUTY, hint=Text("附上对方返还或删除的证明（如有）。",
                                            "Attach the proof that it gave back or deleted what it had, if any.")),
        Act(name="take-over", title=Text("接管规则中的声明", "Taken over from the rules"), by=frozenset(), follows=True,
            duty=DUTY),
    ),
    columns=("service", "items", "ground", "until", "abroad"),
    filters=("service", "ground"),
    search=("recipient", "title_en", "contract"),
    seen_by=HOUSE,
    clocks=_clocks,
    entries=_entries,
    notes=_notes,
    heeds={("declarations", "publish"): _published},
    parts=(assessments_of(lambda row: row.about),),
    rounds=(Round(name="recipients.take-over", every=timedelta(minutes=1), run=_keep),),
    group=Group.RULES,
    speaks=SPEAKS,
    order=86,
)  # fmt: skip
