"""The register of commitments (Art. 21): codes that associations put before this operator."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shouze.language import Text
from shouze.registers.commitments import answering
from shouze.registers.commitments.models import Commitment
from shouze.registers.describing import OPERATORS, Act, Field, Group, Part, Register, Running, State, following
from shouze.registers.peers.naming import associations
from shouze.registers.roles import KEEPERS, OVERSEEING, Role, Roles
from shouze.rules.citing import article_words

DUTY = "A07-selfreg"
BY: Roles = frozenset({Role.OFFICER})
_SIGNED = (
    Field(name="signed_by", label=Text("签署人", "Signed by"), optional=False,
          hint=Text("有权代表本单位承诺的人", "Who may bind the operator")),
    Field(name="post", label=Text("职务", "Post"), optional=False),
)  # fmt: skip

_VOLUNTARY = Text(
    "自律是自愿的：不承诺没有处罚。承诺的会员名单由协会公开。",
    "Self-discipline is voluntary: not to pledge has no sanction. The association publishes who did.",
)


def _clocks(row: Commitment, _now: datetime) -> Sequence[Running]:
    if row.state != "asked":
        return ()
    title = Text("答复是否承诺“{name}”", "Answer whether we pledge ourselves to “{name}”").fill(name=row.title)
    return [Running(kind="answer", title=title, since=row.created_at, due=row.due, roles=BY, duty=DUTY)]


def _notes(row: Commitment, _now: datetime) -> Sequence[Text]:
    if row.state != "asked":
        return ()
    return [_VOLUNTARY]


REGISTER: Register[Commitment] = Register(
    name=answering.NAME,
    prefix="CM",
    title=Text("自律承诺", "Commitments"),
    one=Text("自律承诺", "Commitment"),
    intro=Text(
        "行业协会请本单位承诺的自律公约（第二十一条）：哪一版、谁签署、何时；公约换版时重新承诺。",
        "Codes of self-discipline that associations put before us (Art. 21): which version, who signed, when; asked "
        "anew with each version.",
    ),
    model=Commitment,
    duties=(DUTY,),
    fields=(
        Field(name="association", label=Text("协会", "Association"), choices=associations),
        Field(name="code", label=Text("公约代号", "Code")),
        Field(name="issue", label=Text("版本", "Version")),
        Field(name="in_force_from", label=Text("施行时间", "In force from")),
        Field(name="due", label=Text("答复期限", "To be answered by")),
        Field(name="link", label=Text("公开页", "Public page"), once_filled=True),
        Field(name="digest", label=Text("公约文本的 SHA-256", "SHA-256 of its text")),
        Field(name="matter", label=Text("协会的编号", "The association's number")),
        *(Field(name=each.name, label=each.label, once_filled=True) for each in _SIGNED),
        Field(name="answered_at", label=Text("答复时间", "Answered"), once_filled=True),
    ),
    states={
        "asked": State(label=Text("待答复", "To be answered"), tone="waiting"),
        "pledged": State(label=Text("已承诺", "Pledged"), tone="good"),
        "declined": State(label=Text("不承诺", "Declined"), tone="over"),
        "ended": State(label=Text("已退出", "Ended"), tone="over"),
        "replaced": State(label=Text("公约已换版", "Replaced by a newer version"), tone="over"),
    },
    creating=Act(name="put", title=Text("收到公约", "A code arrived"), by=frozenset(), to="asked", duty=DUTY),
    acts=(
        Act(name="pledge", title=Text("承诺", "Pledge"), by=BY, source=frozenset({"asked", "declined"}), to="pledged",
            fields=_SIGNED, does=answering.pledge, grave=True, reason="none", duty=DUTY,
            hint=Text("以公文答复协会；本单位列入公开的名单。",
                      "Answered by dispatch; our name goes on the public list.")),
        Act(name="decline", title=Text("不承诺", "Decline"), by=BY, source=frozenset({"asked"}), to="declined",
            does=answering.decline, reason="may", duty=DUTY),
        Act(name="end", title=Text("退出", "End it"), by=BY, source=frozenset({"pledged"}), to="ended",
            does=answering.end, reason="must", grave=True, duty=DUTY),
        Act(name="arrive", title=Text("收到公约", "A code arrived"), by=frozenset(), follows=True, duty=DUTY),
        Act(name="reminded", title=Text("协会催告", "Reminded"), by=frozenset(), does=answering.reminded, follows=True,
            duty=DUTY),
        following("replace", Text("公约换版", "A newer version came"), "replaced", DUTY),
    ),
    columns=("association", "issue", "due", "answered_at"),
    joins=("peer",),
    search=("code", "title_en", "signed_by"),
    seen_by=OVERSEEING | KEEPERS,
    clocks=_clocks,
    notes=_notes,
    parts=(
        Part(
            title=Text("各条", "Clauses"),
            columns=(
                (Text("条", "Clause"), lambda each: each["number"]),
                (Text("服务于", "Serves"), lambda each: Text.listed(map(article_words, each["articles"]))),
                (Text("内容", "It says"), lambda each: Text(each["zh"], each["en"])),
            ),
            rows=lambda row: row.clauses,
        ),
    ),
    rests_on=lambda row: row.digest,
    from_files=False,
    takes={"code": answering.take},
    houses=OPERATORS,
    group=Group.SELF_DISCIPLINE,
    order=92,
)  # fmt: skip
