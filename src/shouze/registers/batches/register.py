"""The register of batches: a notice from its test to its publication, by an officer, the head and the publisher."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from shouze.language import Text
from shouze.registers.announcements import publishing
from shouze.registers.announcements.editions import address
from shouze.registers.announcements.publishing import HEAD, PUBLISHER
from shouze.registers.batches import composing, notice, rechecking
from shouze.registers.batches.composing import LAWS
from shouze.registers.batches.models import Batch
from shouze.registers.describing import AUTHORITIES, Act, Alert, Field, Group, Part, Printed, Register, Running, State
from shouze.registers.notices import ladder
from shouze.registers.notices.models import NamedApp
from shouze.registers.notices.register import REGISTER as NOTICES
from shouze.registers.removals import ordering
from shouze.registers.removals.models import Removal
from shouze.registers.roles import INSPECTING

_DRAFTED = ("compose", "add", "prepare")
_FIELDS = (
    Field(name="title", label=Text("通报标题", "Title of the notice")),
    Field(name="batch_no", label=Text("批次", "Batch"), hint=Text("例如 2026年第1批", "For example 2026年第1批")),
    Field(name="total_no", label=Text("总第几批", "Batch in all"), once_filled=True),
    Field(name="body", label=Text("发布机关（可联合）", "Issued by (several, if jointly)")),
    Field(name="tested_by", label=Text("检测机构", "Tested by"), once_filled=True),
    Field(name="laws", label=Text("依据", "Legal basis"), choices=LAWS, several=True),
    Field(name="contact", label=Text("公布的联系电话和邮箱", "Published telephone and e-mail"), once_filled=True),
)
_DONE = (
    Field(name="apps_found", label=Text("检测有问题的应用", "Apps with problems")),
    Field(name="ordered_at", label=Text("责令整改时间", "Ordered privately"), once_filled=True),
    Field(name="order_due", label=Text("责令整改期限", "To be corrected by (private)"), once_filled=True),
    Field(name="due", label=Text("通报改正期限", "To be corrected by (notice)"), once_filled=True),
    Field(name="apps_named", label=Text("通报的应用", "Apps named")),
    Field(name="published_at", label=Text("公布时间", "Published"), once_filled=True),
    Field(name="digest", label=Text("公布内容的 SHA-256", "SHA-256 of what is public"), once_filled=True),
)
_LIST = (
    Field(name="lines", label=Text("名单（带表头，逗号或制表符分隔）", "The list (with its heading; commas or tabs)"),
          lines=6, optional=True, hint=Text("或附上 CSV、XLSX、HTML 文件", "Or attach a CSV, XLSX or HTML file")),
)  # fmt: skip
_HINT = Text(
    "不写即为五个工作日；多数通报给三至十一日", "Five working days, if left empty; most notices give 3 to 11 days"
)


def _due(name: str, label: Text) -> tuple[Field, ...]:
    return (Field(name=name, label=label, hint=_HINT, asks="moment", optional=True),)


def _any(batch: Batch, state: str) -> bool:
    return composing.apps(batch).filter(state=state).exists()


def _clocks(batch: Batch, _now: datetime) -> Sequence[Running]:
    named = {"name": batch.title}
    if batch.state == "ordered" and batch.order_due is not None:
        title = Text("{name}：复测，未改正的予以通报", "{name}: check, and name what is not corrected").fill(**named)
        return [Running(kind="check", title=title, since=batch.ordered_at or batch.created_at, due=batch.order_due,
                        roles=INSPECTING, duty="A17-1-inspect")]  # fmt: skip
    if batch.state in ("prepared", "approved"):
        roles = HEAD if batch.state == "prepared" else PUBLISHER
        title = Text("审核公布{name}", "Approve and publish {name}").fill(**named)
        return [Running(kind="publish", title=title, since=batch.changed_at, roles=roles, duty="A20-credit")]
    if batch.state == "published" and batch.due is not None and _any(batch, ladder.NAMED):
        title = Text("{name}：期满复测", "{name}: check again after its time").fill(**named)
        return [Running(kind="recheck", title=title, since=batch.published_at or batch.changed_at, due=batch.due,
                        roles=INSPECTING, duty="A17-1-inspect")]  # fmt: skip
    return ()


def _notes(batch: Batch, now: datetime) -> Sequence[Text]:
    begun, until = (batch.ordered_at, batch.order_due) if batch.state == "ordered" else (now, batch.due)
    strange = ladder.unusual(begun, until) if begun and until and batch.state in ("ordered", "prepared") else None
    public = Text("公开页：{link}", "Public page: {link}").fill(link=address(batch.number))
    told = [*([strange] if strange else []), *([public] if batch.edition else [])]
    if count := _storeless(batch):
        words = Text(
            "{n} 个应用的来源没有写明，没有可以通知的商店", "{n} apps name no store: nobody was told to take them down"
        )
        told.append(Alert(*words.fill(n=count)))
    return told


def _any_failed(batch: Batch, _now: datetime) -> bool:
    return _any(batch, ladder.FAILED)


def _removals(batch: Batch) -> QuerySet[Removal]:
    return Removal.objects.filter(batch=batch.number).order_by("id")


def _storeless(batch: Batch) -> int:
    """Count the apps that no store was ordered to take down, because the notice names none."""
    return composing.apps(batch).filter(state=ladder.TAKEN_DOWN, source="").count()


def _apps(batch: Batch) -> QuerySet[NamedApp]:
    return composing.apps(batch)[: composing.MOST]


REGISTER: Register[Batch] = Register(
    name="batches",
    prefix="BN",
    title=Text("通报批次", "Batches of notices"),
    one=Text("通报批次", "Batch of a notice"),
    intro=Text(
        "检测、责令整改、通报、复测，逾期未改的下架、禁止搜索、断开接入；每一步有期限，通报由三人经手。",
        "Test, private order, public notice, re-check, then take-down, search ban, cut access, each with its time; "
        "three people make a notice.",
    ),
    model=Batch,
    duties=("A17-1-inspect", "A20-credit"),
    fields=(*_FIELDS, *_DONE),
    states={
        "draft": State(label=Text("检测中", "Being tested"), tone="waiting"),
        "ordered": State(label=Text("责令整改中", "Ordered privately"), tone="waiting"),
        "prepared": State(label=Text("通报待审核", "Notice to be approved"), tone="waiting"),
        "approved": State(label=Text("通报待公布", "Notice to be published"), tone="waiting"),
        "published": State(label=Text("已通报", "Published"), tone="good"),
        "closed": State(label=Text("已结束", "Closed"), tone="over"),
    },
    creating=Act(name="compose", title=Text("新建批次", "Begin a batch"), by=INSPECTING, to="draft", fields=_FIELDS,
                 does=composing.compose, reason="none", duty="A17-1-inspect"),
    acts=(
        Act(name="add", title=Text("读入检测结果", "Take in what testing found"), by=INSPECTING,
            source=frozenset({"draft"}), fields=_LIST, does=composing.add, reason="none", duty="A17-3-record"),
        Act(name="order", title=Text("责令整改（不公开）", "Order privately to correct"), by=HEAD,
            source=frozenset({"draft"}), to="ordered", does=composing.order, apart_from=("compose", "add"),
            fields=_due("order_due", Text("整改期限", "To be corrected by")), duty="A17-1-inspect"),
        Act(name="prepare", title=Text("拟定通报", "Prepare the notice"), by=INSPECTING, source=frozenset({"ordered"}),
            to="prepared", does=composing.prepare, fields=_due("due", Text("改正期限", "To be corrected by")),
            duty="A20-credit"),
        Act(name="approve", title=Text("审核同意", "Approve"), by=HEAD, source=frozenset({"prepared"}), to="approved",
            apart_from=_DRAFTED, duty="A20-credit"),
        Act(name="return", title=Text("退回", "Return"), by=HEAD | PUBLISHER, to="ordered", reason="must",
            source=frozenset({"prepared", "approved"}), duty="A20-credit"),
        Act(name="publish", title=Text("公布通报", "Publish the notice"), by=PUBLISHER, source=frozenset({"approved"}),
            to="published", does=composing.publish, apart_from=(*_DRAFTED, "approve"), grave=True, duty="A20-credit"),
        Act(name="recheck", title=Text("登记复测结果", "Note what the re-check found"), by=INSPECTING,
            source=frozenset({"ordered", "published"}), does=rechecking.recheck, page="batch-recheck",
            possible=lambda batch, _now: bool(rechecking.waiting(batch)), reason="none", duty="A17-3-record"),
        Act(name="take-down", title=Text("要求商店下架", "Order the stores to take down"), by=HEAD, grave=True,
            source=frozenset({"published"}), does=ordering.take_down, possible=_any_failed, reason="must",
            apart_from=("recheck",), fields=_due("removal_due", Text("下架期限", "To be taken down by")),
            duty="A17-1-inspect",
            hint=Text("复测未改正的全部应用；每家商店只收到自己的应用，不公开。",
                      "All apps that failed the re-check; each store hears of its own apps alone, and nobody else.")),
        Act(name="corrected", title=Text("收到改正报告", "Corrected, says the operator"), by=frozenset(),
            follows=True, duty="A17-1-inspect"),
        Act(name="close", title=Text("结束", "Close"), by=INSPECTING, source=frozenset({"ordered", "published"}),
            to="closed", does=composing.close, reason="must", duty="A17-3-record"),
    ),
    columns=("batch_no", "body", "apps_found", "apps_named", "published_at"),
    search=("batch_no", "body"),
    seen_by=publishing.SEEN_BY,
    clocks=_clocks,
    notes=_notes,
    reports=(Printed(name="notice", title=Text("通报", "The notice"), make=notice.report,
                     shown=lambda batch: bool(batch.edition)),),
    parts=(
        Part(
            title=Text("应用", "Apps"),
            columns=(
                (Text("编号", "Number"), lambda row: row.number),
                (Text("应用", "App"), lambda row: row.title),
                (Text("开发者", "Developer"), lambda row: row.developer),
                (Text("所涉问题", "Problems"), lambda row: "、".join(row.problems)),
                (Text("状态", "State"), lambda row: NOTICES.states[row.state].label),
                (Text("期限", "Due"), lambda row: row.due),
            ),
            rows=_apps,
            link=lambda row: ("notices", row.number),
        ),
        Part(
            title=Text("下架通知", "Take-down orders"),
            columns=(
                (Text("编号", "Number"), lambda row: row.number),
                (Text("应用商店", "Store"), lambda row: row.title),
                (Text("应用数", "Apps"), lambda row: len(row.apps)),
                (Text("送达", "Served"), lambda row: row.served_at),
                (Text("核实", "Seen"), lambda row: row.done_at),
            ),
            rows=_removals,
            link=lambda row: ("removals", row.number),
        ),
        publishing.EDITIONS,
    ),
    rests_on=lambda batch: batch.digest,
    from_files=False,
    houses=AUTHORITIES,
    group=Group.HANDLING,
    order=47,
)  # fmt: skip
