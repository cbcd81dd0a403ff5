"""The register of declarations (Arts. 8, 9(2), 9(3), 9(5)): drafted, approved by another, published, replaced, ended.

* What is published is what the door decides by; the row learns its version from the door's answer.
* A new version takes the place of the one before; a service that is ended is ended for all its users at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from shouze.client import Published
from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import acting, vocabulary
from shouze.registers.assessments.models import Assessment
from shouze.registers.assessments.needing import of_rules
from shouze.registers.assessments.part import part_of as assessments_of
from shouze.registers.assessments.standing import OUTDATED, warning
from shouze.registers.consents.models import Flow
from shouze.registers.declarations import content, counting
from shouze.registers.declarations.comparing import compare
from shouze.registers.declarations.facts import SPEAKS
from shouze.registers.declarations.models import DeclarationRow
from shouze.registers.declarations.report import rules
from shouze.registers.describing import (
    EVERY_HOUSE,
    Act,
    Doing,
    Field,
    Group,
    Page,
    Printed,
    Register,
    Round,
    Running,
    State,
)
from shouze.registers.operators.register import operator
from shouze.registers.publications.models import Publication
from shouze.registers.roles import HOUSE, KEEPERS, Role, Roles
from shouze.rules import entries

PUBLISHERS: Roles = frozenset({Role.OFFICER, Role.APPROVER})
IN_FORCE = ("published", "ended")
WRITTEN = ("draft", "write", "submit")

_NAMES = (
    Field(name="service", label=Text("业务代号", "Service"),
          hint=Text("小写字母、数字和连字符；信息闸门以此识别", "Lower-case letters, digits, hyphens")),
    Field(name="title", label=Text("业务名称", "Name in Chinese")),
    Field(name="title_en", label=Text("业务英文名称", "Name in English")),
)  # fmt: skip
_STANDING = (
    Field(name="published_version", label=Text("版本", "Version")),
    Field(name="published_at", label=Text("公布时间", "Published"), duty="A08-publish"),
    Field(name="ended_at", label=Text("终止时间", "Ended")),
    Field(name="digest", label=Text("摘要", "Digest"),
          hint=Text("SHA-256；公布件与此一致", "SHA-256; published copies match it")),
)  # fmt: skip
_END = (
    Field(name="ended_at", label=Text("终止时间", "Ends at"), optional=False,
          hint=Text("自此时起停止为所有用户收集和使用", "Collecting and using stop for all users then")),
)  # fmt: skip


def current(service: str) -> DeclarationRow | None:
    """Return the row whose rules are in force for a service, or were until the service ended."""
    rows = DeclarationRow.objects.filter(service=service, state__in=IN_FORCE)
    return rows.exclude(published_version=None).order_by("-published_version").first()


def version_of(service: str, version: int) -> DeclarationRow | None:
    """Return the row of a published version."""
    return DeclarationRow.objects.filter(service=service, published_version=version).order_by("id").first()


def _draft(doing: Doing[DeclarationRow]) -> None:
    row = doing.entry
    given = doing.values.get("content")
    before = current(row.service)
    row.content = given or (before.content if before else content.blank(row.service, row.title, row.title_en))
    _name(row)


def _write(doing: Doing[DeclarationRow]) -> None:
    row = doing.entry
    row.content = {**doing.values["content"], "service": row.service}
    _name(row)


def _name(row: DeclarationRow) -> None:
    told = row.content.get("name") or {}
    row.title = (told.get("zh") or row.title)[:200]
    row.title_en = (told.get("en") or row.title_en)[:200]
    row.digest = content.digest(row.content)


def _submit(doing: Doing[DeclarationRow]) -> None:
    row = doing.entry
    content.check(row)
    before = current(row.service)
    if before is not None and before.state == "published" and content.same(before.content, row.content):
        remedy = Text("先改动内容，或撤销此稿", "Change something, or drop the draft")
        raise InvalidError(Text("与现行版本没有差别", "It is what is in force already"), remedy=remedy)
    if operator() is None:
        remedy = Text("在“经营者”中登记", "Register it under “Operator”")
        raise InvalidError(Text("尚未登记经营者", "The operator is not registered yet"), remedy=remedy)


def _publish(doing: Doing[DeclarationRow]) -> None:
    # A08-make-rules: what is published has been checked again, by the same rules that the door checks it by
    row = doing.entry
    _submit(doing)
    row.published_at = doing.now
    for other in DeclarationRow.objects.filter(service=row.service, state__in=IN_FORCE).exclude(pk=row.pk):
        acting.follow(REGISTER, SUPERSEDE, other.pk, doing.person)
    vocabulary.forget()


def _declares(row: DeclarationRow) -> bytes | None:
    declared = operator()
    if row.state != "published" or row.published_version is not None or declared is None:
        return None
    return content.file_of(declared, [content.declaration_of(row)])


def _declared(row: DeclarationRow, answer: Published) -> None:
    version = answer.versions.get(row.service)
    DeclarationRow.objects.filter(pk=row.pk).update(published_version=version)
    row.published_version = version
    vocabulary.forget()


def _entries(row: DeclarationRow) -> Mapping[str, entries.Entry | None]:
    # A09-4-stop: the operator ends the service; use stops for every subject of it
    if row.ended_at is None:
        return {}
    name = f"endings/{row.service}"
    return {name: entries.Ending(id=row.service, at=row.ended_at) if row.state == "ended" else None}


def _clocks(row: DeclarationRow, _now: datetime) -> Sequence[Running]:
    if row.state == "submitted":
        return [_running("approve", row, row.changed_at, PUBLISHERS, "A08-make-rules")]
    if row.state == "approved":
        return [_running("publish", row, row.changed_at, PUBLISHERS, "A08-publish")]
    if row.state == "published" and not _shown_somewhere(row):
        return [_running("show", row, row.published_at or row.changed_at, KEEPERS, "A08-publish")]
    return []


def _running(kind: str, row: DeclarationRow, since: datetime, roles: Roles, duty: str) -> Running:
    return Running(kind=kind, title=_OWED[kind].fill(name=row.called), since=since, roles=roles, duty=duty)


_OWED = {
    "approve": Text("审批{name}的规则", "Approve the rules of {name}"),
    "publish": Text("公布{name}的规则", "Publish the rules of {name}"),
    "show": Text("在场所、网站等公布{name}的规则", "Show the rules of {name} at premises, website …"),
}


def _shown_somewhere(row: DeclarationRow) -> bool:
    return Publication.objects.filter(service=row.service, digest=row.digest).exclude(state="taken-down").exists()


def _concerns(row: DeclarationRow) -> list[tuple[str, int]]:
    shown = Publication.objects.filter(service=row.service).exclude(state="taken-down")
    flows = Flow.objects.filter(service=row.service).exclude(state="retired")
    found = (("publications", shown), ("consents", flows))
    return [(name, each) for name, rows in found for each in rows.values_list("pk", flat=True)]


def _notes(row: DeclarationRow, _now: datetime) -> Sequence[Text]:
    if row.state in ("draft", "submitted", "approved") and not row.digest:
        return [Text("规则尚不完整或有需要改正之处", "The rules are not complete, or something has to be corrected")]
    if row.state in ("submitted", "approved"):
        return [_asked_anew(row), *_to_assess(row)]
    return [_HOLDS[row.state]] if row.state in _HOLDS else []


def _to_assess(row: DeclarationRow) -> list[Text]:
    """Warn, before it is published, that the version needs an impact assessment that stands for it (PIPL 55)."""
    need = of_rules(row)
    if need is None:
        return []
    assessed = Assessment.objects.filter(about=need.about, state="approved").order_by("-pk").first()
    told = OUTDATED if assessed is not None and assessed.seen != need.digest else warning(need.about)
    return [told] if told is not None else []


def _asked_anew(row: DeclarationRow) -> Text:
    """Say, before it is published, how many consents the version makes outdated."""
    before = current(row.service)
    earlier = content.declaration_of(before) if before is not None else None
    outdated = compare(earlier, content.declaration_of(row)).outdated
    if not outdated:
        return Text("公布后现有同意继续有效", "Consents stay valid when it is published")
    count = counting.latest()
    if count is None:
        words = Text("公布后 {n} 个目的须重新取得同意（尚未统计，见“与其他版本比较”）",
                     "{n} purposes will ask for consent anew (not counted yet: see “Compare”)")  # fmt: skip
        return words.fill(n=len(outdated))
    consents = sum(counting.standing(count, row.service, purpose).number for purpose, _ in outdated)
    words = Text("公布后 {n} 个目的须重新取得同意，涉及约 {consents} 份同意",
                 "{n} purposes will ask for consent anew: about {consents} consents")  # fmt: skip
    return words.fill(n=len(outdated), consents=consents)


def _take_over(_now: datetime) -> None:
    from shouze.registers.declarations.taking_over import take_over  # noqa: PLC0415 - it acts on this register

    take_over()


def _count_on(now: datetime) -> None:
    counting.count_on(now)


_HOLDS = {
    "published": Text("信息闸门按此版本执行", "The door decides by this version"),
    "ended": Text("业务已终止：除法律要求外，对所有用户停止收集和使用",
                  "The service has ended: nothing is collected or used any more, but for what a law demands"),
    "superseded": Text("已有新版本", "A newer version has taken its place"),
}  # fmt: skip
SUPERSEDE: Act[DeclarationRow] = Act(
    name="supersede", title=Text("被新版本取代", "Replaced by a newer version"), by=frozenset(), to="superseded",
    source=frozenset(IN_FORCE), follows=True, duty="A08-publish",
)  # fmt: skip
TAKEN_OVER: Act[DeclarationRow] = Act(
    name="taken-over", title=Text("接管已公布的版本", "Taken over as published"), by=frozenset(), follows=True,
    duty="A08-publish",
)  # fmt: skip

REGISTER: Register[DeclarationRow] = Register(
    name="declarations",
    prefix="D",
    title=Text("收集使用规则", "Declarations"),
    one=Text("规则", "Declaration"),
    intro=Text(
        "制定并公布收集、使用规则（第八条），明确目的、方式、范围、查询更正渠道和拒绝的后果（第九条）。公布即在信息闸门生效。",
        "Rules for collecting and using are written and published (Art. 8) with purpose, means, scope, channels and "
        "what follows a refusal (Art. 9). The door obeys what is published.",
    ),
    model=DeclarationRow,
    duties=("A08-make-rules", "A08-publish", "A09-2-purpose", "A09-3-necessity", "A09-5-carveout"),
    fields=(*_NAMES, *_STANDING),
    states={
        "draft": State(label=Text("草稿", "Draft"), tone="waiting"),
        "submitted": State(label=Text("待审批", "To be approved"), tone="waiting"),
        "approved": State(label=Text("已批准，待公布", "Approved, to be published"), tone="waiting"),
        "published": State(label=Text("现行", "In force"), tone="good"),
        "superseded": State(label=Text("已被取代", "Replaced"), tone="over"),
        "ended": State(label=Text("业务已终止", "Service ended"), tone="over"),
        "dropped": State(label=Text("已撤销", "Dropped"), tone="over"),
    },
    creating=Act(name="draft", title=Text("起草规则", "Draft rules"), by=KEEPERS, to="draft", fields=_NAMES,
                 does=_draft, duty="A08-make-rules",
                 hint=Text("已有现行规则的业务，草稿从现行版本开始。",
                           "A service with rules in force: the draft begins with them.")),
    acts=(
        Act(name="write", title=Text("编辑", "Edit"), by=KEEPERS, source=frozenset({"draft"}), does=_write,
            page="declaration-edit", duty="A08-make-rules"),
        Act(name="submit", title=Text("提交审批", "Submit"), by=KEEPERS, source=frozenset({"draft"}), to="submitted",
            does=_submit, duty="A08-make-rules"),
        Act(name="approve", title=Text("批准", "Approve"), by=PUBLISHERS, source=frozenset({"submitted"}),
            to="approved", does=_submit, apart_from=WRITTEN, alone=True, duty="A08-make-rules",
            hint=Text("请先查看公布样式与版本比较。", "Look at the preview and at the comparison first.")),
        Act(name="return", title=Text("退回修改", "Send back"), by=PUBLISHERS | KEEPERS, to="draft", reason="must",
            source=frozenset({"submitted", "approved"}), duty="A08-make-rules"),
        Act(name="publish", title=Text("公布", "Publish"), by=PUBLISHERS, source=frozenset({"approved"}),
            to="published", does=_publish, duty="A08-publish",
            hint=Text("信息闸门随即按此版本执行；范围变大的目的须重新取得同意。",
                      "The door obeys it at once; purposes that became wider ask for consent anew.")),
        Act(name="drop", title=Text("撤销草稿", "Drop"), by=KEEPERS, source=frozenset({"draft"}), to="dropped",
            duty="A08-make-rules"),
        Act(name="end", title=Text("终止业务", "End the service"), by=frozenset({Role.OFFICER}),
            source=frozenset({"published"}), to="ended", fields=_END, grave=True, reason="must",
            duty="A09-4-stop",
            hint=Text("对该业务的所有用户停止收集和使用，并按规则删除信息。",
                      "Collecting and using stop for all users of the service; information is erased as declared.")),
        Act(name="reopen", title=Text("恢复业务", "Bring the service back"), by=frozenset({Role.OFFICER}),
            source=frozenset({"ended"}), to="published", reason="must", duty="A09-4-stop"),
        SUPERSEDE,
        TAKEN_OVER,
    ),
    columns=("service", "published_version", "published_at"),
    search=("service", "title_en", "digest"),
    seen_by=HOUSE,
    clocks=_clocks,
    entries=_entries,
    declares=_declares,
    declared=_declared,
    concerns=_concerns,
    notes=_notes,
    reports=(Printed(name="rules", title=Text("收集使用规则", "Rules for collecting and using"), make=rules,
                     shown=lambda row: bool(row.digest)),),
    parts=(assessments_of(lambda row: f"service:{row.service}"),),
    pages=(
        Page(title=Text("公布样式", "Preview"), name="declaration-rules"),
        Page(title=Text("与其他版本比较", "Compare"), name="declaration-compare"),
        Page(title=Text("下载 YAML", "Download YAML"), name="declaration-file"),
        Page(title=Text("导入规则文件", "Import a file"), name="declaration-import", of_row=False, by=KEEPERS),
    ),
    rounds=(
        Round(name="declarations.take-over", every=timedelta(seconds=15), run=_take_over),
        Round(name="declarations.count", every=timedelta(minutes=1), run=_count_on),
    ),
    speaks=SPEAKS,
    group=Group.RULES,
    houses=EVERY_HOUSE,
    order=10,
)  # fmt: skip
