"""The answer to a complaint as a letter (Art. 12): what was complained about, when, the answer and what may follow it.

# Invariant: no word of a letter, nobody's name and no document is in it: making it is no look that the log would have.
# It names the letters that say it; who encloses one opens it on its own page, where the look is recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shouze.language import Text
from shouze.registers import vocabulary
from shouze.registers.complaints import fields
from shouze.registers.complaints.models import Complaint
from shouze.registers.letters.models import KINDS, Letter
from shouze.registers.letters.register import CHANNELS
from shouze.registers.letters.register import REGISTER as LETTERS
from shouze.registers.operators.models import OperatorRow
from shouze.registers.reporting import basis, facts, operator_name
from shouze.registers.timings.choosing import told
from shouze.reports.report import Cell, Facts, Prose, Report, Section, Table

ANSWERING = ("A12-accept", "A12-15d")
_OUTCOME = ("refused_because", "resolution", "resolved_at")
_DELIVERY = ("way", "proof", "posted_number")
_TERMS = (Text("接到", "Received"), Text("答复期限", "Answer due"), Text("答复", "Answered"), Text("逾期", "Late"))
_LETTERS = (Text("编号", "Number"), Text("种类", "Kind"), Text("渠道", "Channel"), Text("写成", "Written"),
            Text("邮件服务器接收", "Taken by the mail server"), Text("状态", "State"))  # fmt: skip


def answer(complaint: Complaint, now: datetime) -> Report:
    """Return the letter that goes with an answer or a refusal which was given."""
    refused = complaint.state == "refused"
    title = Text("关于您的投诉不予受理的告知", "Your complaint: why it is refused")
    return Report(
        name="complaint",
        title=title if refused else Text("关于您的投诉的答复", "Your complaint: our answer"),
        operator=operator_name(),
        basis=basis(ANSWERING),
        made=now,
        number=complaint.number,
        sections=[_greeting(complaint), _complaint(complaint), _answer(complaint, refused), _clock(complaint), _ways()],
    )


def _greeting(complaint: Complaint) -> Section:
    words = Text(
        "尊敬的投诉人：\n您的投诉（编号 {number}）已经收到并登记。"
        "现依照《电信和互联网用户个人信息保护规定》第十二条答复如下。",
        "To whom it concerns:\nYour complaint was received and registered under the number {number}. We answer it as "
        "Article 12 of the Provisions on Protecting the Personal Information of Telecommunications and Internet Users "
        "asks.",
    )
    return Section(Text("答复", "Our answer"), [Prose(words.fill(number=complaint.number))])


def _complaint(complaint: Complaint) -> Section:
    known = vocabulary.services()
    service = known.get(complaint.service, complaint.service) if complaint.service else None
    rows: list[tuple[Text, Cell]] = [
        (Text("编号", "Number"), complaint.number),
        (Text("接到时间", "Received at"), complaint.received_at),
        (Text("来源", "From"), CHANNELS.get(complaint.source)),
        (Text("事项", "About"), fields.MATTERS.get(complaint.matter)),
        (Text("业务", "Service"), service),
        (Text("涉及的操作记录", "Handling records it is about"), ", ".join(map(str, complaint.records))),
    ]
    return Section(Text("您的投诉", "Your complaint"), [Facts(rows)])


def _answer(complaint: Complaint, refused: bool) -> Section:
    given = [(Text("告知时间", "Told at") if refused else Text("答复时间", "Answered at"), complaint.answered_at)]
    chosen = [each for each in fields.EVERY if each.name in (*_OUTCOME, *_DELIVERY)]
    where = Text(
        "答复的正文在下列信件中，加密保存；打开即留下记录，故本函不重复其内容。",
        "What the answer says is in the letters below. They are sealed and each look is recorded: this paper does not "
        "repeat it.",
    )
    title = Text("不予受理的理由和告知", "The refusal and its reasons") if refused else Text("答复", "The answer")
    blocks: list[Facts | Prose | Table] = [Facts([*given, *facts(chosen, complaint)]), Prose(where),
              Table(Text("发给您的信件", "Letters to you"), _LETTERS, _letters(complaint))]  # fmt: skip
    return Section(title, blocks)


def _letters(complaint: Complaint) -> list[Sequence[Cell]]:
    kept = Letter.objects.filter(register="complaints", entry=complaint.pk, direction="out").order_by("id")
    return [
        (each.number, KINDS[each.kind], CHANNELS.get(each.channel, each.channel), each.arrived_at, each.sent_at,
         LETTERS.states[each.state].label)
        for each in kept.defer("sealed")
    ]  # fmt: skip


def _clock(complaint: Complaint) -> Section:
    yes, no = Text("是", "Yes"), Text("否", "No")
    rows = [(each.received_at, each.due, each.answered_at, yes if each.late else no)
            for each in complaint.terms.order_by("place")]  # fmt: skip
    counted: list[Prose | Table] = (
        [Prose(told(complaint.counting, complaint.received_at))] if complaint.counting else []
    )
    counted.append(Table(Text("各次时限", "Every receipt"), _TERMS, rows))
    return Section(Text("期限", "The clock"), counted)


def _ways() -> Section:
    row = OperatorRow.objects.first()
    authority = (
        Text(row.authority_zh, row.authority_en) if row else Text("电信管理机构", "the telecommunications authority")
    )
    words = Text(
        "如对本答复有异议，请凭上述编号要求重新处理，自接到之日起重新计时。\n您也可以向{authority}反映。",
        "If this does not settle it, ask for it to be taken up again under its number: a new clock runs from then.\n"
        "You may also turn to {authority}.",
    ).fill(authority=authority)
    rows: list[tuple[Text, Cell]] = [] if row is None else [
        (Text("联系方式", "Contact"), Text(row.contact_zh, row.contact_en)),
        (Text("主管机关", "Supervised by"), authority),
    ]  # fmt: skip
    return Section(Text("您还可以", "What you may do"), [Prose(words), Facts(rows)])
