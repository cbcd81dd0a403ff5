"""How something goes before the public: one drafts, the head approves, the publisher publishes; corrected, removed.

Announcements and the credit lists share these fields and acts. The publisher is neither who drafted nor who approved.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, TypeVar

from django.db.models import QuerySet

from shouze.chinatime import SHANGHAI, day_of
from shouze.errors import InvalidError
from shouze.language import Text
from shouze.link.kinds import Letter
from shouze.registers import acting
from shouze.registers.announcements import editions
from shouze.registers.announcements.articles import articles
from shouze.registers.announcements.cases import Decided, decided
from shouze.registers.announcements.editions import Kind, Said
from shouze.registers.announcements.models import Edition, Published
from shouze.registers.describing import Act, Choices, Doing, Field, Part, Running, State
from shouze.registers.finding import registers
from shouze.registers.ports import working_days
from shouze.registers.roles import INSPECTING, Role, Roles
from shouze.registers.supervised.models import Supervised
from shouze.registers.supervised.reaching import tell
from shouze.rules.deadline import Counting, deadline

P = TypeVar("P", bound=Published)
HEAD: Roles = frozenset({Role.HEAD})
PUBLISHER: Roles = frozenset({Role.PUBLISHER})
SEEN_BY: Roles = INSPECTING | PUBLISHER | {Role.CHAIR, Role.AUDITOR}
DRAFT, APPROVED, PUBLIC, LEAVING, AGREED = "draft", "approved", "published", "leaving", "agreed"
REPAIRING, CHECKED, REMOVED = "repairing", "checked", "removed"
_DRAFTED = ("enter", "change", "amend", "take-in")
_UNSETTLED = (DRAFT, APPROVED, PUBLIC)
_PERSONAL = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|\d{17}[\dXx])(?![\dXx])|[\w.+-]+@[\w-]+\.\w")
GROUNDS: Choices = {
    "revoked": Text("决定被撤销、变更或确认违法", "The decision was revoked, changed or found unlawful"),
    "error": Text("公布有误", "It was published in error"),
    "repaired": Text("信用修复", "Credit was repaired"),
    "term": Text("公布期限届满", "Its term is over"),
}
RETRACTED = Counting(
    id="working-3", days=3, unit="working", name=Text("三个工作日", "3 working days"),
    reason=Text("“三日”指工作日", "These days are working days (Art. 85)"),
    source=Text("行政处罚法第四十八条、第八十五条", "Administrative Penalty Law, Arts. 48 and 85"),
)  # fmt: skip


def operators() -> Choices:
    """Return the operators that can be chosen."""
    rows = Supervised.objects.filter(state="supervised").order_by("title").values_list("number", "title", "licence")
    return {number: Text(f"{title} {licence}", f"{title} {licence}") for number, title, licence in rows[:2000]}


WHOSE = (
    Field(name="body", label=Text("公布机关", "Authority")),
    Field(name="operator", label=Text("在册的经营者", "Operator on the register"), choices=operators, once_filled=True,
          hint=Text("选择后名称、代码和许可证自动填入", "Name, code and licence then follow from it")),
    Field(name="operator_name", label=Text("经营者名称", "Operator's name"), optional=True),
    Field(name="credit_code", label=Text("统一社会信用代码", "Credit code"), once_filled=True),
    Field(name="licence", label=Text("许可证或备案号", "Licence or filing"), once_filled=True),
)  # fmt: skip
FOUND = (
    Field(name="case", label=Text("案件编号", "Case"), once_filled=True,
          hint=Text("已决案件的经营者、条款、日期和罚款自动填入", "Operator, articles, day and fine follow")),
    Field(name="document", label=Text("决定书文号", "Decision"), once_filled=True),
    Field(name="decided_on", label=Text("决定日期", "Decided on"), optional=True),
    Field(name="articles", label=Text("违反的条款", "Articles breached"), choices=articles, several=True, optional=True,
          duty="A20-credit"),
    Field(name="facts", label=Text("违法事实", "What was done"), lines=4, duty="A20-credit",
          hint=Text("不写用户的个人信息", "Nothing that identifies a user")),
)  # fmt: skip
STANDING = (
    Field(name="edition", label=Text("版次", "Edition")),
    Field(name="published_at", label=Text("公布时间", "Published"), once_filled=True),
    Field(name="digest", label=Text("公布内容的 SHA-256", "SHA-256 of what is public"), once_filled=True),
    Field(name="applied_on", label=Text("申请修复日期", "Repair asked for"), once_filled=True),
    Field(name="finding", label=Text("核查情况", "What the check found"), lines=2, once_filled=True),
    Field(name="revoked_on", label=Text("决定撤销或变更日期", "Decision revoked or changed on"), once_filled=True),
    Field(name="removed_because", label=Text("撤下理由", "Removed because"), choices=GROUNDS, once_filled=True),
    Field(name="removed_at", label=Text("撤下时间", "Removed"), once_filled=True),
)
STATES = {
    DRAFT: State(label=Text("待审核", "To be approved"), tone="waiting"),
    APPROVED: State(label=Text("待公布", "To be published"), tone="waiting"),
    PUBLIC: State(label=Text("已公布", "Published"), tone="good"),
    LEAVING: State(label=Text("拟撤下", "Removal proposed"), tone="waiting"),
    REPAIRING: State(label=Text("申请修复", "Repair asked for"), tone="waiting"),
    CHECKED: State(label=Text("修复待决定", "Repair to be decided"), tone="waiting"),
    AGREED: State(label=Text("待撤下", "To be removed"), tone="waiting"),
    REMOVED: State(label=Text("已撤下", "Removed"), tone="over"),
}
_REMOVAL = (
    Field(name="removed_because", label=Text("撤下理由", "Removed because"), optional=False,
          choices={name: GROUNDS[name] for name in ("revoked", "error")}),
    Field(name="revoked_on", label=Text("决定撤销或变更日期", "Decision revoked or changed on")),
    Field(name="keep_name", label=Text("撤下说明保留名称（依法须澄清时）",
                                       "The notice of removal keeps the name (where the law has it cleared)")),
)  # fmt: skip
_REPAIR = (Field(name="applied_on", label=Text("申请日期", "Applied on"), optional=False),)
_CHECK = (
    Field(name="fulfilled", label=Text("已改正并履行决定", "Corrected, and the decision performed")),
    Field(name="finding", label=Text("核查情况", "What was found"), lines=3, optional=False),
)


@dataclass(frozen=True)
class Way:
    """How one register publishes: its name, fields, further checks of a draft, what an edition says beyond all."""

    name: str
    fields: tuple[Field, ...]
    check: Callable[[Doing[Any]], None]
    members: Callable[[Any], dict[str, Any]]
    duty: str = "A20-credit"

    def draft(self, doing: Doing[Any]) -> None:
        """Fill in what follows from operator and case, and check the draft."""
        row = doing.entry
        _fill(row)
        if row.decided_on > day_of(doing.now):
            raise InvalidError(Text("决定日期在将来", "The day of the decision lies in the future"), field="decided_on")
        row.title = (row.title or row.operator_name)[:200]
        found = _PERSONAL.search(row.facts)
        if found:
            remedy = Text("删去电话、证件号码、邮箱等", "Take out telephone, identity numbers and e-mail addresses")
            raise InvalidError(Text("公布的内容含有个人信息", "It would publish personal information"), field="facts",
                               remedy=remedy)  # fmt: skip
        self.check(doing)

    def publish(self, doing: Doing[Any]) -> None:
        """Publish the approved text as the next edition."""
        row = doing.entry
        kind: Kind = "correction" if row.edition else "publication"
        row.published_at, row.revoked_on = doing.now, None
        sought = f"{row.number} {row.title} {row.operator_name} {row.credit_code} {row.licence} {row.document}"
        said = Said(self.name, "publish", kind, row.title, {**told(row), **self.members(row)}, sought)
        editions.publish(row, said, doing.now)
        # A20-credit: whoever is named hears of it, with where it stands
        text = f"{row.body}：{row.document} {row.facts}\n{editions.address(row.number)}"
        letter = Letter(title=row.title[:500], text=text[:20_000], document=row.document)
        tell(row.operator, "announcement", row.number, letter, doing.person)

    def heed(self, doing: Doing[Any], _before: Mapping[str, Any]) -> None:
        """Make a draft, to be corrected within three days, of what rests on a case whose decision was changed."""
        if doing.entry.contest_result == "changed":
            for row in registers()[self.name].rows().filter(case=doing.entry.number, state__in=_UNSETTLED):
                acting.followed(self.name, row, "changed")

    def remove(self, doing: Doing[Any], act: str = "remove") -> None:
        """Leave a notice of removal where the entry was; name and facts leave every public text."""
        row = doing.entry
        row.removed_at = doing.now
        members = {"authority": row.body, "because": row.removed_because,
                   "operator": row.operator_name if row.keep_name else ""}  # fmt: skip
        title = f"已撤下：{row.operator_name}" if row.keep_name else "已撤下"
        editions.publish(row, Said(self.name, act, "removal", title, members), doing.now)


def told(row: Published) -> dict[str, Any]:
    """Return what every edition says of a violation."""
    return {
        "authority": row.body, "operator": row.operator_name, "credit_code": row.credit_code, "licence": row.licence,
        "decision": row.document, "decided_on": row.decided_on, "articles": row.articles, "facts": row.facts,
    }  # fmt: skip


def _changed(doing: Doing[Any]) -> None:
    """Take over the fine as the case has it now; what is public stays until the correction is published."""
    row, case = doing.entry, decided(doing.entry.case)
    row.revoked_on = day_of(case.changed_at) if case and case.changed_at else None
    _fine_as_changed(row, case)


def _fine_as_changed(row: Any, case: Decided | None) -> None:
    """Let the fine of a decision that was changed be the one that stands, whatever was written before."""
    if case is not None and case.changed_at is not None and hasattr(row, "fine"):
        row.fine = case.fine or None
        if ("fine" in row.measures) is not bool(row.fine):
            row.measures = [*row.measures, "fine"] if row.fine else [each for each in row.measures if each != "fine"]


def _fill(row: Published) -> None:
    case = decided(row.case)
    _fine_as_changed(row, case)
    if case is not None:
        for name, value in case.filled().items():
            if not getattr(row, name, value):
                setattr(row, name, value)
    known = Supervised.objects.filter(number=row.operator).first() if row.operator else None
    if known is not None:
        row.operator_name, row.credit_code = known.title, known.credit_code
        row.licence = known.licence or known.filing
    if not row.operator_name:
        raise InvalidError(Text("没有写经营者", "It does not say whose violation it is"), field="operator_name")
    if not row.articles:
        raise InvalidError(Text("没有写违反的条款", "No article is named"), field="articles")
    if row.decided_on is None:
        raise InvalidError(Text("没有写决定日期", "The day of the decision is missing"), field="decided_on")


def acts(way: Way) -> tuple[Act[Any], ...]:
    """Return the acts by which a row becomes public, is corrected, and is removed."""
    public, duty = frozenset({PUBLIC}), way.duty
    return (
        Act(name="change", title=Text("修改草稿", "Change the draft"), by=INSPECTING, source=frozenset({DRAFT}),
            fields=way.fields, does=way.draft, duty=duty),
        Act(name="approve", title=Text("审核同意", "Approve"), by=HEAD, source=frozenset({DRAFT}), to=APPROVED,
            apart_from=_DRAFTED, duty=duty),
        Act(name="return", title=Text("退回", "Return"), by=HEAD | PUBLISHER, source=frozenset({APPROVED}), to=DRAFT,
            reason="must", duty=duty),
        Act(name="publish", title=Text("公布", "Publish"), by=PUBLISHER, source=frozenset({APPROVED}), to=PUBLIC,
            does=way.publish, apart_from=(*_DRAFTED, "approve"), grave=True, duty=duty,
            hint=Text("公布后任何人可见；内容的摘要写入日志。", "Everybody sees it; the log names its digest.")),
        Act(name="amend", title=Text("更正", "Correct"), by=INSPECTING, source=public, to=DRAFT, fields=way.fields,
            does=way.draft, reason="must", duty=duty,
            hint=Text("更正公布前，原版仍在。", "The present edition stays until the correction is published.")),
        Act(name="changed", title=Text("处罚决定被变更", "The decision was changed"), by=frozenset(), to=DRAFT,
            follows=True, does=_changed, duty=duty),
        Act(name="propose", title=Text("提议撤下", "Propose removal"), by=INSPECTING, source=public, to=LEAVING,
            fields=_REMOVAL, does=_proposed, reason="must", duty=duty),
        Act(name="apply", title=Text("登记修复申请", "Enter an application for repair"), by=INSPECTING, source=public,
            to=REPAIRING, fields=_REPAIR, proof="must", duty=duty),
        Act(name="check", title=Text("核查修复条件", "Check it"), by=INSPECTING, source=frozenset({REPAIRING}),
            to=CHECKED, fields=_CHECK, proof="may", duty=duty),
        Act(name="grant", title=Text("准予修复", "Grant repair"), by=HEAD, source=frozenset({CHECKED}), to=AGREED,
            does=_granted, possible=lambda row, _now: row.fulfilled, apart_from=("apply", "check"), duty=duty),
        Act(name="agree", title=Text("同意撤下", "Agree to removal"), by=HEAD, source=frozenset({LEAVING}), to=AGREED,
            apart_from=("propose",), duty=duty),
        Act(name="keep", title=Text("不予撤下", "Keep it"), by=HEAD, source=frozenset({LEAVING, CHECKED}), to=PUBLIC,
            does=_stays, reason="must", duty=duty),
        Act(name="remove", title=Text("撤下", "Remove"), by=PUBLISHER, source=frozenset({AGREED}), to=REMOVED,
            does=way.remove, apart_from=("propose", "agree", "apply", "check", "grant"), grave=True, duty=duty,
            hint=Text("原处留下撤下说明，名称和事实不再公开。",
                      "A notice of removal stays; name and facts leave the public texts.")),
    )  # fmt: skip


def _proposed(doing: Doing[Published]) -> None:
    if doing.entry.removed_because == "revoked" and doing.entry.revoked_on is None:
        raise InvalidError(Text("没有写撤销日期", "The day of the revocation is missing"), field="revoked_on")


def _granted(doing: Doing[Published]) -> None:
    doing.entry.removed_because = "repaired"


def _stays(doing: Doing[Published]) -> None:
    doing.entry.removed_because, doing.entry.revoked_on, doing.entry.keep_name = "", None, False


def clocks(row: Published, duty: str = "A20-credit") -> Sequence[Running]:
    """Return the authority's own clocks: to publish at once after the decision, to retract within three days."""
    named = {"name": row.title}
    revoked = datetime.combine(row.revoked_on, time(), SHANGHAI) if row.revoked_on else None
    due = deadline(RETRACTED, revoked, working_days()).ends_at if revoked else None
    since = revoked or datetime.combine(row.decided_on, time(), SHANGHAI)
    if row.state == DRAFT:
        return [Running(kind="approve", title=Text("审核公布{name}", "Approve {name} for publishing").fill(**named),
                        since=since, due=due, roles=HEAD, duty=duty)]  # fmt: skip
    if row.state == APPROVED:
        return [Running(kind="publish", title=Text("公布{name}", "Publish {name}").fill(**named), since=since, due=due,
                        roles=PUBLISHER, duty=duty)]  # fmt: skip
    if row.state in (LEAVING, AGREED):
        title, begun = Text("撤下{name}", "Remove {name}").fill(**named), revoked or row.changed_at
        return [Running(kind="remove", title=title, since=begun, due=due, duty=duty,
                        roles=HEAD if row.state == LEAVING else PUBLISHER)]  # fmt: skip
    if row.state in (REPAIRING, CHECKED) and row.applied_on is not None:
        title = Text("答复{name}的修复申请", "Answer {name}'s application for repair").fill(**named)
        return [Running(kind="repair", title=title, since=datetime.combine(row.applied_on, time(), SHANGHAI), duty=duty,
                        roles=INSPECTING if row.state == REPAIRING else HEAD)]  # fmt: skip
    return ()


def notes(row: Published, _now: datetime) -> Sequence[Text]:
    """Say where the public finds it."""
    if not row.edition:
        return ()
    words = Text("公开页：{link}（第 {n} 版）", "Public page: {link} (edition {n})")
    return [words.fill(link=editions.address(row.number), n=row.edition)]


def _editions(row: Any) -> QuerySet[Edition]:
    return Edition.objects.filter(number=row.number).order_by("-edition")


EDITIONS = Part(
    title=Text("公布的各版", "Editions"),
    columns=(
        (Text("版次", "Edition"), lambda each: each.edition),
        (Text("时间", "At"), lambda each: each.at),
        (Text("摘要", "SHA-256"), lambda each: each.digest),
        (Text("日志证明", "Proof of the log"),
         lambda each: Text("有", "There") if each.proof else Text("等候检查点", "Awaits a checkpoint")),
    ),
    rows=_editions,
)  # fmt: skip
