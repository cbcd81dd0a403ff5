"""The register of orders issued (Art. 14(2)): one drafts, the head signs; by dispatch with a proof, or on paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shouze.language import Text
from shouze.registers import delivery
from shouze.registers.cases.fields import breaches
from shouze.registers.describing import (
    AUTHORITIES,
    Act,
    Alert,
    Choices,
    Field,
    Group,
    Printed,
    Register,
    State,
)
from shouze.registers.issued import drafting, on_paper, papers, serving
from shouze.registers.issued.clocks import HEAD, STANDING, contesting, running
from shouze.registers.issued.models import Issued
from shouze.registers.peers.trusted import operators
from shouze.registers.roles import INSPECTING, Role

_YES_NO: Choices = {"True": Text("是", "Yes"), "False": Text("否", "No")}
_LISTED = Text("以顿号或逗号分隔；不填即全部", "Between commas; empty: all of them")
_DRAFT = (
    Field(name="kind", label=Text("种类", "Kind"), choices=drafting.KINDS, optional=False, duty="A14-2-suspend"),
    Field(name="to", label=Text("经营者", "Operator"), choices=operators, once_filled=True),
    Field(
        name="operator",
        label=Text("没有公文往来的经营者", "Operator that no dispatches go to"),
        hint=Text(
            "编号、许可证号、备案号或名称；令打印后书面送达",
            "Number, licence, filing or name: its order is printed and served on paper",
        ),
        once_filled=True,
    ),
    Field(
        name="report",
        label=Text("事件报告编号", "Report's number"),
        optional=True,
        hint=Text("例如 R-2026-0001；公文归入同一事项", "Such as R-2026-0001: its dispatches are of one matter"),
    ),
    Field(
        name="document",
        label=Text("文号", "Document number"),
        hint=Text("例如 浙通管责停〔2026〕1号", "The door of the operator names a suspension by it"),
    ),
    Field(name="body", label=Text("本机关名称", "Authority")),
    Field(name="body_en", label=Text("英文名称", "In English")),
    Field(name="because", label=Text("理由或要求", "Reason, or what is required"), lines=3),
    Field(name="because_en", label=Text("英文理由", "In English"), lines=2),
    Field(
        name="services",
        heading=Text("暂停的范围（仅责令暂停填写）", "What is suspended"),
        label=Text("暂停的业务", "Services"),
        hint=_LISTED,
    ),
    Field(name="purposes", label=Text("暂停的目的", "Purposes"), hint=_LISTED),
    Field(name="actions", label=Text("暂停的操作", "Actions"), hint=_LISTED),
    Field(name="items", label=Text("暂停的信息项", "Items"), hint=_LISTED),
    Field(name="agents", label=Text("涉及的代理人", "Agents"), hint=_LISTED),
    Field(name="since", label=Text("自", "From"), hint=Text("不填即自签发起", "Empty: from its signing on")),
    Field(name="until", label=Text("至", "Until"), hint=Text("不填即至书面解除", "Empty: until it is lifted")),
    Field(
        name="due",
        heading=Text("期限与答复", "Term and answer"),
        label=Text("改正、答复期限", "To be corrected or answered by"),
    ),
    Field(
        name="days",
        label=Text("或者自送达起几日内", "Or within days of its service"),
        once_filled=True,
        hint=Text("送达当日不计", "Not counting that day"),
    ),
    Field(
        name="answer_to",
        label=Text("书面答复送交", "An answer on paper goes to"),
        once_filled=True,
        hint=Text("地址、联系人、电话；仅书面送达的填写", "Address, person, telephone; for paper alone"),
    ),
    Field(
        name="duties",
        heading=Text("条款", "Articles"),
        label=Text("涉及的义务", "Duties concerned"),
        choices=breaches,
        several=True,
        once_filled=True,
        hint=Text("书面的令写明条款", "An order on paper names their articles"),
    ),
)
_DONE = (
    Field(name="operator_name", label=Text("经营者名称", "Operator's name"), once_filled=True),
    Field(name="signed_at", label=Text("签发时间", "Signed"), once_filled=True),
    Field(name="digest", label=Text("文书内容的 SHA-256", "SHA-256 of the paper's content"), once_filled=True),
    *delivery.SHOWN,
    Field(name="answered_at", label=Text("答复时间", "Answered"), once_filled=True),
    Field(name="says", label=Text("书面答复的内容", "What the answer on paper says"), lines=4, once_filled=True),
    Field(name="late", label=Text("逾期答复", "Answered late"), choices=_YES_NO, once_filled=True),
    Field(name="in_force", label=Text("经营者称已执行", "In force, says the operator"), once_filled=True),
    Field(name="proved_at", label=Text("其日志证明已执行", "In force, proves its log"), once_filled=True),
    Field(name="proof_problem", label=Text("证明的问题", "What is wrong with the proof"), once_filled=True),
    Field(name="contested", label=Text("经营者的异议", "Contested"), once_filled=True),
    Field(name="lifted_at", label=Text("解除时间", "Lifted"), once_filled=True),
    Field(name="told_lifted_at", label=Text("解除通知送达时间", "Lifting served"), once_filled=True),
)
_AT = Field(name="at", label=Text("收到时间", "When it came"), asks="moment", optional=True,
            hint=Text("不填为现在", "Empty: now"))  # fmt: skip
_SAYS = Field(name="says", label=Text("答复的内容", "What it says"), lines=4, optional=False, longest=5000,
              hint=Text("不写用户姓名、号码", "No user's name or number"))  # fmt: skip
_CONTESTED = Field(name="contested", label=Text("异议的内容", "What is contested"), lines=4, optional=False,
                   longest=5000)  # fmt: skip


def _corrects(order: Issued, _now: datetime) -> bool:
    return order.kind == "correct"


def _suspends_on_paper(order: Issued, _now: datetime) -> bool:
    return order.on_paper and order.kind == "suspend"


def _prints(order: Issued) -> bool:
    return order.on_paper


def _notes(order: Issued, _now: datetime) -> Sequence[Text]:
    found: list[Text] = []
    if order.late and order.due is not None:
        found.append(Alert("经营者逾期答复", "The operator answered late"))
    if order.state == "obeyed":
        found.append(Text("已用对方日志的公钥核验：其记录证明此令已在闸门执行",
                          "Verified here by the key of its log: the record proves that its door obeys"))  # fmt: skip
    elif order.state == "unproved":
        found.append(
            Text("经营者称已执行，但其证明没有通过核验", "The operator says so, but its proof does not verify")
        )
    elif order.state == "on-paper":
        found.append(Alert("只有书面答复，没有日志证明：到现场核实",
                           "Obeyed on paper only, no log proves it: see for yourself"))  # fmt: skip
    elif order.state == "signed":
        found.append(Text("打印两份，加盖印章，书面送达；送达回证签名后登记并附上",
                          "Print it twice, seal and serve it; enter the record once it is signed"))  # fmt: skip
    return [*found, *contesting(order)] if order.state in STANDING else found


REGISTER: Register[Issued] = Register(
    name="issued",
    prefix="S",
    title=Text("签发的令", "Orders issued"),
    one=Text("令", "Order"),
    intro=Text(
        "在作出处理决定前可以要求暂停有关行为，经营者应当执行（第十四条第二款）。一人起草，另一人签发；没有公文往来的，打印后书面送达。",
        "Before deciding, conduct may be suspended; operators have to obey (Art. 14(2)). One drafts, another signs; "
        "where no dispatches go, it is printed and served on paper.",
    ),
    model=Issued,
    duties=("A14-2-suspend", "A14-2-obey"),
    fields=(*_DRAFT, *_DONE),
    states={
        "draft": State(label=Text("待签发", "To be signed"), tone="waiting"),
        "signed": State(label=Text("待书面送达", "To be served on paper"), tone="bad"),
        "served": State(label=Text("已送达", "Served"), tone="waiting"),
        "obeyed": State(label=Text("已证明执行", "Obeyed, proved"), tone="good"),
        "unproved": State(label=Text("证明无效", "Proof does not hold"), tone="bad"),
        "on-paper": State(label=Text("仅书面称已执行，待核实", "Obeyed on paper only"), tone="waiting"),
        "seen": State(label=Text("已核实执行", "Obeyed, as seen"), tone="good"),
        "reported": State(label=Text("经营者称已改正，待复查", "Corrected, says the operator"), tone="waiting"),
        "corrected": State(label=Text("复查已改正", "Corrected, as re-checked"), tone="over"),
        "answered": State(label=Text("已答复", "Answered"), tone="over"),
        "lifted": State(label=Text("已解除", "Lifted"), tone="over"),
        "withdrawn": State(label=Text("已撤回", "Withdrawn"), tone="over"),
    },
    creating=Act(name="prepare", title=Text("起草令", "Draft an order"), by=INSPECTING, to="draft", fields=_DRAFT,
                 does=drafting.draft, reason="none", duty="A14-2-suspend"),
    acts=(
        Act(name="sign", title=Text("签发并送达", "Sign and serve"), by=HEAD, source=frozenset({"draft"}), to="served",
            does=serving.sign, apart_from=("prepare",), grave=True, duty="A14-2-suspend",
            hint=Text("以公文送达的，立即在经营者的闸门执行；书面送达的，签发后打印，附件列为文书的附件。",
                      "By dispatch it is in force at the operator's door with its arrival; on paper it is printed now, "
                      "and what is attached here are its annexes.")),
        Act(name="withdraw", title=Text("撤回草稿", "Withdraw the draft"), by=INSPECTING, source=frozenset({"draft"}),
            to="withdrawn", reason="must", duty="A14-2-suspend"),
        Act(name="serve", title=Text("登记送达回证", "Enter the record of service"), by=INSPECTING,
            source=frozenset({"signed"}), to="served", fields=delivery.FIELDS, does=on_paper.serve, proof="must",
            reason="none", duty="A14-2-suspend"),
        Act(name="answer", title=Text("登记书面答复", "Enter the answer on paper"), by=INSPECTING,
            source=frozenset({"served"}), fields=(_SAYS, _AT), does=on_paper.answer, possible=on_paper.answers,
            proof="must", reason="none", duty="A14-2-obey"),
        Act(name="see", title=Text("核实：已执行", "Seen: obeyed"), by=INSPECTING, to="seen", reason="must",
            source=frozenset({"served", "on-paper"}), possible=_suspends_on_paper, duty="A17-1-inspect"),
        Act(name="find-disobeyed", title=Text("核实：未执行", "Seen: not obeyed"), by=INSPECTING, to="served",
            source=frozenset({"on-paper", "seen"}), possible=_suspends_on_paper, reason="must", duty="A17-1-inspect"),
        Act(name="contest", title=Text("登记书面异议", "Enter what is contested on paper"), by=INSPECTING,
            source=STANDING - {"signed"}, fields=(_CONTESTED,), possible=on_paper.answers, proof="must", reason="none",
            duty="A14-2-obey", hint=Text("异议不影响执行。", "It applies on meanwhile.")),
        Act(name="lift", title=Text("解除", "Lift"), by=HEAD, source=STANDING, to="lifted", does=serving.lift,
            reason="must", duty="A14-2-suspend"),
        Act(name="recheck", title=Text("复查：已改正", "Re-checked: corrected"), by=INSPECTING, source=STANDING,
            to="corrected", reason="must", possible=_corrects, duty="A17-1-inspect"),
        Act(name="find-uncorrected", title=Text("复查：未改正", "Re-checked: not corrected"), by=INSPECTING,
            source=frozenset({"reported"}), to="served", reason="must", possible=_corrects, duty="A17-1-inspect"),
        Act(name="tell-lifted", title=Text("登记解除通知送达", "Enter that the lifting was served"), by=INSPECTING,
            source=frozenset({"lifted"}), fields=(_AT,), does=on_paper.told_lifted, possible=on_paper.untold,
            proof="must", reason="none", duty="A14-2-suspend"),
        Act(name="set-down", title=Text("制成文书", "Set as papers"), by=frozenset(), follows=True,
            duty="A14-2-suspend"),
        Act(name="said-corrected", title=Text("收到改正报告", "Corrected, says the operator"), by=frozenset(),
            to="reported", follows=True, does=on_paper.said_corrected, duty="A17-1-inspect"),
        Act(name="obeyed", title=Text("收到有效的执行证明", "Obeyed, proved"), by=frozenset(), to="obeyed",
            follows=True, duty="A14-2-obey"),
        Act(name="unproved", title=Text("执行证明无效", "Proof does not hold"), by=frozenset(), to="unproved",
            follows=True, duty="A14-2-obey"),
        Act(name="late", title=Text("解除后收到的执行回执", "Acknowledged after it was lifted"), by=frozenset(),
            follows=True, duty="A14-2-obey"),
        Act(name="contested", title=Text("收到异议", "Contested"), by=frozenset(), follows=True),
    ),
    columns=("kind", "operator_name", "served_at", "late"),
    filters=("kind", "late"),
    search=("document", "operator_name", "report", "matter"),
    seen_by=INSPECTING | {Role.AUDITOR},
    clocks=running,
    notes=_notes,
    reports=(
        Printed(name="order", title=Text("令", "The order"), make=papers.order_paper, shown=_prints),
        Printed(name="order-service", title=delivery.RECORD, make=papers.service_record,
                shown=lambda order: order.on_paper and order.signed_at is not None),
        Printed(name="order-lifting", title=Text("解除通知书", "The lifting"), make=papers.lifting_paper,
                shown=lambda order: order.on_paper and order.lifted_at is not None and order.served_at is not None),
    ),
    heeds={("issued", "sign"): papers.set_down},
    from_files=False,
    takes={"acknowledgement": serving.take_acknowledgement, "contest": serving.take_contest},
    rests_on=lambda order: order.dispatch or order.digest,
    houses=AUTHORITIES,
    group=Group.AUTHORITIES,
    order=50,
)  # fmt: skip
