"""The register of requests (Art. 9(2), 9(4)): enquiries, corrections, cancellations that need a person.

* Nothing is shown, corrected or cancelled before it is made sure who asks.
* What is done takes effect at the door, in the name of whoever does it, from the request's own page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import acting, vocabulary
from shouze.registers.acting import Asked
from shouze.registers.answers.filling import receipt
from shouze.registers.complaints.fields import countings
from shouze.registers.describing import Act, Choices, Doing, Field, Group, Heed, Page, Register, Round, Running, State
from shouze.registers.letters import replying
from shouze.registers.letters.ending import end_old
from shouze.registers.letters.models import Letter
from shouze.registers.letters.register import CHANNELS, READERS
from shouze.registers.letters.sealing import Content, Reach
from shouze.registers.letters.showing import letters_of
from shouze.registers.letters.watching import look_at, watch, watched
from shouze.registers.letters.writing import About, add_party, keep
from shouze.registers.naming import check_subject
from shouze.registers.requests.facts import SPEAKS
from shouze.registers.requests.models import Request
from shouze.registers.roles import KEEPERS, OVERSEEING, Role, Roles
from shouze.registers.timings.choosing import timed, told

NAME = "requests"
BY: Roles = READERS
OPEN = frozenset({"open"})
_NUMBER = re.compile(r"[0-9]{7}")
ASKED: Choices = {
    "enquiry": Text("查询", "Enquiry"),
    "correction": Text("更正", "Correction"),
    "cancellation": Text("注销号码或账号", "Cancellation"),
    "withdrawal": Text("撤回同意", "Withdrawal of consent"),
}
DUTIES = {"enquiry": "A09-2-query", "correction": "A09-2-query", "cancellation": "A09-4-cancel",
          "withdrawal": "A09-1-consent"}  # fmt: skip
IDENTITIES: Choices = {
    "session": Text("门户登录", "Signed in at the portal"),
    "call": Text("来电核验", "Verified in a call"),
    "document": Text("查验证件原件", "Identity document seen"),
    "letter": Text("书面材料核对", "Papers compared"),
    "agent": Text("代办人持委托书", "Somebody with a written power"),
}
OUTCOMES: Choices = {
    "granted": Text("已办理", "Done"),
    "partly": Text("部分办理", "Done in part"),
    "refused": Text("不予办理", "Not done"),
}
REFUSALS: Choices = {
    "unidentified": Text("不能确认是本人", "It could not be made sure who asks"),
    "law": Text("法律、行政法规要求保存", "A law or an administrative regulation has it kept"),
    "right": Text("信息无误", "What is held is right"),
    "repeated": Text("同一请求已办理", "Done already"),
    "not-held": Text("没有所请求的信息", "It is not held"),
    "other": Text("其他（见告知内容）", "Other (see the notice)"),
}
DONE: Choices = {
    "shown": Text("查看", "Shown"), "corrected": Text("更正", "Corrected"), "cancelled": Text("注销", "Cancelled"),
    "as-asked": Text("按请求更正", "Corrected as asked"),
    "withdrawn": Text("撤回同意", "Consent withdrawn"),
}  # fmt: skip
_FILE = (
    Field(name="kind", label=Text("请求", "They ask for"), choices=ASKED, duty="A09-2-query"),
    Field(name="source", label=Text("来源", "From"), choices=CHANNELS),
    Field(name="received_at", label=Text("收到时间", "Received at")),
    Field(name="service", label=Text("业务", "Service"), choices=vocabulary.services),
    Field(name="purpose", label=Text("目的", "Purpose"), choices=vocabulary.purposes,
          hint=Text("查看、更正时在信息闸门使用的目的", "Under which it is looked at or corrected at the door")),
    Field(name="subject", label=Text("用户编号", "The user's id"), personal=True,
          hint=Text("26 位小写字母和数字；在客服台查找", "26 characters; found at the counter")),
    Field(name="story", label=Text("请求内容", "What they ask"), lines=4, optional=False,
          hint=Text("加密保存", "Sealed")),
    Field(name="reach_email", label=Text("回复用的电子邮件", "E-mail to answer to"), optional=True),
)  # fmt: skip
_IDENTIFY = (
    Field(name="identity", label=Text("核实身份的方式", "How it was made sure"), choices=IDENTITIES, optional=False),
    Field(name="identity_note", label=Text("凭据", "Evidence"), optional=True,
          hint=Text("如来电编号；不写姓名、证件号码", "Such as a call's number; no name or document number")),
)  # fmt: skip
_OUTCOME = Field(name="outcome", label=Text("结果", "Outcome"), optional=False,
                 choices={key: OUTCOMES[key] for key in ("granted", "partly")})  # fmt: skip
_REFUSED = Field(name="refused_because", label=Text("理由", "Why"), choices=REFUSALS, optional=False)
_EVERY = (
    *(each for each in _FILE if each.name not in ("story", "reach_email")),
    Field(name="assigned", label=Text("承办人", "With whom")),
    Field(name="identity", label=Text("核实身份", "Identity"), choices=IDENTITIES),
    Field(name="identity_note", label=Text("核实凭据", "Evidence of it"), once_filled=True),
    Field(name="identified_at", label=Text("核实时间", "Made sure at"), once_filled=True),
    Field(name="done_told", label=Text("已在信息闸门办理", "Done at the door")),
    Field(name="counting", label=Text("计算方式", "Way of counting"), choices=countings),
    Field(name="due", label=Text("期限", "Due")),
    *replying.SHOWN,
    Field(name="outcome", label=Text("结果", "Outcome"), choices=OUTCOMES, once_filled=True),
    Field(
        name="refused_because", label=Text("不予办理的理由", "Why it was not done"), choices=REFUSALS, once_filled=True
    ),
    Field(name="call_number", label=Text("来电编号", "The call"), once_filled=True),
)


def _file(doing: Doing[Request]) -> None:
    request = doing.entry
    if request.received_at > doing.now:
        raise InvalidError(Text("收到时间在将来", "It was received in the future"), field="received_at")
    request.subject = request.subject.strip()
    check_subject(request.subject, "subject")
    request.call(vocabulary.of_service(ASKED[request.kind], request.service))
    request.counting, request.due, request.warn_at, request.escalate_at = timed("request", request.received_at)
    for name in ("call_number", "identity", "identity_note"):
        setattr(request, name, str(doing.values.get(name) or ""))
    request.identified_at = doing.now if request.identity else None


def _filed(doing: Doing[Request], _before: object) -> None:
    request, values = doing.entry, doing.values
    about, reach = About.of(NAME, request), Reach(email=str(values.get("reach_email") or ""))
    enclosures = (*values.get("enclosures", ()), *doing.documents)
    add_party(about, request.subject, reach)
    keep(
        Content(text=str(values["story"]), subject=str(values.get("item", "")), names=replying.names_of(enclosures)),
        about=about, direction="in",
        kind="matter", channel=request.source, state="filed", by=doing.by,
        enclosures=enclosures, arrived_at=request.received_at,
    )  # fmt: skip
    text, template, edition = receipt(request)
    replying.send_receipt(request, NAME, reach, text, (template, edition))


def _identify(doing: Doing[Request]) -> None:
    if _NUMBER.search(doing.entry.identity_note):
        remedy = Text("写来电编号或材料存放处", "Give the call's number, or where the papers lie")
        raise InvalidError(Text("像是含有号码", "It seems to hold a number"), field="identity_note", remedy=remedy)
    doing.entry.identified_at = doing.now


def _answer(doing: Doing[Request]) -> None:
    # A09-2-query: an answer goes to whom it is sure to be
    if doing.entry.identified_at is None:
        remedy = Text("先登记如何核实身份", "Note first how it was made sure")
        raise InvalidError(Text("尚未核实身份", "It is not made sure who asks"), remedy=remedy)
    replying.reply(doing, "answered")
    _over(doing.entry)


def _refuse(doing: Doing[Request]) -> None:
    doing.entry.outcome = "refused"
    replying.reply(doing, "refused")
    _over(doing.entry)


def _over(request: Request) -> None:
    request.ended_at = request.answered_at


def _sent(kind: str) -> Heed:
    def follow(doing: Doing[Request], _before: object) -> None:
        replying.send_reply(doing, NAME, kind)

    return follow


def _arrived(doing: Doing[Request]) -> None:
    state = "refused" if doing.values["kind"] == "refusal" else "answered"
    replying.answered(doing.entry, doing.values["at"] or doing.now, "accepted", state)
    _over(doing.entry)


def _came_back(doing: Doing[Request]) -> None:
    replying.came_back(doing.entry, "open")
    _over(doing.entry)


def _letter(act: str) -> Heed:
    """Return what follows here from what became of a letter."""

    def follow(doing: Doing[Letter], _before: object) -> None:
        letter = doing.entry
        if letter.register == NAME and letter.kind in ("answer", "refusal"):
            told = Asked({"kind": letter.kind, "at": letter.sent_at})
            acting.follow(REGISTER, REGISTER.act(act), letter.entry or 0, None, told)

    return follow


def _withdraw(doing: Doing[Request]) -> None:
    doing.entry.ended_at = doing.now


def _done(what: str) -> Act[Request]:
    """Return the act that notes what was just done at the door."""

    def note(doing: Doing[Request]) -> None:
        each = {"what": DONE[what].zh, "of": "、".join(doing.values["of"]), "at": doing.now.isoformat()}
        doing.entry.done = [*doing.entry.done, each]

    duty = "A09-4-cancel" if what == "cancelled" else "A09-4-stop" if what == "withdrawn" else "A09-2-query"
    return Act(name=what, title=DONE[what], by=BY, follows=True, does=note, duty=duty)


def _clocks(request: Request, _now: datetime) -> Sequence[Running]:
    if request.state == "withdrawn":
        return []
    title = Text("办理请求 {number}", "Deal with request {number}").fill(number=request.number)
    return [
        Running(kind="answer", title=title, since=request.received_at, due=request.due, met=request.answered_at,
                roles=BY, person=request.assigned_id, duty=DUTIES[request.kind])
    ]  # fmt: skip


def _notes(request: Request, now: datetime) -> Sequence[Text]:
    notes = [told(request.counting, request.received_at)] if request.counting else []
    if request.state == "open" and request.due and now > request.due:
        notes.insert(0, Text("已逾期", "Overdue"))
    if request.state == "open" and request.identified_at is None:
        notes.append(Text("核实身份之前不能查看、更正或注销", "Nothing is shown or changed before it is sure who asks"))
    if request.proof == "bounced":
        notes.append(Text("答复被退回，未送达：请另行送达", "The answer came back undelivered: deliver it another way"))
    return notes


def _watch(now: datetime) -> None:
    watch(REGISTER, now)


def _end(now: datetime) -> None:
    end_old(REGISTER, now)


REGISTER: Register[Request] = Register(
    name=NAME,
    prefix="RQ",
    title=Text("用户请求", "Requests"),
    one=Text("请求", "Request"),
    intro=Text(
        "需要人工办理的查询、更正、注销（第九条）和撤回同意（个人信息保护法第十五条）。核实身份后办理，结果在信息闸门即时生效。",
        "Enquiries, corrections and cancellations (Art. 9), and withdrawals of consent (PIPL 15), that need a person. "
        "They are done once it is sure who asks, and take effect at the door at once.",
    ),
    model=Request,
    duties=("A09-1-consent", "A09-2-query", "A09-4-cancel", "A09-4-stop"),
    fields=_EVERY,
    states={
        "open": State(label=Text("待办理", "To be done"), tone="waiting"),
        "answered": State(label=Text("已答复", "Answered"), tone="over"),
        "refused": State(label=Text("不予办理", "Not done"), tone="over"),
        "withdrawn": State(label=Text("已撤回", "Withdrawn"), tone="over"),
    },
    creating=Act(name="file", title=Text("登记请求", "Enter a request"), by=BY, to="open", fields=_FILE,
                 does=_file, seals=True,
                 duty="A09-2-query"),
    acts=(
        Act(name="identify", title=Text("登记身份核实", "Note how identity was made sure"), seals=True,
        by=BY, source=OPEN,
            fields=_IDENTIFY, does=_identify, duty="A09-2-query"),
        Act(name="answer", title=Text("答复", "Answer"), seals=True,
        by=BY, source=OPEN, fields=(_OUTCOME, *replying.FIELDS),
            page="request-answer", asks=replying.ask_address(NAME), does=_answer, duty="A09-2-query"),
        Act(name="assign", title=Text("指定承办人", "Assign"), by=BY, source=OPEN, proof="none", duty="A09-2-query",
            fields=(Field(name="assigned", label=Text("承办人", "With whom"), optional=False),)),
        Act(name="refuse", title=Text("不予办理", "Do not do it"), seals=True,
        by=KEEPERS, source=OPEN, page="request-refuse",
            fields=(_REFUSED, *replying.FIELDS), asks=replying.ask_address(NAME), does=_refuse, grave=True,
            duty="A09-2-query"),
        Act(name="withdraw", title=Text("登记撤回", "Note that it was withdrawn"), seals=True,
        by=BY, source=OPEN, to="withdrawn",
            does=_withdraw, reason="must", duty="A09-2-query"),
        *(_done(each) for each in DONE),
        Act(name="arrived", title=Text("答复已送达邮件服务器", "The answer was taken"), by=frozenset(), follows=True,
            does=_arrived, duty="A09-2-query"),
        Act(name="came-back", title=Text("答复被退回", "The answer came back"), by=frozenset(), follows=True,
            does=_came_back, duty="A09-2-query"),
        watched("warned", Text("预警", "Warned"), "A09-2-query"),
        watched("escalated", Text("上报负责人", "Passed up"), "A09-2-query"),
        watched("breached", Text("逾期未办", "Overdue"), "A09-2-query"),
    ),
    columns=("kind", "service", "assigned", "identity", "due", "late"),
    filters=("kind", "service", "source"),
    search=("call_number",),
    seen_by=OVERSEEING | {Role.SERVICE},
    clocks=_clocks,
    notes=_notes,
    look=look_at,
    parts=(
        letters_of(NAME),
    ),
    pages=(
        Page(name="request-door", title=Text("在信息闸门办理", "Do it at the door"), by=BY,
             shown=lambda request, _person: request.state == "open" and request.identified_at is not None),
    ),
    heeds={
        (NAME, "file"): _filed,
        (NAME, "answer"): _sent("answer"),
        (NAME, "refuse"): _sent("refusal"),
        **{(NAME, act): replying.keep_proof(NAME) for act in ("identify", "withdraw")},
        ("letters", "accepted"): _letter("arrived"),
        ("letters", "bounced"): _letter("came-back"),
        ("letters", "failed"): _letter("came-back"),
    },
    rounds=(
        Round(name="requests.watch", every=timedelta(minutes=5), run=_watch),
        Round(name="requests.end", every=timedelta(hours=6), run=_end),
    ),
    from_files=False,
    group=Group.HANDLING,
    speaks=SPEAKS,
    order=46,
)  # fmt: skip
