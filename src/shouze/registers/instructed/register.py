"""The register of operators under instructions: a row for each, with its clocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from shouze.language import Text
from shouze.registers import delivery
from shouze.registers.describing import AUTHORITIES, Act, Field, Group, Part, Printed, Register, Round, Running
from shouze.registers.instructed import following, papers
from shouze.registers.instructed.models import OPEN, Instructed
from shouze.registers.instructed.states import STATES
from shouze.registers.roles import INSPECTING, Role

_AT = Field(name="at", label=Text("时间", "When"), asks="moment", optional=True, hint=Text("不填为现在", "Empty: now"))
_FIELDS = (
    Field(name="document", label=Text("文号", "Instruction"), choices=following.documents),
    Field(name="operator", label=Text("经营者编号", "Operator")),
    *delivery.SHOWN,
    Field(name="acknowledge_by", label=Text("签收期限", "To be acknowledged by"), once_filled=True),
    Field(name="acknowledged_at", label=Text("签收时间", "Acknowledged"), once_filled=True),
    Field(name="due", label=Text("落实期限", "To be fulfilled by")),
    Field(name="reported_at", label=Text("报告落实时间", "Reported"), once_filled=True),
    Field(name="says", label=Text("落实情况", "What it reports"), lines=4, once_filled=True),
    Field(name="late", label=Text("逾期报告", "Reported late")),
    Field(name="reminded_at", label=Text("催办时间", "Reminded"), once_filled=True),
    Field(name="checked_at", label=Text("核查时间", "Checked"), once_filled=True),
)
OWING = frozenset({"served", "acknowledged", "overdue"})


def _clocks(row: Instructed, _now: datetime) -> Sequence[Running]:
    duty = f"A{row.instruction.article.replace('(', '-').rstrip(')')}-{_RESTS[row.instruction.article]}"
    names = {"name": row.title, "document": row.document}

    def owed(kind: str, title: Text, since: datetime | None, due: datetime | None = None) -> Running:
        return Running(kind=kind, title=title.fill(**names), since=since or row.created_at, due=due, roles=INSPECTING,
                       duty=duty)  # fmt: skip

    if row.state == "unserved":
        return [owed("serve", Text("向{name}送达{document}", "Serve {document} on {name}"), row.created_at, row.due)]
    if row.state == "reported":
        title = Text("核查{name}落实{document}的情况", "Check how {name} fulfilled {document}")
        return [owed("check", title, row.reported_at)]
    if row.state not in OWING:
        return ()
    title = Text("{name}落实{document}", "{name} fulfils {document}")
    found = [owed("fulfil", title, row.acknowledged_at or row.served_at, row.due)]
    if row.acknowledged_at is None and row.acknowledge_by is not None:
        title = Text("{name}签收{document}", "{name} acknowledges {document}")
        found.append(owed("acknowledge", title, row.served_at, row.acknowledge_by))
    return found


_RESTS = {"13(7)": "network", "13(8)": "other"}


def _on_paper(row: Instructed) -> bool:
    return row.peer_id is None


def _notes(row: Instructed, _now: datetime) -> Sequence[Text]:
    if row.state == "unserved":
        return [
            Text(
                "与该经营者没有公文往来：打印通知书，书面送达并登记",
                "No dispatches go there: print and serve it, note that",
            )
        ]
    return ()


REGISTER: Register[Instructed] = Register(
    name="instructed",
    prefix="MO",
    title=Text("措施落实", "Instructions followed"),
    one=Text("措施落实", "Operator under an instruction"),
    intro=Text(
        "规定的措施在每家经营者处的送达、签收、落实和核查；逾期的排在首页最前。",
        "Each instruction at each operator: served, acknowledged, fulfilled, checked. What is overdue stands in front.",
    ),
    model=Instructed,
    duties=("A13-7-network", "A13-8-other"),
    fields=_FIELDS,
    states=STATES,
    creating=Act(name="address", title=Text("发出", "Addressed"), by=frozenset(), does=following.address,
                 duty="A13-8-other"),
    acts=(
        Act(name="serve", title=Text("登记送达", "Note that it was served"), by=INSPECTING,
            source=frozenset({"unserved"}), to="served", fields=delivery.FIELDS, does=following.serve, proof="must",
            reason="none", duty="A13-8-other"),
        Act(name="acknowledged", title=Text("登记签收", "Note that it has it"), by=INSPECTING, to="acknowledged",
            source=frozenset({"served", "overdue"}), fields=(_AT,), does=following.acknowledge, proof="must",
            possible=lambda row, _now: row.acknowledged_at is None, duty="A13-8-other"),
        Act(name="reported", title=Text("登记落实情况", "Note what it reports"), by=INSPECTING, source=OWING,
            to="reported", does=following.report, reason="none", duty="A13-8-other",
            fields=(Field(name="says", label=Text("落实情况", "What it reports"), lines=4, optional=False), _AT)),
        Act(name="accept", title=Text("核查属实", "Found fulfilled"), by=INSPECTING, source=frozenset({"reported"}),
            to="fulfilled", does=following.accept, duty="A13-8-other"),
        Act(name="ask-again", title=Text("要求补正", "Say what is lacking"), by=INSPECTING, to="acknowledged",
            source=frozenset({"reported"}), does=following.ask_again, reason="must", duty="A13-8-other",
            fields=(Field(name="until", label=Text("补正期限", "Until"), asks="moment", optional=False),)),
        Act(name="remind", title=Text("催办", "Remind"), by=INSPECTING, source=OWING, does=following.remind,
            reason="none", duty="A13-8-other",
            fields=(Field(name="words", label=Text("附言", "Words"), lines=3, optional=True),)),
        Act(name="excuse", title=Text("认定不适用", "It does not apply"), by=frozenset({Role.HEAD}), to="excused",
            source=frozenset(OPEN), does=following.lift, reason="must", duty="A13-8-other"),
        Act(name="lifted", title=Text("随措施撤回", "Withdrawn with it"), by=frozenset(), to="lifted", follows=True,
            does=following.lift, duty="A13-8-other"),
    ),
    columns=("document", "acknowledge_by", "due", "acknowledged_at", "reported_at", "late"),
    filters=("document",),
    joins=("instruction",),
    search=("document", "operator"),
    seen_by=INSPECTING | {Role.AUDITOR, Role.MINISTRY},
    clocks=_clocks,
    notes=_notes,
    parts=(
        Part(
            title=Text("措施", "The instruction"),
            columns=(
                (Text("编号", "Number"), lambda each: each.number),
                (Text("名称", "Name"), lambda each: each.called),
                (Text("依据", "Ground"), lambda each: each.ground),
            ),
            rows=lambda row: [row.instruction],
            link=lambda each: ("instructions", each.number),
        ),
    ),
    reports=(
        Printed(name="instruction", title=Text("通知书", "The instruction"), make=papers.letter, shown=_on_paper),
        Printed(name="instruction-service", title=delivery.RECORD, make=papers.service_record,
                shown=_on_paper),
    ),
    rounds=(Round(name="instructed.overdue", every=timedelta(minutes=1), run=following.note_overdue),),
    takes={"instruction-report": following.take},
    rests_on=lambda row: row.dispatch,
    from_files=False,
    houses=AUTHORITIES,
    group=Group.AUTHORITIES,
    order=58,
)  # fmt: skip
