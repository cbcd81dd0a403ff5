"""The register of orders and requests received (Arts. 13(8), 14(2), 17(2)).

* A suspension is in force at the door with its entry, and until it is lifted in writing; contesting it changes nothing.
* What a body is given is withheld from the user's own record of looks only where a law or an administrative regulation
  says so, and until when.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.link.kinds import Corrected, Letter
from shouze.registers import acting, vocabulary
from shouze.registers.describing import Act, Choices, Doing, Field, Group, Register, Round, Running, State
from shouze.registers.dooring import door
from shouze.registers.finding import registers
from shouze.registers.orders import directives
from shouze.registers.orders.at_the_door import SUSPEND, entries_of
from shouze.registers.orders.facts import SPEAKS
from shouze.registers.orders.models import Order
from shouze.registers.orders.serving import acknowledge, enforce, lift, reply, serve_correction, serve_suspension
from shouze.registers.ports import statutes
from shouze.registers.roles import KEEPERS, OVERSEEING, Role, Roles

REQUEST = "request"
STANDING = frozenset({"standing"})
LIFTING: Roles = frozenset({Role.OFFICER, Role.APPROVER, Role.SECURITY})
_ID = re.compile(r"[\w.:@()（）〔〕\[\]#/-]{1,128}")
_KINDS = {
    SUSPEND: Text("责令暂停", "Suspend"),
    "correct": Text("责令改正", "Correct"),
    "produce": Text("提供材料", "Produce materials"),
    "cooperate": Text("配合检查", "Cooperate in an inspection"),
    "directive": Text("其他必要措施", "Other measures"),
    REQUEST: Text("调取信息", "Hand over information"),
}
_DUTIES = {
    SUSPEND: "A14-2-obey", "correct": "A14-2-obey", "produce": "A17-2-materials", "cooperate": "A17-2-cooperate",
    "directive": "A13-8-other",
}  # fmt: skip
_SENDERS = {
    "miit": Text("工业和信息化部", "MIIT"),
    "ca": Text("省、自治区、直辖市通信管理局", "A communications administration"),
    "police": Text("公安机关", "Police"),
    "security": Text("国家安全机关", "State security"),
    "procuratorate": Text("人民检察院", "Procuratorate"),
    "court": Text("人民法院", "Court"),
    "other": Text("其他机关", "Another body"),
}
AUTHORITY = frozenset({"miit", "ca"})
_LEVELS = {
    "law": Text("法律", "Law"),
    "administrative-regulation": Text("行政法规", "Administrative regulation"),
    "department-rule": Text("部门规章", "Department rule"),
    "other": Text("其他", "Other"),
}
MAY_RESTRICT = frozenset({"law", "administrative-regulation"})


def _instruments() -> Choices:
    return {each.id: each.name for each in statutes().instruments.values()}


_WHOSE = (
    Field(name="kind", label=Text("要求", "Demand"), choices=_KINDS, optional=False),
    Field(name="sender", label=Text("机关类别", "Kind of body"), choices=_SENDERS, optional=False),
    Field(name="body", label=Text("机关名称", "The body")),
    Field(name="body_en", once_filled=True, label=Text("机关英文名称", "The body in English")),
    Field(name="document", label=Text("文号", "Document number"),
          hint=Text("例如 工信责改〔2026〕1号；闸门以此指称暂停令", "The door names a suspension by it")),
    Field(name="received_at", label=Text("收到时间", "Received")),
    Field(name="demand", label=Text("要求的内容和理由", "What is demanded, and why"), lines=3),
    Field(name="demand_en", once_filled=True, label=Text("英文摘要", "In English"), lines=2),
    Field(name="about", once_filled=True, label=Text("涉及的人或账号",
                                                     "Persons or accounts it concerns"), lines=2, personal=True,
          hint=Text("以用户编号指称，不写姓名或号码", "Name users by their id, not by name or number")),
)  # fmt: skip
_GROUND = (
    Field(name="instrument", once_filled=True, heading=Text("依据与期限", "Ground and terms"), label=Text("依据",
                                                                                       "Ground"), choices=_instruments),
    Field(name="law", once_filled=True, label=Text("其他依据的名称", "Another instrument"),
          hint=Text("不在上列时填写", "Where it is not listed above")),
    Field(name="law_level", once_filled=True, label=Text("其他依据的效力层级",
                                                         "Level of the other instrument"), choices=_LEVELS),
    Field(name="article", once_filled=True, label=Text("条款", "Article"), hint=Text("例如 第五十四条",
                                                                                     "For example Art. 54")),
    Field(name="due", once_filled=True, label=Text("完成期限", "To be done by")),
    Field(name="report_due", once_filled=True, label=Text("报告执行情况的期限", "Compliance to be reported by")),
)  # fmt: skip
_COVERED = (
    Field(name="services", once_filled=True, heading=Text("责令暂停的范围", "What a suspension covers"),
          label=Text("暂停的服务", "Services suspended"), choices=vocabulary.services, several=True,
          hint=Text("仅责令暂停填写；不选即全部", "For suspensions alone; none chosen: all")),
    Field(name="purposes", once_filled=True, label=Text("暂停的目的",
                                                      "Purposes suspended"), choices=vocabulary.purposes, several=True),
    Field(name="actions", once_filled=True, label=Text("暂停的操作",
                                                       "Actions suspended"), choices=vocabulary.actions, several=True),
    Field(name="items", once_filled=True, label=Text("暂停的信息项",
                                                     "Items suspended"), choices=vocabulary.items, several=True),
    Field(name="agents", once_filled=True, label=Text("涉及的代理人",
                                                      "Agents it concerns"), choices=vocabulary.agents, several=True),
    Field(name="since", once_filled=True, label=Text("自", "From"), hint=Text("不填即自登记起",
                                                                              "Empty: from its entry on")),
    Field(name="until", once_filled=True, label=Text("至", "Until"), hint=Text("不填即至书面解除",
                                                             "Empty: until it is lifted in writing")),
)  # fmt: skip
_WITHHOLDING = (
    Field(name="withheld", once_filled=True, heading=Text("对用户的告知", "Telling the user"),
          label=Text("法律要求不向用户告知", "A law forbids telling the user")),
    Field(name="withheld_until", once_filled=True, label=Text("不告知至", "Not told until")),
)  # fmt: skip
_DONE = (
    Field(name="met_at", once_filled=True, label=Text("已执行", "Carried out")),
    Field(name="reported_at", once_filled=True, label=Text("已报告", "Reported")),
    Field(name="contested_at", once_filled=True, label=Text("已提出异议", "Contested")),
    Field(name="lifted_at", once_filled=True, label=Text("已解除", "Lifted")),
    Field(name="enforced_at", once_filled=True, label=Text("闸门已执行", "In force at the door")),
    Field(name="acknowledge_by", once_filled=True, label=Text("签收期限", "To be acknowledged by")),
    Field(name="acknowledged_at", once_filled=True, label=Text("已发回执", "Acknowledged")),
    Field(name="matter", once_filled=True, label=Text("公文事项", "Matter of its dispatch")),
)  # fmt: skip


def level_of(order: Order) -> str:
    """Return the level of the instrument that an order names: ``law`` …, or nothing."""
    known = statutes().instruments.get(order.instrument)
    return known.level if known else order.law_level


def _enter(doing: Doing[Order]) -> None:
    order = doing.entry
    order.title = order.document
    if order.received_at > doing.now:
        raise InvalidError(Text("收到时间在将来", "It was received in the future"), field="received_at")
    if Order.objects.filter(document=order.document).exclude(pk=order.pk).exists():
        raise InvalidError(Text("此文号已登记", "This document is entered already"), field="document")
    if order.kind == REQUEST:
        _check_request(order)
    elif order.sender not in AUTHORITY:
        detail = Text("只有电信管理机构可作此要求", "Only the telecommunications authority may demand this")
        raise InvalidError(
            detail, field="sender", remedy=Text("其他机关请选“调取信息”", "Choose handing over information")
        )
    _check_withholding(order, doing.now)
    if order.kind == SUSPEND:
        _check_suspension(doing)
    elif any(getattr(order, part) for part in ("services", "purposes", "actions", "items", "agents")):
        remedy = Text("留空，或选“责令暂停”", "Leave it empty, or choose Suspend")
        raise InvalidError(
            Text("只有责令暂停才填写范围", "Only a suspension has a scope"), field="services", remedy=remedy
        )


def _check_request(order: Order) -> None:
    # A10-no-illegal-supply: nothing is handed over that no instrument and article asks for
    if not (order.instrument or (order.law.strip() and order.law_level)) or not order.article.strip():
        remedy = Text("写明法律文件和条款；没有依据的应当拒绝", "Name instrument and article; refuse what has none")
        raise InvalidError(Text("没有写明依据", "Its legal ground is missing"), field="article", remedy=remedy)


def _check_withholding(order: Order, now: datetime) -> None:
    # A09-5-carveout: only laws and administrative regulations take from the user what the Order gives
    if not order.withheld:
        order.withheld_until = None
        return
    if level_of(order) not in MAY_RESTRICT:
        remedy = Text("写明法律或行政法规", "Name a law or an administrative regulation")
        raise InvalidError(
            Text("只有法律、行政法规可以要求不告知", "Only a law or an administrative regulation can forbid telling"),
            field="instrument", remedy=remedy,
        )  # fmt: skip
    _check_document(order)
    if order.withheld_until is None or order.withheld_until <= now:
        remedy = Text("填写将来的日期", "Give a date ahead")
        raise InvalidError(
            Text("没有写不告知的期限", "It is not said until when"), field="withheld_until", remedy=remedy
        )


def _check_document(order: Order) -> None:
    """Refuse a number that the door cannot take as an id."""
    if not _ID.fullmatch(order.document):
        remedy = Text("只用文字、数字和 〔〕()#/- 等符号，不含空格", "Letters, digits and 〔〕()#/-, no spaces")
        raise InvalidError(
            Text("文号中有不能用的字符", "The number has signs that cannot be used"), field="document", remedy=remedy
        )


def _check_suspension(doing: Doing[Order]) -> None:
    order = doing.entry
    order.since = order.since or doing.now
    _check_document(order)
    if order.until is not None and order.until <= order.since:
        raise InvalidError(Text("截止不晚于起始", "It ends before it begins"), field="until")
    if not order.demand_en.strip():
        order.demand_en = order.demand
    order.body_en = order.body_en or order.body


def _meet(doing: Doing[Order]) -> None:
    doing.entry.met_at = doing.now


def _report(doing: Doing[Order]) -> None:
    order = doing.entry
    order.reported_at = doing.now
    if order.kind == "correct":
        reply(doing, "corrected", Corrected(order=order.document, done=doing.reason, at=doing.now))
    elif order.kind == "directive":
        directives.report(doing)


def _close(doing: Doing[Order]) -> None:
    """Close it as answered; an instruction's authority is told that it is done, where that was not told before."""
    if doing.entry.kind == "directive" and doing.entry.reported_at is None:
        directives.report(doing)
    _meet(doing)


def _contest(doing: Doing[Order]) -> None:
    order = doing.entry
    order.contested_at = doing.now
    reply(doing, "contest", Letter(title=order.document, text=doing.reason, document=order.document))


def _acknowledge(doing: Doing[Order]) -> None:
    doing.entry.acknowledged_at = doing.now


def _lift(doing: Doing[Order]) -> None:
    doing.entry.lifted_at = doing.now


def _keep(_now: datetime) -> None:
    """Take over the suspensions that stand at the door without a row here."""
    reached = door()
    if reached is None:
        return
    known = set(Order.objects.values_list("document", flat=True))
    for entry in reached.entries().get("orders", ()):
        if entry["id"] not in known:
            acting.enrol(registers()["orders"], _taken_over(entry), None)


def _taken_over(entry: dict[str, Any]) -> Order:
    parts = {part: sorted(entry.get(part) or []) for part in ("services", "purposes", "actions", "items", "agents")}
    since = datetime.fromisoformat(entry["since"])
    return Order(
        kind=SUSPEND, sender="ca", body=entry["authority"]["zh"][:120], body_en=entry["authority"]["en"][:120],
        document=entry["id"], title=entry["id"], received_at=since, since=since,
        until=datetime.fromisoformat(entry["until"]) if entry.get("until") else None, demand=entry["reason"]["zh"],
        demand_en=entry["reason"]["en"], **parts,
    )  # fmt: skip


def _clocks(order: Order, _now: datetime) -> Sequence[Running]:
    if order.state != "standing":
        return ()
    clocks = []
    duty = _DUTIES.get(order.kind)
    if order.kind != SUSPEND or order.met_at is None:
        title = Text("{kind}：{body} {document}", "{kind}: {body} {document}").fill(
            kind=_KINDS[order.kind], body=Text(order.body, order.body_en or order.body), document=order.document
        )
        clocks.append(
            Running(kind="do", title=title, since=order.received_at, due=order.due, met=order.met_at, roles=KEEPERS,
                    duty=duty)
        )  # fmt: skip
    if order.acknowledge_by is not None:
        title = Text("签收：{document}", "Acknowledge: {document}").fill(document=order.document)
        clocks.append(
            Running(kind="acknowledge", title=title, since=order.received_at, due=order.acknowledge_by,
                    met=order.acknowledged_at, roles=KEEPERS, duty=duty)
        )  # fmt: skip
    if order.report_due is not None:
        title = Text("报告执行情况：{document}", "Report compliance: {document}").fill(document=order.document)
        clocks.append(
            Running(kind="report", title=title, since=order.received_at, due=order.report_due, met=order.reported_at,
                    roles=KEEPERS, duty=duty)
        )  # fmt: skip
    return clocks


def _notes(order: Order, now: datetime) -> Sequence[Text]:
    told = []
    if order.kind == SUSPEND:
        over = order.until is not None and order.until <= now
        if order.state == "standing" and not over:
            told.append(
                Text(
                    "信息闸门正在执行此暂停令，所列操作一律拒绝",
                    "The door carries this suspension out: what it covers is refused",
                )
            )
        elif over:
            told.append(Text("暂停期限已过，信息闸门不再据此拒绝", "Its term is over: the door refuses nothing by it"))
    if order.contested_at and order.state == "standing":
        told.append(Text("已书面提出异议；异议期间不停止执行", "Contested by letter; it applies meanwhile"))
    if order.withheld:
        told.append(Text(
            "依法暂不向用户告知：查看时把本文号填为工单号，用户期满后才能看到",
            "The user is not told for now, by the law named: looks that name this number as their ticket show after it",
        ))  # fmt: skip
    return told


REGISTER: Register[Order] = Register(
    name="orders",
    prefix="O",
    title=Text("责令与协查", "Orders received"),
    one=Text("责令或协查", "Order or request"),
    intro=Text(
        "电信管理机构的要求（第十三条第八项、第十四条第二款、第十七条第二款），以及其他机关依法调取信息的要求。",
        "What the telecommunications authority demands (Arts. 13(8), 14(2), 17(2)), and what other bodies ask for by "
        "law.",
    ),
    model=Order,
    duties=("A14-2-obey", "A17-2-materials", "A17-2-cooperate", "A13-8-other"),
    fields=(*_WHOSE, *_GROUND, *_COVERED, *_WITHHOLDING, *_DONE),
    states={
        "standing": State(label=Text("执行中", "Standing"), tone="waiting"),
        "answered": State(label=Text("已办结", "Answered"), tone="good"),
        "declined": State(label=Text("已拒绝", "Declined"), tone="over"),
        "lifted": State(label=Text("已解除", "Lifted"), tone="over"),
    },
    creating=Act(name="enter", title=Text("登记收到的要求", "Enter what was received"), by=KEEPERS, to="standing",
                 fields=(*_WHOSE, *_GROUND, *_COVERED, *_WITHHOLDING), does=_enter, proof="must", reason="none",
                 duty="A14-2-obey"),
    acts=(
        Act(name="comply", title=Text("记录已执行", "Note that it was carried out"), by=KEEPERS, source=STANDING,
            does=_meet, possible=lambda order, _now: order.met_at is None, proof="must", duty="A14-2-obey"),
        Act(name="take-note", title=Text("签收", "Acknowledge it"), by=KEEPERS, source=STANDING,
            does=directives.acknowledge, possible=directives.unacknowledged, duty="A13-8-other"),
        Act(name="report", title=Text("记录已报告", "Note the report"), by=KEEPERS, source=STANDING, does=_report,
            possible=lambda order, _now: order.reported_at is None, proof="must", duty="A17-2-cooperate"),
        Act(name="contest", title=Text("提出异议", "Contest by letter"), by=KEEPERS, source=STANDING, does=_contest,
            possible=lambda order, _now: order.contested_at is None, proof="must", reason="must", duty="A14-2-obey",
            hint=Text("异议期间继续执行。", "It applies meanwhile.")),
        Act(name="answer", title=Text("办结", "Close as answered"), by=KEEPERS, source=STANDING, to="answered",
            does=_close, possible=lambda order, _now: order.kind != SUSPEND, proof="must", duty="A17-2-materials"),
        Act(name="decline", title=Text("拒绝", "Decline"), by=KEEPERS, source=STANDING, to="declined",
            possible=lambda order, _now: order.kind == REQUEST, reason="must", duty="A10-no-illegal-supply",
            hint=Text("没有法律依据的要求应当书面拒绝。", "What has no legal ground is declined in writing.")),
        Act(name="serve", title=Text("公文送达", "Served by dispatch"), by=frozenset(), to="standing", follows=True,
            duty="A14-2-obey"),
        Act(name="ask-again", title=Text("仍须补正", "Still lacking"), by=frozenset(), to="standing", follows=True,
            does=directives.stand_again, duty="A13-8-other"),
        Act(name="enforce", title=Text("闸门已执行", "In force at the door"), by=frozenset(), does=enforce,
            follows=True, duty="A14-2-obey"),
        Act(name="acknowledge", title=Text("发出执行回执", "Acknowledged"), by=frozenset(), does=_acknowledge,
            follows=True, duty="A14-2-obey"),
        Act(name="lifted", title=Text("公文解除", "Lifted by dispatch"), by=frozenset(), to="lifted", does=_lift,
            follows=True, duty="A14-2-obey"),
        Act(name="lift", title=Text("登记解除", "Enter its lifting"), by=LIFTING, source=STANDING, to="lifted",
            does=_lift, possible=lambda order, _now: order.kind == SUSPEND, proof="must", grave=True,
            apart_from=("enter",), alone=True, duty="A14-2-obey",
            hint=Text("附上书面解除决定；闸门随即不再据此拒绝。",
                      "Attach the written decision; the door then refuses nothing by it.")),
    ),
    columns=("kind", "body", "received_at", "due"),
    filters=("kind", "sender"),
    search=("document", "body"),
    seen_by=OVERSEEING,
    clocks=_clocks,
    entries=entries_of,
    notes=_notes,
    speaks=SPEAKS,
    group=Group.AUTHORITIES,
    rounds=(
        Round(name="orders.keep", every=timedelta(minutes=1), run=_keep),
        Round(name="orders.acknowledge", every=timedelta(seconds=1), run=acknowledge),
    ),
    takes={
        "suspension": serve_suspension, "correction": serve_correction, "lifting": lift,
        "instruction": directives.serve,
    },
    rests_on=lambda order: order.dispatch,
    order=70,
)  # fmt: skip
