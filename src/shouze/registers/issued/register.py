"""The register of orders issued (Art. 14(2)): drafted by one officer, signed by the head, obeyed with a proof."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from shouze.language import Text
from shouze.registers.describing import AUTHORITIES, Act, Choices, Field, Group, Register, Running, State
from shouze.registers.issued import serving
from shouze.registers.issued.models import Issued
from shouze.registers.peers.models import Peer
from shouze.registers.roles import INSPECTING, Role, Roles

HEAD: Roles = frozenset({Role.HEAD})
ACKNOWLEDGED_WITHIN = timedelta(minutes=5)
STANDING = frozenset({"served", "obeyed", "unproved", "reported"})
_KINDS: Choices = {"suspend": Text("责令暂停", "Suspend"), "correct": Text("责令改正", "Correct")}
_LISTED = Text("以顿号或逗号分隔；不填即全部", "Between commas; empty: all of them")


def operators() -> Choices:
    """Return the operators that orders go to."""
    rows = Peer.objects.filter(state="trusted", side="operator").order_by("title")
    return {each.party: Text(each.title, each.title_en or each.title) for each in rows}


_DRAFT = (
    Field(name="kind", label=Text("种类", "Kind"), choices=_KINDS, optional=False, duty="A14-2-suspend"),
    Field(name="to", label=Text("经营者", "Operator"), choices=operators, optional=False),
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
    Field(name="because", label=Text("理由或要求", "Reason, or what is to be corrected"), lines=3),
    Field(name="because_en", label=Text("英文理由", "In English"), lines=2),
    Field(name="services", label=Text("暂停的业务", "Services"), hint=_LISTED),
    Field(name="purposes", label=Text("暂停的目的", "Purposes"), hint=_LISTED),
    Field(name="actions", label=Text("暂停的操作", "Actions"), hint=_LISTED),
    Field(name="items", label=Text("暂停的信息项", "Items"), hint=_LISTED),
    Field(name="agents", label=Text("涉及的代理人", "Agents"), hint=_LISTED),
    Field(name="since", label=Text("自", "From"), hint=Text("不填即自签发起", "Empty: from its signing on")),
    Field(name="until", label=Text("至", "Until"), hint=Text("不填即至书面解除", "Empty: until it is lifted")),
    Field(
        name="due", label=Text("改正期限", "To be corrected by"), hint=Text("仅责令改正填写", "For corrections alone")
    ),
)
_DONE = (
    Field(name="served_at", label=Text("签发时间", "Signed and served"), once_filled=True),
    Field(name="in_force", label=Text("经营者称已执行", "In force, says the operator"), once_filled=True),
    Field(name="proved_at", label=Text("其日志证明已执行", "In force, proves its log"), once_filled=True),
    Field(name="proof_problem", label=Text("证明的问题", "What is wrong with the proof"), once_filled=True),
    Field(name="contested", label=Text("经营者的异议", "Contested"), once_filled=True),
    Field(name="lifted_at", label=Text("解除时间", "Lifted"), once_filled=True),
)


def _clocks(order: Issued, _now: datetime) -> Sequence[Running]:
    if order.kind == "suspend" and order.state in ("served", "unproved") and order.served_at is not None:
        title = Text("{name}尚无执行的证明", "No proof yet that {name} is obeyed").fill(name=order.document)
        due = order.served_at + ACKNOWLEDGED_WITHIN
        return [Running(kind="obey", title=title, since=order.served_at, due=due, roles=INSPECTING, duty="A14-2-obey")]
    if order.state == "reported":
        title = Text("复查{name}是否改正", "See whether {name} is corrected").fill(name=order.document)
        return [Running(kind="recheck", title=title, since=order.changed_at, roles=INSPECTING, duty="A17-1-inspect")]
    if order.kind == "correct" and order.state in STANDING and order.served_at is not None:
        title = Text("{name}的改正期限", "{name} is to be corrected").fill(name=order.document)
        return [Running(kind="correct", title=title, since=order.served_at, due=order.due, roles=INSPECTING,
                        duty="A14-2-obey")]  # fmt: skip
    if order.state == "draft":
        title = Text("签发{name}", "Sign {name}").fill(name=order.document)
        return [Running(kind="sign", title=title, since=order.created_at, roles=HEAD, duty="A14-2-suspend")]
    return ()


def _corrects(order: Issued, _now: datetime) -> bool:
    return order.kind == "correct"


def _notes(order: Issued, _now: datetime) -> Sequence[Text]:
    if order.state == "obeyed":
        return [Text("已用对方日志的公钥核验：其记录证明此令已在闸门执行",
                     "Verified here by the key of its log: the record proves that its door obeys")]  # fmt: skip
    if order.state == "unproved":
        return [Text("经营者称已执行，但其证明没有通过核验", "The operator says so, but its proof does not verify")]
    return ()


REGISTER: Register[Issued] = Register(
    name="issued",
    prefix="S",
    title=Text("签发的令", "Orders issued"),
    one=Text("令", "Order"),
    intro=Text(
        "在作出处理决定前可以要求暂停有关行为，经营者应当执行（第十四条第二款）。一人起草，另一人签发。",
        "Before deciding, conduct may be suspended; operators have to obey (Art. 14(2)). One drafts, another signs.",
    ),
    model=Issued,
    duties=("A14-2-suspend", "A14-2-obey"),
    fields=(*_DRAFT, *_DONE),
    states={
        "draft": State(label=Text("待签发", "To be signed"), tone="waiting"),
        "served": State(label=Text("已签发", "Served"), tone="waiting"),
        "obeyed": State(label=Text("已证明执行", "Obeyed, proved"), tone="good"),
        "unproved": State(label=Text("证明无效", "Proof does not hold"), tone="bad"),
        "reported": State(label=Text("经营者称已改正，待复查", "Corrected, says the operator"), tone="waiting"),
        "corrected": State(label=Text("复查已改正", "Corrected, as re-checked"), tone="over"),
        "lifted": State(label=Text("已解除", "Lifted"), tone="over"),
        "withdrawn": State(label=Text("已撤回", "Withdrawn"), tone="over"),
    },
    creating=Act(name="prepare", title=Text("起草令", "Draft an order"), by=INSPECTING, to="draft", fields=_DRAFT,
                 does=serving.draft, reason="none", duty="A14-2-suspend"),
    acts=(
        Act(name="sign", title=Text("签发并送达", "Sign and serve"), by=HEAD, source=frozenset({"draft"}), to="served",
            does=serving.sign, apart_from=("prepare",), grave=True, duty="A14-2-suspend",
            hint=Text("送达后立即在经营者的闸门执行。", "It is in force at the operator's door with its arrival.")),
        Act(name="withdraw", title=Text("撤回草稿", "Withdraw the draft"), by=INSPECTING, source=frozenset({"draft"}),
            to="withdrawn", reason="must", duty="A14-2-suspend"),
        Act(name="lift", title=Text("解除", "Lift"), by=HEAD, source=STANDING, to="lifted", does=serving.lift,
            reason="must", duty="A14-2-suspend"),
        Act(name="recheck", title=Text("复查：已改正", "Re-checked: corrected"), by=INSPECTING, source=STANDING,
            to="corrected", reason="must", possible=_corrects, duty="A17-1-inspect"),
        Act(name="find-uncorrected", title=Text("复查：未改正", "Re-checked: not corrected"), by=INSPECTING,
            source=frozenset({"reported"}), to="served", reason="must", possible=_corrects, duty="A17-1-inspect"),
        Act(name="said-corrected", title=Text("收到改正报告", "Corrected, says the operator"), by=frozenset(),
            to="reported", follows=True, duty="A17-1-inspect"),
        Act(name="obeyed", title=Text("收到有效的执行证明", "Obeyed, proved"), by=frozenset(), to="obeyed",
            follows=True, duty="A14-2-obey"),
        Act(name="unproved", title=Text("执行证明无效", "Proof does not hold"), by=frozenset(), to="unproved",
            follows=True, duty="A14-2-obey"),
        Act(name="late", title=Text("解除后收到的执行回执", "Acknowledged after it was lifted"), by=frozenset(),
            follows=True, duty="A14-2-obey"),
        Act(name="contested", title=Text("收到异议", "Contested"), by=frozenset(), follows=True),
    ),
    columns=("kind", "document", "served_at", "proved_at"),
    filters=("kind",),
    search=("document", "report", "matter"),
    seen_by=INSPECTING | {Role.AUDITOR},
    clocks=_clocks,
    notes=_notes,
    from_files=False,
    takes={"acknowledgement": serving.take_acknowledgement, "contest": serving.take_contest},
    rests_on=lambda order: order.dispatch,
    houses=AUTHORITIES,
    group=Group.AUTHORITIES,
    order=50,
)  # fmt: skip
