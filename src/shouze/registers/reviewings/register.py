"""The register of reviewings (Art. 7): reviews among members, of which the authority sees nothing unasked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shouze.language import Text
from shouze.registers.describing import OPERATORS, Act, Field, Group, Part, Register, Running, State
from shouze.registers.peerreviews.reviewing import words_of
from shouze.registers.peers.naming import associations
from shouze.registers.reviewings import taking
from shouze.registers.reviewings.models import REVIEWED, REVIEWER, Reviewing
from shouze.registers.reviewings.taking import AWAITED, CLOSED, NAME, SENT, TO_ANSWER, TO_REVIEW
from shouze.registers.roles import KEEPERS, Role, Roles

DUTY = "A07-selfreg"
BY: Roles = frozenset({Role.OFFICER})
PARTS = {REVIEWER: Text("本单位评议对方", "We review"), REVIEWED: Text("对方评议本单位", "We are reviewed")}
_FINDINGS = Field(
    name="findings_text", label=Text("评议意见", "Findings"), lines=10, optional=False, longest=20_000,
    hint=Text("每条一行：条号、遵守／部分遵守／未遵守、说明，例如：1 部分遵守 培训记录不全",
              "A line for each clause: its number, kept / partly / not kept, words, such as: 1 partly records lacking"),
)  # fmt: skip
_REPLY = (
    Field(name="reply", label=Text("答复", "Answer"), lines=6, optional=False),
    Field(name="may_share", label=Text("同意协会将此次互评提供给电信管理机构",
                                       "We agree that the association hands this review to the authority")),
)  # fmt: skip


def _clocks(row: Reviewing, _now: datetime) -> Sequence[Running]:
    if row.state == TO_REVIEW:
        title = Text("评议{name}", "Review {name}").fill(name=row.other[:120])
        return [Running(kind="review", title=title, since=row.created_at, due=row.due, roles=BY, duty=DUTY)]
    if row.state == TO_ANSWER:
        title = Text("答复{name}的评议意见", "Answer what {name} found").fill(name=row.other[:120])
        return [Running(kind="answer", title=title, since=row.found_at or row.changed_at, roles=BY, duty=DUTY)]
    return ()


def _notes(row: Reviewing, _now: datetime) -> Sequence[Text]:
    if row.state == TO_ANSWER:
        return [Text("此次互评只有两家会员和协会看到；只有本单位同意，协会才可提供给电信管理机构。",
                     "The two members and the association see it. The authority does only if we agree.")]  # fmt: skip
    return ()


REGISTER: Register[Reviewing] = Register(
    name=NAME,
    prefix="MR",
    title=Text("参加的互评", "Reviews among members"),
    one=Text("互评", "Review"),
    intro=Text(
        "行业协会抽签的会员互评中本单位的部分：评议别家，或者被别家评议。",
        "Our part in reviews among an association's members: we review another, or are reviewed.",
    ),
    model=Reviewing,
    duties=(DUTY,),
    fields=(
        Field(name="association", label=Text("协会", "Association"), choices=associations),
        Field(name="part", label=Text("角色", "Part"), choices=PARTS),
        Field(name="other", label=Text("对方会员", "The other member")),
        Field(name="code", label=Text("公约代号", "Code")),
        Field(name="issue", label=Text("版本", "Version")),
        Field(name="due", label=Text("评议期限", "To be reviewed by")),
        Field(name="found_at", label=Text("意见时间", "Found"), once_filled=True),
        Field(name="reply", label=Text("被评会员的答复", "Answer"), lines=4, once_filled=True, personal=True),
        Field(name="replied_at", label=Text("答复时间", "Answered"), once_filled=True),
        Field(name="may_share", label=Text("同意提供给电信管理机构", "The authority may see it")),
        Field(name="outcome", label=Text("跟进情况", "Follow-up"), lines=4, once_filled=True, personal=True),
        Field(name="matter", label=Text("协会的编号", "The association's number")),
    ),
    states={
        TO_REVIEW: State(label=Text("待评议", "To be reviewed"), tone="waiting"),
        AWAITED: State(label=Text("等候意见", "Findings are awaited"), tone="plain"),
        TO_ANSWER: State(label=Text("待答复", "To be answered"), tone="waiting"),
        SENT: State(label=Text("已送出", "Sent"), tone="good"),
        CLOSED: State(label=Text("已结束", "Closed"), tone="over"),
    },
    creating=Act(name="put", title=Text("抽签结果", "Drawn"), by=frozenset(), to=AWAITED, duty=DUTY),
    acts=(
        Act(name="find", title=Text("收到评议意见", "Findings came"), by=frozenset(), to=TO_ANSWER,
            does=taking.note_findings, follows=True, duty=DUTY),
        Act(name="review", title=Text("送出评议意见", "Send findings"), by=BY, source=frozenset({TO_REVIEW}), to=SENT,
            fields=(_FINDINGS,), does=taking.send_findings, reason="none", duty=DUTY,
            hint=Text("经协会转给被评会员；不写用户的个人信息。",
                      "The association passes it on to the member reviewed. Write nothing that identifies a user.")),
        Act(name="answer", title=Text("答复评议意见", "Answer"), by=BY, source=frozenset({TO_ANSWER, SENT}), to=SENT,
            fields=_REPLY, does=taking.send_reply, possible=lambda row, _now: row.part == REVIEWED, reason="none",
            duty=DUTY),
        Act(name="replied", title=Text("被评会员答复", "The answer came"), by=frozenset(), does=taking.note_reply,
            follows=True, duty=DUTY),
        Act(name="close", title=Text("互评结束", "Closed"), by=frozenset(), to=CLOSED, does=taking.note_end,
            follows=True, duty=DUTY),
        Act(name="arrive", title=Text("抽签结果", "Drawn"), by=frozenset(), follows=True, duty=DUTY),
    ),
    columns=("association", "part", "other", "due", "found_at"),
    filters=("part",),
    joins=("peer",),
    search=("other", "code"),
    seen_by=KEEPERS,
    clocks=_clocks,
    notes=_notes,
    parts=(
        Part(
            title=Text("评议意见", "Findings"),
            columns=((Text("条", "Clause"), lambda each: each[0]), (Text("评议", "Found"), lambda each: each[1]),
                     (Text("说明", "Words"), lambda each: each[2])),
            rows=lambda row: words_of(row.findings),
        ),
        Part(
            title=Text("公约各条", "The code's clauses"),
            columns=((Text("条", "Clause"), lambda each: each["number"]),
                     (Text("内容", "It says"), lambda each: Text(each["zh"], each["en"]))),
            rows=taking.clauses_of,
        ),
    ),
    from_files=False,
    takes={
        "peer-review": taking.take_part, "peer-findings-passed": taking.take_findings,
        "peer-reply-passed": taking.take_reply, "peer-closed": taking.take_end,
    },
    houses=OPERATORS,
    group=Group.SELF_DISCIPLINE,
    order=94,
)  # fmt: skip
