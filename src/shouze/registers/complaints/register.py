"""The register of complaints (Art. 12): accepted at once, answered within fifteen days, resolved beside it.

* Answering is the duty; resolving is tracked apart. A late answer stays late, also after it was reopened.
* What is written lies in letters, sealed; a complainant who is a user stands here by their id alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from shouze.language import Text
from shouze.registers.complaints import doing, fields
from shouze.registers.complaints.facts import SPEAKS
from shouze.registers.complaints.models import Complaint, Term
from shouze.registers.complaints.report import answer
from shouze.registers.describing import Act, Alert, Group, Page, Part, Printed, Register, Round, Running, State
from shouze.registers.letters import replying
from shouze.registers.letters.ending import end_old
from shouze.registers.letters.models import Party
from shouze.registers.letters.register import READERS
from shouze.registers.letters.showing import letters_of
from shouze.registers.letters.watching import look_at, watch, watched
from shouze.registers.roles import KEEPERS, OVERSEEING, Role, Roles
from shouze.registers.timings.choosing import told

BY: Roles = READERS
OPEN, ANSWERED = frozenset({"open"}), frozenset({"answered"})
_DUTY = "A12-15d"


def _clocks(complaint: Complaint, _now: datetime) -> Sequence[Running]:
    running = [
        Running(kind=f"answer-{term.place}", title=_OWED["answer"].fill(number=complaint.number),
                since=term.received_at, due=term.due, met=term.answered_at, roles=BY, duty=_DUTY)
        for term in complaint.terms.filter(place__lt=complaint.reopened)
    ]  # fmt: skip
    if complaint.state in ("withdrawn", "void"):
        return running
    running.append(_running("answer", complaint, complaint.due, complaint.answered_at, _DUTY))
    if complaint.state == "open" and complaint.escalated_at:
        running.append(
            Running(kind="escalated", title=_OWED["escalated"].fill(number=complaint.number),
                    since=complaint.escalated_at, due=complaint.due, roles=KEEPERS, duty=_DUTY)
        )  # fmt: skip
    if complaint.state != "refused":
        running.append(_running("handle", complaint, complaint.handle_due, complaint.resolved_at, None))
    return running


def _running(kind: str, complaint: Complaint, due: datetime | None, met: datetime | None, duty: str | None) -> Running:
    title = _OWED[kind].fill(number=complaint.number)
    return Running(kind=kind, title=title, since=complaint.received_at, due=due, met=met, roles=BY,
                   person=complaint.assigned_id, duty=duty)  # fmt: skip


_OWED = {
    "answer": Text("答复投诉 {number}", "Answer complaint {number}"),
    "handle": Text("办结投诉 {number}", "Resolve complaint {number}"),
    "escalated": Text("投诉 {number} 临近期限仍未答复", "Complaint {number} is still not answered"),
}


def _notes(complaint: Complaint, now: datetime) -> Sequence[Text]:
    notes = [told(complaint.counting, complaint.received_at)] if complaint.counting else []
    if complaint.state == "open" and complaint.due and now > complaint.due:
        notes.insert(0, Alert("已逾期：违反第十二条（A12-15d）", "Overdue: a breach of Article 12 (A12-15d)"))
    if complaint.state != "open" and complaint.late:
        notes.insert(
            0, Alert("答复逾期：曾违反第十二条（A12-15d）", "It was answered late: a breach of Article 12 (A12-15d)")
        )
    if complaint.state == "open" and complaint.proof == "waiting":
        notes.append(Text("答复已写好，待邮件服务器接收", "The answer is written, and waits for the mail server"))
    if complaint.proof == "bounced":
        notes.append(
            Alert("答复被退回，未送达：请另行送达", "The answer came back undelivered: deliver it another way")
        )
    if complaint.erased_at:
        notes.append(Text("来往内容的保存期限已满，已销毁", "What was written has come to its end and is destroyed"))
    return notes


def _parties(complaint: Complaint) -> Iterable[Party]:
    return Party.objects.filter(register=doing.NAME, entry=complaint.pk).order_by("id")


def _who(party: Party) -> object:
    if party.subject:
        return party.subject
    return Text("联系方式已加密", "Reached as sealed") if party.key_id else Text("匿名", "Nobody named")


def _watch(now: datetime) -> None:
    watch(REGISTER, now)


def _end(now: datetime) -> None:
    end_old(REGISTER, now)


_ACTS: tuple[Act[Complaint], ...] = (
    Act(name="answer", title=Text("答复", "Answer"), seals=True,
        by=BY, source=OPEN, fields=replying.FIELDS,
        page="complaint-answer", asks=replying.ask_address(doing.NAME), does=doing.answer, duty=_DUTY),
    Act(name="assign", title=Text("指定承办人", "Assign"), by=BY, source=OPEN | ANSWERED, fields=fields.ASSIGN,
        proof="none", duty="A12-mechanism"),
    Act(name="sort", title=Text("归类", "Sort"), by=BY, source=OPEN | ANSWERED, fields=fields.SORT, does=doing.sort,
        proof="none", duty="A12-accept"),
    Act(name="join", title=Text("另有投诉人", "Somebody else complains"), by=BY, source=OPEN | ANSWERED,
        fields=fields.REACH, does=doing.join, proof="none", duty="A12-accept"),
    Act(name="interim", title=Text("告知进展", "Tell how it stands"), by=BY, source=OPEN, fields=replying.FIELDS[:-1],
        asks=replying.ask_address(doing.NAME), does=doing.note_progress, proof="none", duty="A12-mechanism",
        hint=Text("不是答复，时限继续。", "It is no answer: the clock goes on.")),
    Act(name="refuse", title=Text("不予受理", "Refuse"), seals=True,
        by=KEEPERS, source=OPEN, duty="A12-accept",
        page="complaint-refuse", fields=(fields.REFUSED, *replying.FIELDS), does=doing.refuse, grave=True,
        asks=replying.ask_address(doing.NAME),
        hint=Text("告知理由也是答复，同样计时。", "Telling why is an answer too, by the same clock.")),
    Act(name="resolve", title=Text("办结", "Resolve"), seals=True,
        by=BY, source=ANSWERED, to="resolved", fields=fields.RESOLVE,
        does=doing.resolve, reason="may", duty="A12-mechanism"),
    Act(name="withdraw", title=Text("登记撤回", "Note that it was withdrawn"), seals=True,
        by=BY, source=OPEN | ANSWERED,
        to="withdrawn", does=doing.withdraw, reason="must", proof="must", duty="A12-mechanism",
        hint=Text("附上投诉人撤回的凭据。", "Attach what the complainant said.")),
    Act(name="reopen", title=Text("重开", "Reopen"), seals=True,
        by=BY, to="open", does=doing.reopen, reason="must",
        duty="A12-accept", source=frozenset({"answered", "resolved", "refused", "withdrawn"}),
        hint=Text("自现在起重新计时；此前的时限和逾期保留。", "A new clock runs from now; the earlier ones stay.")),
    Act(name="void", title=Text("不是投诉", "It is no complaint"), seals=True,
        by=KEEPERS, source=OPEN, to="void", does=doing.void,
        reason="must", grave=True, duty="A12-accept",
        possible=lambda complaint, _now: complaint.source == "e-mail",
        hint=Text("仅用于误入的邮件；其他的“不予受理”并告知。", "For mail that came here by mistake alone.")),
    Act(name="arrived", title=Text("答复已送达邮件服务器", "The answer was taken"), by=frozenset(), follows=True,
        does=doing.arrived, duty=_DUTY),
    Act(name="came-back", title=Text("答复被退回", "The answer came back"), by=frozenset(), follows=True,
        does=doing.came_back, duty=_DUTY),
    Act(name="read", title=Text("投诉人已阅读答复", "The complainant read the answer"), by=frozenset(), follows=True,
        does=doing.read_at_portal, duty=_DUTY),
    watched("warned", Text("预警", "Warned"), _DUTY),
    watched("escalated", Text("上报负责人", "Passed up"), _DUTY),
    watched("breached", Text("逾期未答复", "Overdue"), _DUTY),
)  # fmt: skip

REGISTER: Register[Complaint] = Register(
    name=doing.NAME,
    prefix="CP",
    title=Text("投诉", "Complaints"),
    one=Text("投诉", "Complaint"),
    intro=Text(
        "接受与用户个人信息保护有关的投诉，自接到投诉之日起十五日内答复投诉人（第十二条）。登记即给编号和回执。",
        "Complaints about personal information are accepted, and answered within 15 days of their receipt (Art. 12). "
        "Each has its number and receipt at once.",
    ),
    model=Complaint,
    duties=("A12-mechanism", "A12-contact", "A12-accept", "A12-15d"),
    fields=fields.EVERY,
    states={
        "open": State(label=Text("待答复", "To be answered"), tone="waiting"),
        "answered": State(label=Text("已答复", "Answered"), tone="good"),
        "resolved": State(label=Text("已办结", "Resolved"), tone="over"),
        "refused": State(label=Text("不予受理", "Refused"), tone="over"),
        "withdrawn": State(label=Text("已撤回", "Withdrawn"), tone="over"),
        "void": State(label=Text("不是投诉", "No complaint"), tone="over"),
    },
    creating=Act(name="file", title=Text("登记投诉", "Enter a complaint"), by=BY, to="open", fields=fields.FILE,
                 does=doing.file, seals=True, duty="A12-accept"),
    acts=_ACTS,
    columns=("source", "matter", "service", "assigned", "due", "late"),
    filters=("source", "matter", "service"),
    search=("call_number",),
    seen_by=OVERSEEING | {Role.SERVICE},
    clocks=_clocks,
    notes=_notes,
    look=look_at,
    parts=(
        letters_of(doing.NAME),
        Part(
            title=Text("投诉人", "Who complains"),
            columns=((Text("用户编号或联系方式", "Id, or how they are reached"), _who),
                     (Text("时间", "Since"), lambda each: each.at)),
            rows=_parties,
        ),
        Part(
            title=Text("各次时限", "Terms"),
            columns=(
                (Text("接到", "Received"), lambda each: each.received_at),
                (Text("期限", "Due"), lambda each: each.due),
                (Text("答复", "Answered"), lambda each: each.answered_at),
                (Text("逾期", "Late"), lambda each: Text("是", "Yes") if each.late else Text("否", "No")),
            ),
            rows=lambda complaint: Term.objects.filter(complaint=complaint).order_by("place"),
        ),
    ),
    pages=(Page(name="complaint-receipt", title=Text("受理回执", "Receipt"), by=BY),),
    reports=(Printed(name="complaint", title=Text("答复函", "Answer as a letter"), make=answer,
                     shown=lambda complaint: complaint.answered_at is not None),),
    heeds={
        (doing.NAME, "file"): doing.filed,
        (doing.NAME, "answer"): doing.sent("answer"),
        (doing.NAME, "refuse"): doing.sent("refusal"),
        (doing.NAME, "interim"): doing.sent("interim"),
        **{(doing.NAME, act): replying.keep_proof(doing.NAME) for act in ("resolve", "withdraw", "reopen", "void")},
        ("letters", "enter"): doing.from_mail,
        ("letters", "complain"): doing.from_letter,
        ("letters", "accepted"): doing.delivered,
        ("letters", "bounced"): doing.not_delivered,
        ("letters", "failed"): doing.not_delivered,
    },
    rounds=(
        Round(name="complaints.watch", every=timedelta(minutes=5), run=_watch),
        Round(name="complaints.end", every=timedelta(hours=6), run=_end),
    ),
    from_files=False,
    group=Group.HANDLING,
    speaks=SPEAKS,
    order=44,
)  # fmt: skip
