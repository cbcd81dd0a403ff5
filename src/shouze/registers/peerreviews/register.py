"""The register of peer reviews (Arts. 7, 21)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shouze.language import Text
from shouze.registers.describing import ASSOCIATIONS, Act, Field, Group, Part, Register, Running, State
from shouze.registers.peerreviews import reviewing
from shouze.registers.peerreviews.facts import SPEAKS
from shouze.registers.peerreviews.models import PeerReview
from shouze.registers.peerreviews.reviewing import ASKED, CLOSED, DROPPED, FOUND, NAME, REPLIED
from shouze.registers.peers.trusted import authorities
from shouze.registers.roles import Role, Roles

DUTY = "A21-ind-guide"
SECRETARIAT: Roles = frozenset({Role.SECRETARY})
SEEN_BY: Roles = SECRETARIAT | {Role.APPROVER}
"""The body itself: whoever keeps its door or its accounts has no part in what members say of one another."""
OPEN = frozenset({ASKED, FOUND, REPLIED})
_OUTCOME = Field(name="outcome", label=Text("跟进情况", "Follow-up"), lines=4, optional=False, once_filled=True,
                 hint=Text("两家会员都会看到", "Both members see it"))  # fmt: skip
_AUTHORITY = Field(name="authority", label=Text("电信管理机构", "Authority"), choices=authorities,
                   optional=False)  # fmt: skip
_OWED = {
    ASKED: Text("{name}：等候评议意见", "{name}: findings are awaited"),
    FOUND: Text("{name}：等候答复", "{name}: the answer is awaited"),
    REPLIED: Text("{name}：跟进并结束", "{name}: follow it up and close it"),
}

_DRAWN = Text(
    "抽签：按 SHA-256（种子:会员）排序，每家评议下一家；任何会员可以重算",
    "Drawn: in the order of SHA-256(seed:party) each reviews the next; any member may draw again",
)


def _clocks(row: PeerReview, _now: datetime) -> Sequence[Running]:
    if row.state not in OPEN:
        return ()
    title = _OWED[row.state].fill(name=row.title[:120])
    due = row.due if row.state == ASKED else None
    since = row.created_at if row.state == ASKED else row.changed_at
    return [Running(kind=row.state, title=title, since=since, due=due, roles=SECRETARIAT, duty=DUTY)]


def _notes(row: PeerReview, _now: datetime) -> Sequence[Text]:
    told = [_DRAWN]
    if row.handed_to:
        told.append(Text("已经会员同意提供给{name}", "Handed to {name}, with the member's consent").fill(
            name=row.handed_to))  # fmt: skip
    elif not row.may_share:
        told.append(Text("未经被评会员同意，不得提供给电信管理机构",
                         "The authority does not see it unless the member reviewed agrees"))  # fmt: skip
    return told


REGISTER: Register[PeerReview] = Register(
    name=NAME,
    prefix="RV",
    title=Text("会员互评", "Peer reviews"),
    one=Text("互评", "Peer review"),
    intro=Text(
        "已承诺的会员依公约互相评议：抽签成环，谁也不评议评议自己的会员；只有两家会员和协会看到。",
        "Members that are pledged review one another under the code, in a ring by lot: nobody reviews whom they are "
        "reviewed by. The two members and the association see it.",
    ),
    model=PeerReview,
    duties=(DUTY,),
    fields=(
        Field(name="code", label=Text("公约编号", "Code")),
        Field(name="reviewer", label=Text("评议会员", "Reviewer")),
        Field(name="reviewed", label=Text("被评会员", "Reviewed")),
        Field(name="due", label=Text("评议期限", "To be reviewed by")),
        Field(name="seed", label=Text("种子", "Seed")),
        Field(name="source", label=Text("种子的公布处", "Where the seed was published")),
        Field(name="found_at", label=Text("收到意见", "Findings came"), once_filled=True),
        Field(name="reply", label=Text("被评会员的答复", "Answer"), lines=4, once_filled=True, personal=True),
        Field(name="replied_at", label=Text("答复时间", "Answered"), once_filled=True),
        Field(name="may_share", label=Text("同意提供给电信管理机构", "The authority may see it")),
        _OUTCOME,
        Field(name="closed_at", label=Text("结束时间", "Closed"), once_filled=True),
        Field(name="handed_to", label=Text("已提供给", "Handed to"), once_filled=True),
    ),
    states={
        ASKED: State(label=Text("评议中", "Being reviewed"), tone="waiting"),
        FOUND: State(label=Text("待答复", "To be answered"), tone="waiting"),
        REPLIED: State(label=Text("待跟进", "To be followed up"), tone="waiting"),
        CLOSED: State(label=Text("已结束", "Closed"), tone="good"),
        DROPPED: State(label=Text("已撤销", "Dropped"), tone="over"),
    },
    creating=Act(name="ask", title=Text("请会员评议", "Ask for a review"), by=frozenset(), to=ASKED,
                 does=reviewing.ask, duty=DUTY),
    acts=(
        Act(name="close", title=Text("跟进并结束", "Follow up and close"), by=SECRETARIAT,
            source=frozenset({FOUND, REPLIED}), to=CLOSED, fields=(_OUTCOME,), does=reviewing.close, duty=DUTY),
        Act(name="hand-over", title=Text("提供给电信管理机构", "Hand it to the authority"), by=SECRETARIAT,
            source=frozenset({REPLIED, CLOSED}), fields=(_AUTHORITY,), does=reviewing.hand_over, grave=True,
            possible=reviewing.may_be_handed_over, reason="must", duty=DUTY,
            hint=Text("只提供被评会员的意见和答复，不提供评议会员的名称。",
                      "Findings and answer of the member reviewed; not who reviewed it.")),
        Act(name="drop", title=Text("撤销", "Drop"), by=SECRETARIAT, source=OPEN, to=DROPPED, reason="must",
            duty=DUTY),
        Act(name="find", title=Text("评议会员提出意见", "Findings came"), by=frozenset(), to=FOUND,
            does=reviewing.note_findings, follows=True, duty=DUTY),
        Act(name="reply", title=Text("被评会员答复", "The answer came"), by=frozenset(), to=REPLIED,
            does=reviewing.note_reply, follows=True, duty=DUTY),
    ),
    columns=("reviewer", "reviewed", "due", "found_at", "replied_at"),
    joins=("reviewer", "reviewed"),
    search=("code",),
    seen_by=SEEN_BY,
    clocks=_clocks,
    notes=_notes,
    parts=(
        Part(
            title=Text("评议意见", "Findings"),
            columns=((Text("条", "Clause"), lambda each: each[0]), (Text("评议", "Found"), lambda each: each[1]),
                     (Text("说明", "Words"), lambda each: each[2])),
            rows=lambda row: reviewing.words_of(row.findings),
        ),
    ),
    from_files=False,
    takes={"peer-findings": reviewing.take_findings, "peer-reply": reviewing.take_reply},
    houses=ASSOCIATIONS,
    group=Group.SELF_DISCIPLINE,
    speaks=SPEAKS,
    order=16,
)  # fmt: skip
