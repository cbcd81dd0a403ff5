"""Drafts orders: to whom, in which matter, what they cover, until when; what a dispatch cannot carry goes on paper."""

from __future__ import annotations

import re
from datetime import datetime

import msgspec
from msgspec.structs import replace

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.link.kinds import Body, Correction, Suspension
from shouze.registers.commas import words_in
from shouze.registers.describing import Choices, Doing
from shouze.registers.issued.models import Issued
from shouze.registers.peers.trusted import trusted_peer
from shouze.registers.ports import working_days
from shouze.registers.reports.models import Report
from shouze.registers.supervised.calling import operator_called, operator_of
from shouze.registers.supervised.reaching import peer_of
from shouze.rules.deadline import Counting, deadline

KINDS: Choices = {
    "suspend": Text("责令暂停", "Suspend"),
    "correct": Text("责令改正", "Correct"),
    "question": Text("询问（书面）", "Question (on paper)"),
    "demand": Text("要求提供材料（书面）", "Demand for materials (on paper)"),
}
ASKS = frozenset({"question", "demand"})
"""What is asked on paper alone: where dispatches go, these are dispatches that an officer writes."""
MOST_DAYS = 365
_DAYS = Counting(
    id="from-service", days=1, rolls=True, name=Text("自送达起若干日", "Days from service"),
    reason=Text("送达当日不算入，末日逢法定休假日的顺延：对经营者有利的算法",
                "The day of service is not counted, and a holiday at the end moves it on: in the operator's favour"),
    source=Text("民法典第二百零一条、第二百零三条", "Civil Code, Articles 201 and 203"),
)  # fmt: skip
PARTS = ("services", "purposes", "actions", "items", "agents")


def draft(doing: Doing[Issued]) -> None:
    """Check a draft: to whom it goes, in which matter, what it covers."""
    order = doing.entry
    _address(order)
    order.title = order.document
    report = Report.objects.filter(number=order.report).first() if order.report else None
    if order.report and (report is None or not _of_operator(report, order)):
        raise InvalidError(Text("不是此经营者的事件报告", "It is not a report of this operator"), field="report")
    whose = order.operator if order.on_paper else order.peer_id
    order.matter = (report.matter if report else "") or f"orders/{whose}-{doing.now:%Y%m%d%H%M%S}"
    if order.kind == "suspend" and not any(words_in(getattr(order, part)) for part in PARTS):
        remedy = Text("至少写明一项；不写的部分即全部", "Name one part at least; a part left empty covers all of it")
        raise InvalidError(Text("没有写明暂停什么", "It does not say what is suspended"), field="services",
                           remedy=remedy)  # fmt: skip
    if order.kind == "suspend" and order.since is not None and order.since < doing.now:
        raise InvalidError(Text("不能自签发以前起暂停", "Nothing is suspended from before its signing"), field="since",
                           remedy=Text("不填即自签发起", "Left empty it is from its signing on"))  # fmt: skip
    _check_term(order)
    demand_ahead(order, doing.now)
    if order.on_paper:
        _check_paper(order)
    else:
        said(order, doing.now)


def _address(order: Issued) -> None:
    """Find whom it goes to: a peer, or an operator of the register, who may be a peer all the same."""
    if bool(order.to) == bool(order.operator.strip()):
        remedy = Text("选一家有公文往来的，或者写一家没有的", "Choose one that dispatches go to, or name one without")
        raise InvalidError(Text("没有写明一家经营者", "It does not name one operator"), field="to", remedy=remedy)
    if not order.to:
        found = operator_called(order.operator)
        order.peer, order.operator, order.operator_name = peer_of(found), found.number, found.title
        order.to = order.peer.party if order.peer else ""
    else:
        order.peer = trusted_peer("operator", order.to)
        if order.peer is None:
            raise InvalidError(Text("与此经营者没有公文往来", "No dispatches go to this operator"), field="to")
        known = operator_of(order.peer)
        order.operator, order.operator_name = known.number if known else "", order.peer.title
    if order.kind in ASKS and order.peer is not None:
        remedy = Text("在“公文”撰写，或者在事件报告里询问", "Write it under Dispatches, or ask at the report")
        raise InvalidError(
            Text("此经营者以公文询问", "This operator is asked by dispatch"), field="kind", remedy=remedy
        )


def _of_operator(report: Report, order: Issued) -> bool:
    if order.peer is not None:
        return bool(report.peer_id == order.peer.pk)
    return report.operator == order.operator_name


def _check_term(order: Issued) -> None:
    if order.days is not None and not 0 < order.days <= MOST_DAYS:
        raise InvalidError(Text(f"日数应为 1 至 {MOST_DAYS}", f"Between 1 and {MOST_DAYS} days"), field="days")
    if order.days is not None and order.due is not None:
        raise InvalidError(Text("期限和日数只填一项", "Give the term or the number of days, not both"), field="days")
    if order.days is None and order.due is None and (order.kind == "correct" or order.on_paper):
        words = {"correct": Text("没有写改正期限", "The time for correcting is missing")}
        missing = words.get(order.kind) or Text("没有写答复期限", "The time for answering is missing")
        raise InvalidError(missing, field="due")


def _check_paper(order: Issued) -> None:
    """Ask for what a paper has to say by itself: the articles, and where the answer is brought."""
    if order.kind == "correct" and not order.duties:
        raise InvalidError(Text("没有写明涉及的义务", "No duty is named"), field="duties",
                           remedy=Text("书面的令写明条款", "An order on paper names its articles"))  # fmt: skip
    if not order.answer_to.strip():
        raise InvalidError(Text("没有写答复送交何处", "It does not say where the answer goes"), field="answer_to")


def demand_ahead(order: Issued, now: datetime) -> None:
    """Refuse a term that is over before it begins: what cannot be obeyed is no order."""
    for each in ("until", "due") if order.kind == "suspend" else ("due",):
        ends: datetime | None = getattr(order, each)
        if ends is not None and ends <= max(order.since or now, now):
            remedy = Text("改写期限；草稿须撤回重拟", "Change it; a draft is withdrawn and drawn anew")
            raise InvalidError(Text("期限应在将来", "The term lies in the future"), field=each, remedy=remedy)


def due_from(order: Issued, served: datetime) -> datetime | None:
    """Return until when it is corrected or answered: as it says, or so many days after its service."""
    if order.days is None:
        return order.due
    return deadline(replace(_DAYS, days=order.days), served, working_days()).ends_at


def said(order: Issued, now: datetime) -> Body:
    """Return the order as a dispatch says it; InvalidError names the field that does not fit."""
    told = {"order": order.document, "authority": order.body, "authority_en": order.body_en}
    if order.kind == "correct":
        return _body(Correction, {**told, "demand": order.because, "due": due_from(order, now)})
    parts = {part: words_in(getattr(order, part)) for part in PARTS}
    reasons = {"reason": order.because, "reason_en": order.because_en}
    return _body(Suspension, {**told, **reasons, **parts, "since": order.since or now, "until": order.until})


def _body(kind: type[Body], told: dict[str, object]) -> Body:
    try:
        return msgspec.convert(told, kind)
    except msgspec.ValidationError as problem:
        found = re.search(r"\$\.([a-z_]+)", str(problem))
        field = found[1] if found else "document"
        words = Text("写法不对", "It is not written as it has to be")
        fields = {"order": "document", "reason": "because", "demand": "because"}
        raise InvalidError(words, field=fields.get(field, field)) from None
