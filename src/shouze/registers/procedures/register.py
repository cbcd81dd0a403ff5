"""The register of house rules (Art. 13(2)): drafted, approved by another person, in force from a day, reviewed yearly.

# Invariant: of a rule one version is in force at most; a version that was approved is never written again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db.models import QuerySet

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import acting, vocabulary
from shouze.registers.describing import Act, Doing, Field, Page, Part, Register, Round, Running, State
from shouze.registers.people.models import Person
from shouze.registers.procedures.facts import SPEAKS
from shouze.registers.procedures.models import Procedure
from shouze.registers.readings.models import Reading
from shouze.registers.roles import HOUSE, KEEPERS, Role, Roles
from shouze.registers.rows import Document
from shouze.registers.spans import months_after

APPROVING: Roles = frozenset({Role.APPROVER, Role.OFFICER, Role.SECURITY})
WRITING = ("draft", "submitted", "approved")
WRITTEN = ("draft", "write", "submit", "revise")
IN_FORCE = frozenset({"in-force"})
MOST = 200
LONGEST = 100_000
KINDS = {
    "workflow": Text("工作流程", "Workflow"),
    "rules": Text("安全管理制度", "Security rules"),
    "plan": Text("应急预案", "Emergency plan"),
    "other": Text("其他", "Other"),
}
_COPIED = ("name", "title", "title_en", "kind", "text", "digest", "owner", "posts", "agents", "read_days",
           "review_months")  # fmt: skip

_FIELDS = (
    Field(name="title", label=Text("名称", "Name in Chinese")),
    Field(name="title_en", label=Text("英文名称", "Name in English")),
    Field(name="kind", label=Text("类别", "Kind"), choices=KINDS),
    Field(name="owner", label=Text("负责人", "Who keeps it up")),
    Field(name="posts", label=Text("须阅读的岗位", "Posts that read it"), choices=vocabulary.held_posts, several=True,
          hint=Text("岗位和代理人都不选，则为本单位全体", "No post and no agent chosen: all of our own people")),
    Field(name="agents", label=Text("须阅读的代理人员工", "Agents whose staff read it"), choices=vocabulary.agents,
          several=True),
    Field(name="read_days", label=Text("阅读期限（天）", "To be read within (days)")),
    Field(name="review_months", label=Text("复审周期（月）", "Reviewed every (months)"), duty="A13-2-workflow"),
)  # fmt: skip
_NAME = Field(name="name", label=Text("代号", "Id"),
              hint=Text("小写字母、数字和连字符；各版本相同",
                         "Lower-case letters, digits, hyphens; the same for every version"))  # fmt: skip
_TEXT = Field(name="text", label=Text("正文", "Text"), lines=24, longest=LONGEST,
              hint=Text("用 Markdown 书写：# 标题、- 列表、**强调**、表格；也可以留空并附上文件",
                        "Markdown: # heading, - list, **strong**, tables; or empty, with a file attached"))  # fmt: skip
_STANDING = (
    Field(name="edition", label=Text("版本", "Version")),
    Field(name="in_force_from", label=Text("施行时间", "In force from")),
    Field(name="reviewed_at", label=Text("上次复审", "Reviewed last")),
    Field(name="digest", label=Text("内容摘要（SHA-256）", "SHA-256 of what it says"), once_filled=True),
)


def current(name: str) -> Procedure | None:
    """Return the version in force of a rule."""
    return Procedure.objects.filter(name=name, state="in-force").first()


def _draft(doing: Doing[Procedure]) -> None:
    # A13-2-workflow: rules have versions, and each says since when
    row = doing.entry
    others = Procedure.objects.filter(name=row.name)
    if others.filter(state__in=WRITING).exists():
        remedy = Text("先办完它，或撤销它", "Finish it first, or drop it")
        raise InvalidError(Text("此制度已有一版在起草", "A version is being drafted"), field="name", remedy=remedy)
    newest = others.order_by("-edition").first()
    row.edition = newest.edition + 1 if newest else 1
    _write(doing)


def _write(doing: Doing[Procedure]) -> None:
    row = doing.entry
    row.digest = sha256(row.text.encode()).hexdigest() if row.text else ""
    if not row.review_months:
        raise InvalidError(Text("复审周期至少一个月", "At least a month"), field="review_months")


def attached(row: Procedure) -> list[Document]:
    """Return the documents attached to the row while it was written, without their content."""
    events = {"event__register": "procedures", "event__entry": row.pk, "event__act__in": WRITTEN}
    return list(Document.objects.filter(**events).defer("content").order_by("id"))


def _complete(doing: Doing[Procedure]) -> None:
    if not doing.entry.text.strip() and not attached(doing.entry):
        remedy = Text("写正文，或在编辑时附上文件", "Write it, or attach a file while editing")
        raise InvalidError(
            Text("既没有正文也没有文件", "There is neither a text nor a file"), field=None, remedy=remedy
        )


def _approve(doing: Doing[Procedure]) -> None:
    row = doing.entry
    _complete(doing)
    row.in_force_from = doing.values.get("in_force_from") or doing.now
    if not row.text:
        row.digest = sha256("".join(each.sha256 for each in attached(row)).encode()).hexdigest()
    row.state = "approved"
    if row.in_force_from <= doing.now:
        _enter(row, doing.now, doing.person)


def _enter(row: Procedure, now: datetime, by: Person | None) -> None:
    """Bring a version into force; the one before ends with that."""
    row.state, row.reviewed_at = "in-force", now
    for other in Procedure.objects.filter(name=row.name, state="in-force").exclude(pk=row.pk):
        acting.follow(REGISTER, SUPERSEDE, other.pk, by)


def _review(doing: Doing[Procedure]) -> None:
    doing.entry.reviewed_at = doing.now


def _revise(doing: Doing[Procedure]) -> None:
    row = doing.entry
    if Procedure.objects.filter(name=row.name, state__in=WRITING).exists():
        raise InvalidError(Text("已有一版在起草", "A version is being drafted"), field=None)
    newest = Procedure.objects.filter(name=row.name).order_by("-edition")[0]
    copied = {each: getattr(row, each) for each in _COPIED}
    acting.enrol(REGISTER, Procedure(**copied, edition=newest.edition + 1), doing.person, "draft")


def _keep(now: datetime) -> None:
    """Bring into force what was approved for a day that has come."""
    for row in Procedure.objects.filter(state="approved", in_force_from__lte=now):
        _enter(row, now, None)
        acting.moved_on(REGISTER, row)


def _clocks(row: Procedure, _now: datetime) -> Sequence[Running]:
    if row.state == "submitted":
        return [_running("approve", row, row.changed_at, None, APPROVING)]
    if row.state != "in-force":
        return ()
    looked = row.reviewed_at or row.in_force_from or row.changed_at
    return [_running("review", row, looked, months_after(looked, row.review_months), KEEPERS)]


def _running(kind: str, row: Procedure, since: datetime, due: datetime | None, roles: Roles) -> Running:
    title = _OWED[kind].fill(name=row.called)
    return Running(kind=kind, title=title, since=since, due=due, roles=roles, duty="A13-2-workflow")


_OWED = {
    "approve": Text("审批“{name}”", "Approve “{name}”"),
    "review": Text("复审“{name}”是否仍然适用", "Review whether “{name}” still fits"),
}


def _notes(row: Procedure, _now: datetime) -> Sequence[Text]:
    if row.state == "approved":
        return [Text("到施行时间自动生效", "It comes into force by itself on its day")]
    readings = Reading.objects.filter(procedure=row.number).exclude(state="moot")
    if row.state != "in-force":
        return ()
    told = Text("须阅读 {all} 人，尚有 {n} 人未确认", "{all} people read it, {n} have not confirmed yet")
    return [told.fill(all=readings.count(), n=readings.filter(state="open").count())]


def _versions(row: Procedure) -> QuerySet[Procedure]:
    return Procedure.objects.filter(name=row.name).exclude(pk=row.pk).order_by("-edition")[:MOST]


def _unconfirmed(row: Procedure) -> QuerySet[Reading]:
    return Reading.objects.filter(procedure=row.number, state="open").select_related("person").order_by("due")[:MOST]


_STATES: Mapping[str, Any] = {
    "draft": State(label=Text("草稿", "Draft"), tone="waiting"),
    "submitted": State(label=Text("待审批", "To be approved"), tone="waiting"),
    "approved": State(label=Text("已批准，待施行", "Approved, not yet in force"), tone="waiting"),
    "in-force": State(label=Text("施行中", "In force"), tone="good"),
    "superseded": State(label=Text("已被取代", "Replaced"), tone="over"),
    "withdrawn": State(label=Text("已废止", "Repealed"), tone="over"),
    "dropped": State(label=Text("已撤销", "Dropped"), tone="over"),
}
SUPERSEDE: Act[Procedure] = Act(
    name="supersede", title=Text("被新版本取代", "Replaced by a newer version"), by=frozenset(), to="superseded",
    source=IN_FORCE, follows=True, duty="A13-2-workflow",
)  # fmt: skip

REGISTER: Register[Procedure] = Register(
    name="procedures",
    prefix="HR",
    title=Text("流程和制度", "House rules"),
    one=Text("制度", "House rule"),
    intro=Text(
        "建立收集、使用及其相关活动的工作流程和安全管理制度（第十三条第二项）：有版本、有审批、有人读。",
        "Workflows and security rules for collecting, using and what goes with them (Art. 13(2)): by version, "
        "approved, and read by those concerned.",
    ),
    model=Procedure,
    duties=("A13-2-workflow",),
    fields=(_NAME, *_FIELDS, *_STANDING),
    states=_STATES,
    creating=Act(name="draft", title=Text("起草制度", "Draft a house rule"), by=KEEPERS, to="draft",
                 fields=(_NAME, *_FIELDS, _TEXT), does=_draft, reason="none", duty="A13-2-workflow"),
    acts=(
        Act(name="write", title=Text("编辑", "Edit"), by=KEEPERS, source=frozenset({"draft"}),
            fields=(*_FIELDS, _TEXT), does=_write, reason="none", duty="A13-2-workflow"),
        Act(name="submit", title=Text("提交审批", "Submit"), by=KEEPERS, source=frozenset({"draft"}), to="submitted",
            does=_complete, duty="A13-2-workflow"),
        Act(name="approve", title=Text("批准", "Approve"), by=APPROVING, source=frozenset({"submitted"}),
            fields=(Field(name="in_force_from", label=Text("施行时间", "In force from"),
                          hint=Text("不填则立即施行", "Empty: at once")),),
            does=_approve, apart_from=WRITTEN, alone=True, duty="A13-2-workflow",
            hint=Text("请先阅读全文。", "Read it first.")),
        Act(name="return", title=Text("退回修改", "Send back"), by=APPROVING | KEEPERS, to="draft", reason="must",
            source=frozenset({"submitted", "approved"}), duty="A13-2-workflow"),
        Act(name="review", title=Text("复审：仍然适用", "Reviewed: it still fits"), by=KEEPERS, source=IN_FORCE,
            does=_review, reason="must", duty="A13-2-workflow"),
        Act(name="revise", title=Text("起草新版本", "Draft a new version"), by=KEEPERS, source=IN_FORCE,
            does=_revise, reason="none", proof="none", duty="A13-2-workflow"),
        Act(name="withdraw", title=Text("废止", "Repeal"), by=KEEPERS, source=IN_FORCE, to="withdrawn", reason="must",
            grave=True, duty="A13-2-workflow"),
        Act(name="drop", title=Text("撤销草稿", "Drop"), by=KEEPERS, source=frozenset({"draft"}), to="dropped",
            duty="A13-2-workflow"),
        SUPERSEDE,
    ),
    columns=("kind", "edition", "in_force_from", "owner"),
    filters=("kind",),
    search=("name", "title_en", "text"),
    seen_by=HOUSE,
    clocks=_clocks,
    notes=_notes,
    pages=(Page(name="procedure-text", title=Text("阅读全文", "Read it")),),
    parts=(
        Part(
            title=Text("尚未确认阅读", "Who has not confirmed"),
            columns=((Text("编号", "Number"), lambda each: each.number),
                     (Text("人员", "Person"), lambda each: str(each.person)),
                     (Text("岗位", "Post"), lambda each: each.person.post or None),
                     (Text("期限", "By"), lambda each: each.due)),
            rows=_unconfirmed,
            link=lambda each: ("readings", each.number),
        ),
        Part(
            title=Text("其他版本", "Other versions"),
            columns=((Text("编号", "Number"), lambda each: each.number),
                     (Text("版本", "Version"), lambda each: each.edition),
                     (Text("状态", "State"), lambda each: _STATES[each.state].label),
                     (Text("施行时间", "In force from"), lambda each: each.in_force_from)),
            rows=_versions,
            link=lambda each: ("procedures", each.number),
        ),
    ),
    rounds=(Round(name="procedures.keep", every=timedelta(minutes=1), run=_keep),),
    speaks=SPEAKS,
    order=76,
)  # fmt: skip
