"""The register of consent flows (Arts. 9(1)-(3)): what is shown, how users agree, and whether it is fair.

A review goes through a list of what deceives, misleads or coerces. What it finds are shortcomings, each with somebody
who mends it and a day by which; until all are mended the flow is at fault.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import vocabulary
from shouze.registers.consents.facts import SPEAKS
from shouze.registers.consents.faults import DUTIES, FAULTS, IN_USE
from shouze.registers.consents.models import Flow, Shortcoming
from shouze.registers.declarations.register import current
from shouze.registers.describing import Act, Doing, Field, Group, Page, Part, Register, Running, State
from shouze.registers.people.models import Person
from shouze.registers.roles import HOUSE, KEEPERS, OVERSEEING, Role

MONTH = timedelta(days=30)
MENDED_WITHIN = timedelta(days=14)
KINDS = {
    "app": Text("应用页面", "App page"),
    "screen": Text("网页", "Web page"),
    "counter": Text("柜台", "Counter"),
    "phone": Text("电话", "Telephone"),
    "paper": Text("纸质", "Paper"),
}
ACTS = {
    "ticked": Text("主动勾选", "Ticked"),
    "pressed": Text("点击同意", "Pressed a button"),
    "signed": Text("签字", "Signed"),
    "spoken": Text("口头同意并录音", "Spoken and recorded"),
}

_FIELDS = (
    Field(name="title", label=Text("名称", "Name"), hint=Text("例如：应用注册页", "For example: the sign-up page")),
    Field(name="service", label=Text("业务", "Service"), choices=vocabulary.services),
    Field(name="kind", label=Text("形式", "Kind"), choices=KINDS),
    Field(name="place", label=Text("位置", "Where"),
          hint=Text("页面地址、应用内路径或营业厅", "Address, way in the app, or shop")),
    Field(name="purposes", label=Text("目的", "Purposes"), choices=vocabulary.purposes, several=True),
    Field(name="shows", label=Text("向用户展示的内容", "What users are shown"), lines=4, duty="A09-2-purpose"),
    Field(name="act", label=Text("同意的方式", "How users agree"), choices=ACTS, duty="A09-1-consent"),
    Field(name="shown_version", label=Text("展示的规则版本", "Version of the rules shown")),
    Field(name="review_months", label=Text("复审周期（月）", "Reviewed every (months)")),
)  # fmt: skip
_REVIEW = (
    Field(name="faults", label=Text("发现的问题", "What was found"), choices=FAULTS, several=True, optional=True,
          hint=Text("逐项查看；没有问题则不选", "Look at each; choose none where none is found")),
    Field(name="words", label=Text("问题说明", "In words"), lines=4, optional=True),
    Field(name="owner", label=Text("整改责任人", "Who mends it"), choices=vocabulary.people, optional=True),
    Field(name="due", label=Text("整改期限", "By when"), asks="moment", optional=True,
          hint=Text("不填为 14 天", "Blank: in 14 days")),
)  # fmt: skip
_MEND = (Field(name="mended", label=Text("已整改的问题", "What was mended"), choices=FAULTS, several=True,
               optional=False),)  # fmt: skip


def _check(doing: Doing[Flow]) -> None:
    row = doing.entry
    rules = current(row.service)
    newest = rules.published_version if rules else None
    if newest is not None and not 0 < row.shown_version <= newest:
        remedy = Text("现行为第 {n} 版", "Version {n} is in force").fill(n=newest)
        raise InvalidError(Text("没有这一版", "There is no such version"), field="shown_version", remedy=remedy)


def _review(doing: Doing[Flow]) -> None:
    # A09-3-no-deceit, A09-3-no-mislead, A09-3-no-coerce: each flow is looked at for what it does to users
    row, given = doing.entry, doing.values
    found = [kind for kind in given.get("faults") or () if kind in FAULTS]
    owner = Person.objects.filter(username=given.get("owner") or "").first()
    if found and (owner is None or not str(given.get("words") or "").strip()):
        field = "words" if owner else "owner"
        raise InvalidError(
            Text("发现问题须写明说明和责任人", "What is found needs words and somebody who mends it"), field=field
        )
    due = given.get("due") or doing.now + MENDED_WITHIN
    open_ones = set(_open(row).values_list("kind", flat=True))
    Shortcoming.objects.bulk_create(
        Shortcoming(flow=row, kind=kind, words=given["words"], owner=owner, found_at=doing.now, due=due)
        for kind in found
        if kind not in open_ones
    )
    row.reviewed_at = doing.now
    row.state = "faulty" if _open(row).exists() else "fair"


def _mend(doing: Doing[Flow]) -> None:
    row, mended = doing.entry, set(doing.values.get("mended") or ())
    chosen = _open(row).filter(kind__in=mended)
    if chosen.count() < len(mended):
        raise InvalidError(Text("其中有未登记的问题", "Not all of these are open"), field="mended")
    chosen.update(mended_at=doing.now)
    row.state = "faulty" if _open(row).exists() else "fair"


def _change(doing: Doing[Flow]) -> None:
    _check(doing)
    # A changed flow is a new one to look at; what is open stays open.
    doing.entry.state = "faulty" if _open(doing.entry).exists() else "unreviewed"


def _open(row: Flow):  # type: ignore[no-untyped-def]  # a query of Django's
    return Shortcoming.objects.filter(flow=row, mended_at=None).order_by("id")


def _clocks(row: Flow, _now: datetime) -> Sequence[Running]:
    if row.state not in IN_USE:
        return []
    running = [_shortcoming(row, each) for each in _open(row).select_related("owner")]
    if row.state == "unreviewed" or row.reviewed_at is None:
        running.append(_running("review", row, row.changed_at))
    else:
        running.append(_running("review", row, row.reviewed_at, row.reviewed_at + row.review_months * MONTH))
    rules = current(row.service)
    if rules is not None and rules.state == "published" and (rules.published_version or 0) > row.shown_version:
        running.append(_running("renew", row, rules.published_at or rules.changed_at))
    return running


def _shortcoming(row: Flow, each: Shortcoming) -> Running:
    fault = FAULTS[each.kind]
    title = Text(f"整改“{row.title}”：{fault.zh}", f"Mend “{row.title}”: {fault.en}")
    owner = each.owner.pk if each.owner else None
    return Running(kind=f"mend-{each.kind}", title=title, since=each.found_at, due=each.due, roles=KEEPERS,
                   person=owner, duty=DUTIES[each.kind])  # fmt: skip


def _running(kind: str, row: Flow, since: datetime, due: datetime | None = None) -> Running:
    text, duty = _OWED[kind]
    return Running(kind=kind, title=text.fill(name=row.title), since=since, due=due, roles=KEEPERS, duty=duty)


_OWED = {
    "review": (
        Text("审查“{name}”是否欺骗、误导、强迫", "Review “{name}” for deceit, misleading, coercion"),
        "A09-3-no-coerce",
    ),
    "renew": (
        Text("“{name}”展示的规则已不是现行版本", "“{name}” shows rules that are no longer in force"),
        "A09-2-purpose",
    ),
}


def _notes(row: Flow, _now: datetime) -> Sequence[Text]:
    return (
        [Text("有 {n} 项问题未整改", "{n} shortcomings are open").fill(n=_open(row).count())]
        if row.state == "faulty"
        else []
    )


REGISTER: Register[Flow] = Register(
    name="consents",
    prefix="CF",
    title=Text("同意与告知", "Consents and notices"),
    one=Text("收集流程", "Flow"),
    intro=Text(
        "未经用户同意不得收集、使用；告知须明确，不得欺骗、误导或者强迫（第九条）。每个收集流程登记并定期审查。",
        "Nothing is collected or used without consent; users are told clearly, never deceived, misled or forced "
        "(Art. 9). Each flow is registered and reviewed again and again.",
    ),
    model=Flow,
    duties=("A09-1-consent", "A09-3-no-deceit", "A09-3-no-mislead", "A09-3-no-coerce"),
    fields=(*_FIELDS, Field(name="reviewed_at", label=Text("上次审查", "Reviewed last"))),
    states={
        "unreviewed": State(label=Text("待审查", "To be reviewed"), tone="waiting"),
        "fair": State(label=Text("符合要求", "In order"), tone="good"),
        "faulty": State(label=Text("有问题待整改", "At fault"), tone="bad"),
        "retired": State(label=Text("已停用", "Retired"), tone="over"),
    },
    creating=Act(name="register", title=Text("登记流程", "Register a flow"), by=KEEPERS, to="unreviewed",
                 fields=_FIELDS, does=_check, proof="must", duty="A09-2-purpose",
                 hint=Text("附上用户所见的截图或样张。", "Attach what users see: screenshots, or the form.")),
    acts=(
        Act(name="review", title=Text("审查", "Review"), by=KEEPERS, source=IN_USE, fields=_REVIEW, does=_review,
            proof="must", duty="A09-3-no-coerce"),
        Act(name="mend", title=Text("整改完成", "Mended"), by=KEEPERS, source=frozenset({"faulty"}), fields=_MEND,
            does=_mend, proof="must", duty="A09-3-no-coerce"),
        Act(name="change", title=Text("变更流程", "Change"), by=KEEPERS, source=IN_USE, fields=_FIELDS, does=_change,
            proof="must", duty="A09-2-purpose"),
        Act(name="retire", title=Text("停用", "Retire"), by=KEEPERS, source=IN_USE, to="retired", reason="must",
            duty="A09-2-purpose"),
    ),
    columns=("service", "kind", "act", "shown_version", "reviewed_at"),
    filters=("service", "kind"),
    search=("place",),
    seen_by=HOUSE,
    clocks=_clocks,
    notes=_notes,
    parts=(
        Part(
            title=Text("发现的问题", "Shortcomings"),
            columns=(
                (Text("问题", "What"), lambda each: FAULTS[each.kind]),
                (Text("说明", "In words"), lambda each: each.words),
                (Text("责任人", "Who mends it"), lambda each: each.owner.name if each.owner else "—"),
                (Text("期限", "By"), lambda each: each.due),
                (Text("整改", "Mended"), lambda each: each.mended_at),
            ),
            rows=lambda row: Shortcoming.objects.filter(flow=row).select_related("owner").order_by("-id")[:200],
        ),
    ),
    pages=(
        Page(title=Text("查看一名用户的同意", "One user's consents"), name="consents-subject", of_row=False,
             by=KEEPERS | {Role.SERVICE}),
        Page(title=Text("同意与撤回的数量", "How many consents"), name="consents-numbers", of_row=False,
             by=OVERSEEING),
    ),
    speaks=SPEAKS,
    group=Group.RULES,
    order=20,
)  # fmt: skip
