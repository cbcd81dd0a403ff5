"""The register of codes of self-discipline (Arts. 7, 21): drafted, adopted by a meeting, public, in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet

from shouze.language import Text
from shouze.registers.announcements import editions
from shouze.registers.announcements.proving import ROUND
from shouze.registers.announcements.publishing import EDITIONS
from shouze.registers.codes import adopting
from shouze.registers.codes.adopting import ADOPTED, DRAFT, IN_FORCE, NAME, SUBMITTED
from shouze.registers.codes.facts import SPEAKS
from shouze.registers.codes.models import Code
from shouze.registers.describing import ASSOCIATIONS, Act, Field, Group, Part, Register, Round, Running, State
from shouze.registers.peerreviews import reviewing
from shouze.registers.pledges.models import Pledge
from shouze.registers.roles import Role, Roles
from shouze.rules.citing import article_words

DUTY, GUIDING = "A21-ind-rules", "A21-ind-guide"
MOST, LONGEST = 200, 100_000
SECRETARIAT: Roles = frozenset({Role.SECRETARY})
APPROVING: Roles = frozenset({Role.APPROVER})
SEEN_BY: Roles = SECRETARIAT | APPROVING | {Role.AUDITOR, Role.OFFICER}
_WRITTEN = ("draft", "write", "submit", "revise")
_NAME = Field(name="name", label=Text("代号", "Id"),
              hint=Text("小写字母、数字和连字符；各版本相同",
                        "Lower-case letters, digits, hyphens; the same for every version"))  # fmt: skip
_FIELDS = (
    Field(name="title", label=Text("名称", "Name in Chinese")),
    Field(name="title_en", label=Text("英文名称", "Name in English")),
    Field(name="body", label=Text("协会名称", "Association")),
    Field(name="body_en", label=Text("协会英文名称", "Association in English")),
    Field(name="text", label=Text("条文", "Clauses in Chinese"), lines=14, longest=LONGEST,
          hint=Text("每条一行，以所服务的规定条款开头，例如：[9(1), 10] 会员未经用户同意不收集信息。",
                    "A line for each, beginning with the articles of the Order that it serves, such as [9(1), 10] …")),
    Field(name="text_en", label=Text("英文条文", "Clauses in English"), lines=14, longest=LONGEST,
          hint=Text("每条一行，与中文次序相同", "A line for each, in the order of the Chinese ones")),
)  # fmt: skip
_ADOPTED = (
    Field(name="meeting", label=Text("通过的会议", "Adopted by"), optional=False,
          hint=Text("例如：第三届会员大会第二次会议", "Such as: general meeting of members, second session")),
    Field(name="adopted_on", label=Text("通过日期", "Adopted on"), optional=False),
    Field(name="in_force_from", label=Text("施行时间", "In force from"), optional=True,
          hint=Text("不填则立即施行", "Empty: at once")),
)  # fmt: skip
_DRAWN = (
    Field(name="seed", label=Text("种子", "Seed"), optional=False,
          hint=Text("抽签前无人能知的数，例如某日彩票开奖号码",
                    "A number nobody could know before, such as a lottery's")),
    Field(name="source", label=Text("种子的公布处", "Where the seed was published"), optional=False),
    Field(name="due", label=Text("评议期限", "To be reviewed by"), asks="moment", optional=False),
)  # fmt: skip
_SHOWN = (
    Field(name="issue", label=Text("版本", "Version")),
    *(Field(name=each.name, label=each.label, once_filled=True) for each in _ADOPTED),
    Field(name="ended_at", label=Text("终止时间", "Ended"), once_filled=True),
    Field(name="superseded_by", label=Text("取代它的版本", "Replaced by"), once_filled=True),
    Field(name="edition", label=Text("公布的版次", "Editions published")),
    Field(name="adopted_digest", label=Text("通过文本的 SHA-256", "SHA-256 of what was adopted"), once_filled=True),
)
_DRAFT, _IN_FORCE = frozenset({DRAFT}), frozenset({IN_FORCE})


def _clocks(row: Code, _now: datetime) -> Sequence[Running]:
    if row.state != SUBMITTED:
        return ()
    title = Text("登记“{name}”的通过", "Enter that “{name}” was adopted").fill(name=row.title)
    return [Running(kind="adopt", title=title, since=row.changed_at, roles=APPROVING, duty=DUTY)]


def _notes(row: Code, _now: datetime) -> Sequence[Text]:
    if not row.edition:
        return ()
    told = [Text("公开页：{link}（第 {n} 版次）", "Public page: {link} (edition {n})").fill(
        link=editions.address(row.number), n=row.edition)]  # fmt: skip
    if row.state == ADOPTED:
        told.append(Text("到施行时间自动生效，并请会员承诺", "On its day it comes into force, and members are asked"))
    if row.state == IN_FORCE:
        rows = Pledge.objects.filter(code=row.number)
        told.append(Text("已请 {all} 家会员承诺，{n} 家已承诺", "{all} members were asked, {n} have pledged").fill(
            all=rows.count(), n=rows.filter(state="pledged").count()))  # fmt: skip
    return told


def _pledged(row: Code) -> QuerySet[Pledge]:
    return Pledge.objects.filter(code=row.number).select_related("peer").order_by("peer__title", "pk")[:MOST]


REGISTER: Register[Code] = Register(
    name=NAME,
    prefix="CO",
    title=Text("自律公约", "Codes of self-discipline"),
    one=Text("自律公约", "Code"),
    intro=Text(
        "鼓励行业协会制定用户个人信息保护的自律性管理制度（第二十一条）：逐条写明服务于哪一条，经会议通过，公开，施行。",
        "Associations are encouraged to make rules of self-discipline (Art. 21): each clause says which article it "
        "serves; adopted by a meeting, public, in force.",
    ),
    model=Code,
    duties=(DUTY, "A07-selfreg"),
    fields=(_NAME, *_FIELDS, *_SHOWN),
    states={
        DRAFT: State(label=Text("草稿", "Draft"), tone="waiting"),
        SUBMITTED: State(label=Text("待通过", "To be adopted"), tone="waiting"),
        ADOPTED: State(label=Text("已通过，待施行", "Adopted, not yet in force"), tone="waiting"),
        IN_FORCE: State(label=Text("施行中", "In force"), tone="good"),
        "superseded": State(label=Text("已被取代", "Replaced"), tone="over"),
        "withdrawn": State(label=Text("已废止", "Repealed"), tone="over"),
        "dropped": State(label=Text("已撤销", "Dropped"), tone="over"),
    },
    creating=Act(name="draft", title=Text("起草公约", "Draft a code"), by=SECRETARIAT, to=DRAFT,
                 fields=(_NAME, *_FIELDS), does=adopting.draft, reason="none", duty=DUTY),
    acts=(
        Act(name="write", title=Text("编辑", "Edit"), by=SECRETARIAT, source=_DRAFT, fields=_FIELDS,
            does=adopting.write, reason="none", duty=DUTY),
        Act(name="submit", title=Text("提交会议", "Put before the meeting"), by=SECRETARIAT, source=_DRAFT,
            to=SUBMITTED, duty=DUTY),
        Act(name="adopt", title=Text("登记会议通过", "Enter its adoption"), by=APPROVING,
            source=frozenset({SUBMITTED}), fields=_ADOPTED, does=adopting.adopt, apart_from=_WRITTEN, grave=True,
            duty=DUTY, hint=Text("立即公开，内容的摘要写入日志；施行之日请全体会员承诺。",
                                 "It is public at once, the log names its digest; on its day all members are asked.")),
        Act(name="return", title=Text("退回修改", "Send back"), by=APPROVING | SECRETARIAT, to=DRAFT, reason="must",
            source=frozenset({SUBMITTED}), duty=DUTY),
        Act(name="revise", title=Text("起草新版本", "Draft a new version"), by=SECRETARIAT, source=_IN_FORCE,
            does=adopting.revise, reason="none", proof="none", duty=DUTY),
        Act(name="draw", title=Text("抽签互评", "Draw peer reviews"), by=SECRETARIAT, source=_IN_FORCE, fields=_DRAWN,
            does=reviewing.draw, reason="none", proof="none", duty=GUIDING,
            hint=Text("在已承诺的会员中抽签成环，分别通知。",
                      "A ring by lot among the pledged members; each is told.")),
        Act(name="withdraw", title=Text("废止", "Repeal"), by=APPROVING, source=_IN_FORCE, to="withdrawn",
            does=adopting.withdraw, reason="must", grave=True, duty=DUTY),
        Act(name="drop", title=Text("撤销草稿", "Drop"), by=SECRETARIAT, source=_DRAFT, to="dropped", duty=DUTY),
        Act(name="enter", title=Text("施行", "In force"), by=frozenset(), to=IN_FORCE, does=adopting.enter,
            follows=True, duty=DUTY),
        Act(name="supersede", title=Text("被新版本取代", "Replaced by a newer version"), by=frozenset(),
            to="superseded", does=adopting.supersede, follows=True, duty=DUTY),
    ),
    columns=("issue", "adopted_on", "in_force_from", "edition"),
    search=("name", "title_en", "text", "text_en"),
    seen_by=SEEN_BY,
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
        Part(
            title=Text("会员的承诺", "Members' pledges"),
            columns=((Text("编号", "Number"), lambda each: each.number),
                     (Text("会员", "Member"), lambda each: each.peer.called),
                     (Text("承诺时间", "Pledged"), lambda each: each.pledged_at)),
            rows=_pledged,
            link=lambda each: ("pledges", each.number),
        ),
        EDITIONS,
    ),
    rounds=(Round(name="codes.keep", every=timedelta(seconds=30), run=adopting.keep), ROUND),
    rests_on=lambda row: row.digest,
    from_files=False,
    houses=ASSOCIATIONS,
    group=Group.SELF_DISCIPLINE,
    speaks=SPEAKS,
    order=10,
)  # fmt: skip
