"""The register of cases (Arts. 22, 23): the penalty procedure as the law has it, clock by clock."""

from __future__ import annotations

from shouze.language import Text
from shouze.registers import delivery
from shouze.registers.cases import acts, clocks, correcting, deciding, fields, papers, serving
from shouze.registers.cases.models import Case
from shouze.registers.describing import AUTHORITIES, Group, Part, Printed, Register, State
from shouze.registers.dispatches.models import CONFIDENTIAL, DispatchRow
from shouze.registers.dispatches.register import DIRECTIONS, KIND_WORDS
from shouze.registers.roles import INSPECTING, Role

SEEN = INSPECTING | {Role.CHAIR, Role.PUBLISHER, Role.MINISTRY, Role.AUDITOR, Role.APPROVER}


def _papers(case: Case) -> list[DispatchRow]:
    if case.peer_id is None:
        return []
    return list(
        DispatchRow.objects.filter(peer=case.peer_id, matter=case.number)
        .exclude(kind__in=CONFIDENTIAL)
        .order_by("id")[:100]
    )


REGISTER: Register[Case] = Register(
    name="cases",
    prefix="PC",
    title=Text("案件", "Cases"),
    one=Text("案件", "Case"),
    intro=Text(
        "违反第八条至第十六条、第十七条第二款的，依第二十二条、第二十三条处理：责令改正、警告在先，罚款在幅度之内，一事一罚。",
        "Breaches of Arts. 8 to 16 and 17(2) under Arts. 22 and 23: order to correct and warning first, a fine within "
        "its band, one act one fine.",
    ),
    model=Case,
    duties=("A22", "A23"),
    fields=fields.EVERY,
    states={
        "investigating": State(label=Text("调查中", "Inquiry"), tone="waiting"),
        "proposed": State(label=Text("待告知", "To be told"), tone="waiting"),
        "notified": State(label=Text("已告知", "Told"), tone="waiting"),
        "hearing": State(label=Text("听证", "Hearing"), tone="waiting"),
        "decided": State(label=Text("待送达", "Decided, to be served"), tone="waiting"),
        "served": State(label=Text("执行中", "Served"), tone="waiting"),
        "dismissed": State(label=Text("不予处罚", "No penalty"), tone="over"),
        "referred": State(label=Text("已移送", "Referred"), tone="over"),
        "withdrawn": State(label=Text("已撤销", "Withdrawn"), tone="over"),
        "closed": State(label=Text("已结案", "Closed"), tone="over"),
    },
    creating=acts.OPEN,
    acts=acts.ACTS,
    columns=("operator_name", "articles", "decide_by", "fine", "decided_at"),
    filters=("source", "instrument", "outcome", "province", "sector"),
    search=("operator_name", "operator", "decision_number", "source_number"),
    seen_by=SEEN,
    clocks=clocks.running,
    notes=clocks.notes,
    parts=(
        Part(
            title=Text("证据", "Evidence"),
            columns=(
                (Text("证明什么", "What it shows"), lambda each: each["shows"]),
                (Text("种类", "Kind"), lambda each: fields.EVIDENCE.get(each["kind"])),
                (Text("SHA-256", "SHA-256"), lambda each: " ".join(each["digests"])),
            ),
            rows=lambda case: case.evidence,
        ),
        Part(
            title=Text("双方文书", "Papers of both sides"),
            columns=(
                (Text("编号", "Number"), lambda row: row.number),
                (Text("方向", "Direction"), lambda row: DIRECTIONS[row.direction]),
                (Text("文种", "Kind"), lambda row: KIND_WORDS[row.kind]),
                (Text("落款时间", "Dated"), lambda row: row.dated),
                (Text("签收", "Receipted"), lambda row: row.receipted_at),
            ),
            rows=_papers,
            link=lambda row: ("dispatches", row.number),
        ),
    ),
    reports=(
        Printed(name="correction-order", title=Text("责令改正通知书", "Order to correct"), make=correcting.paper,
                shown=lambda case: bool(case.order_digest)),
        Printed(name="penalty-notice", title=Text("处罚前告知书", "Notice before the decision"), make=papers.notice,
                shown=lambda case: bool(case.instrument)),
        Printed(name="hearing-notice", title=Text("听证通知书", "Notice of the hearing"), make=papers.hearing_notice,
                shown=lambda case: case.hearing_at is not None),
        Printed(name="decision", title=Text("决定书", "Decision"), make=papers.decision,
                shown=lambda case: case.decided_at is not None),
        Printed(name="delivery-record", title=delivery.RECORD, make=papers.delivery,
                shown=lambda case: case.notified_at is not None or bool(case.order_digest)),
        Printed(name="payment-notice", title=Text("缴款通知书", "Notice of payment"), make=papers.payment,
                shown=lambda case: bool(case.standing_fine) and case.served_at is not None),
    ),
    takes={"case-papers": serving.take_papers},
    heeds={("dispatches", "delivered"): deciding.receipted, ("cases", "order"): correcting.set_down},
    rests_on=lambda case: case.decision_dispatch or case.hearing_dispatch or case.notice_dispatch,
    from_files=False,
    houses=AUTHORITIES,
    group=Group.AUTHORITIES,
    order=52,
)  # fmt: skip
