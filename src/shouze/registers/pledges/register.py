"""The register of pledges (Art. 21)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from shouze.language import Text
from shouze.registers.describing import ASSOCIATIONS, Act, Field, Group, Register, Round, Running, State, following
from shouze.registers.pledges import pledging
from shouze.registers.pledges.facts import SPEAKS
from shouze.registers.pledges.models import Pledge
from shouze.registers.pledges.pledging import ASKED, DECLINED, ENDED, NAME, PLEDGED, REPLACED
from shouze.registers.roles import Role, Roles

DUTY = "A21-ind-guide"
SECRETARIAT: Roles = frozenset({Role.SECRETARY})
SEEN_BY: Roles = SECRETARIAT | {Role.APPROVER, Role.AUDITOR, Role.OFFICER}


def _clocks(row: Pledge, _now: datetime) -> Sequence[Running]:
    if row.state != ASKED:
        return ()
    title = Text("{name}答复是否承诺", "{name} answers whether it pledges").fill(name=row.title)
    return [Running(kind="answer", title=title, since=row.created_at, due=row.due, roles=SECRETARIAT, duty=DUTY)]


REGISTER: Register[Pledge] = Register(
    name=NAME,
    prefix="PG",
    title=Text("会员承诺", "Pledges"),
    one=Text("承诺", "Pledge"),
    intro=Text(
        "引导会员加强自律（第二十一条）：公约施行之日以公文请每家会员承诺，换版时请其重新承诺。已承诺的会员名单公开。",
        "Members are guided to self-discipline (Art. 21): asked by dispatch when a version comes in force, and anew "
        "with the next one. Who is pledged is public.",
    ),
    model=Pledge,
    duties=(DUTY,),
    fields=(
        Field(name="title", label=Text("会员", "Member")),
        Field(name="code", label=Text("公约编号", "Code")),
        Field(name="issue", label=Text("版本", "Version")),
        Field(name="due", label=Text("答复期限", "To be answered by")),
        Field(name="reminded_at", label=Text("催告", "Reminded"), once_filled=True),
        Field(name="answered_at", label=Text("答复时间", "Answered"), once_filled=True),
        Field(name="pledged_at", label=Text("承诺时间", "Pledged"), once_filled=True),
        Field(name="signed_by", label=Text("签署人", "Signed by"), once_filled=True),
        Field(name="post", label=Text("职务", "Post"), once_filled=True),
        Field(name="says", label=Text("说明", "Words"), once_filled=True),
        Field(name="digest", label=Text("所承诺文本的 SHA-256", "SHA-256 of the text")),
    ),
    states={
        ASKED: State(label=Text("待答复", "To be answered"), tone="waiting"),
        PLEDGED: State(label=Text("已承诺", "Pledged"), tone="good"),
        DECLINED: State(label=Text("不承诺", "Declined"), tone="over"),
        ENDED: State(label=Text("已退出", "Ended by the member"), tone="over"),
        REPLACED: State(label=Text("随版本终止", "Ended with the version"), tone="over"),
    },
    creating=Act(name="ask", title=Text("请会员承诺", "Ask for a pledge"), by=frozenset(), to=ASKED,
                 does=pledging.ask, duty=DUTY),
    acts=(
        Act(name="remind", title=Text("催告", "Remind"), by=SECRETARIAT, source=frozenset({ASKED}),
            does=pledging.remind, duty=DUTY),
        Act(name="pledge", title=Text("会员承诺", "Pledged"), by=frozenset(), to=PLEDGED, follows=True,
            does=pledging.note_pledge, duty=DUTY),
        Act(name="decline", title=Text("会员不承诺", "Declined"), by=frozenset(), to=DECLINED, follows=True,
            does=pledging.note, duty=DUTY),
        Act(name="end", title=Text("会员退出", "Ended by the member"), by=frozenset(), to=ENDED, follows=True,
            does=pledging.note, duty=DUTY),
        following("replace", Text("版本已终止", "The version is over"), REPLACED, DUTY),
    ),
    columns=("code", "issue", "due", "pledged_at"),
    search=("code", "name", "signed_by"),
    seen_by=SEEN_BY,
    clocks=_clocks,
    heeds={
        ("codes", "adopt"): pledging.entered, ("codes", "enter"): pledging.entered,
        ("codes", "supersede"): pledging.over, ("codes", "withdraw"): pledging.over,
    },
    rounds=(Round(name="pledges.keep", every=timedelta(seconds=10), run=pledging.keep),),
    rests_on=lambda row: row.digest,
    from_files=False,
    takes={"pledge": pledging.take},
    houses=ASSOCIATIONS,
    group=Group.SELF_DISCIPLINE,
    speaks=SPEAKS,
    order=12,
)  # fmt: skip
