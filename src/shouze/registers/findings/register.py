"""The register of findings (Arts. 9(2), 9(3), 10, 13(5)): judged by people once, remembered for the same place.

True, false with a reason, declared (and where), or a shortcoming; a judgement teaches the score by stated rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import vocabulary
from shouze.registers.describing import Act, Alert, Choices, Doing, Field, Group, Page, Register, Running, State
from shouze.registers.findings.facts import SPEAKS
from shouze.registers.findings.models import Finding
from shouze.registers.findings.taking_in import NEW, rescore
from shouze.registers.roles import KEEPERS, OVERSEEING
from shouze.registers.shortcomings.part import part_of
from shouze.registers.shortcomings.raising import Wrong, raise_shortcoming
from shouze.registers.systems.models import System

VERDICTS: Choices = {
    "undeclared-item": Text("未声明的信息项", "An item that nobody declared"),
    "undeclared-place": Text("未登记的存放处", "A place that nobody declared"),
    "copy-outside-custody": Text("守则之外的副本", "A copy outside custody"),
    "beyond-necessity": Text("超出必需", "Beyond necessity"),
    "past-retention": Text("超过保存期限", "Past its retention"),
    "plain-text": Text("应加密而为明文", "Plain text that must be sealed"),
    "outside": Text("不属本规定", "Outside the Order"),
    "organisation": Text("单位信息", "An organisation's"),
    "declared": Text("已声明", "Declared"),
}
IN_ORDER = frozenset({"outside", "organisation", "declared"})
DUTIES = {
    "undeclared-item": "A09-2-scope", "undeclared-place": "A13-5-access", "beyond-necessity": "A09-3-necessity",
    "copy-outside-custody": "A10-op-secrecy", "past-retention": "A09-3-purpose-limit", "plain-text": "A10-op-secrecy",
}  # fmt: skip


def systems() -> Choices:
    """Return the registered systems that are not retired."""
    rows = System.objects.exclude(state="retired").order_by("name")
    return {each.name: Text(each.title, each.title_en) for each in rows}


_SYSTEM = Field(
    name="system", label=Text("属于哪个系统", "Which system it belongs to"), choices=systems, optional=False,
    hint=Text("系统须登记保存此信息项", "The system has to be registered with this item"),
)  # fmt: skip
_TICKET = (
    Field(name="why", label=Text("隐患情况", "What is wrong"), lines=3, optional=False),
    Field(name="due", label=Text("整改期限", "To be mended by"), asks="moment", optional=True),
)


def _found_items() -> Choices:
    """Return the items that were found, by their words: those above all that nobody declared."""
    there = Finding.objects.order_by("item").values_list("item", flat=True).distinct()
    return {item: vocabulary.item_words(item) for item in there}


def _judged(doing: Doing[Finding], judgement: str) -> None:
    row = doing.entry
    row.judgement, row.judged_at, row.judged_count = judgement, doing.now, row.count
    Finding.objects.filter(pk=row.pk).update(judgement=judgement)
    rescore(row)


def _true(doing: Doing[Finding]) -> None:
    _judged(doing, "true")


def _false(doing: Doing[Finding]) -> None:
    _judged(doing, "false")


def _declared(doing: Doing[Finding]) -> None:
    system = System.objects.filter(name=doing.entry.system).first()
    if system is None or doing.entry.item not in system.items:
        remedy = Text("先在“信息系统”中登记，或改为隐患", "Register it under “Systems” first, or make it a shortcoming")
        detail = Text("该系统没有登记此信息项", "The system is not registered with this item")
        raise InvalidError(detail, field="system", remedy=remedy)
    _judged(doing, "declared")


def _ticket(doing: Doing[Finding]) -> None:
    row = doing.entry
    title = f"{vocabulary.item_words(row.item).zh} · {row.place}"
    wrong = Wrong(rule=DUTIES.get(row.verdict, "A10-op-secrecy"), title=title, story=doing.values["why"],
                  place=f"{row.source} {row.place}", due=doing.values.get("due"))  # fmt: skip
    if wrong.due is not None and wrong.due <= doing.now:
        raise InvalidError(Text("期限已过", "That is past"), field="due")
    row.ticket = raise_shortcoming("findings", row, wrong, doing.person).number
    _judged(doing, "ticket")


def _again(doing: Doing[Finding]) -> None:
    row = doing.entry
    row.judgement, row.judged_at, row.judged_count = "", None, 0
    Finding.objects.filter(pk=row.pk).update(judgement="")
    rescore(row)


_GROWN = Text("数量比上次判断时多了一倍以上，请重新判断",
              "More than twice as much as when it was judged: judge it anew")  # fmt: skip


def _clocks(row: Finding, _now: datetime) -> Sequence[Running]:
    if row.state != NEW or row.verdict in IN_ORDER:
        return []
    title = Text("判断扫描发现：{name}", "Judge what the scanner found: {name}").fill(name=row.title)
    return [
        Running(kind="judge", title=title, since=row.created_at, roles=KEEPERS, duty=DUTIES.get(row.verdict))
    ]  # fmt: skip


def _notes(row: Finding, _now: datetime) -> Sequence[Text]:
    why = Text(row.reason_zh, row.reason_en)
    users = [_known(row)] if row.known is not None else []
    if row.state == NEW and row.judgement:
        return [*users, why, _GROWN]
    return [*users, why]


def _known(row: Finding) -> Text:
    # A13-5-access: a place that nobody declared, and whose users lie there
    counted, compared = f"{row.known:,}", f"{row.known_of:,}"
    if (row.known or 0) <= row.known_margin:
        return Text(f"{compared} 个值中没有看出本单位用户", f"None of our users was seen among {compared} values")
    return Text(f"{compared} 个值中约有本单位用户 {counted} 名（±{row.known_margin}）",
                f"About {counted} (±{row.known_margin}) of our users are among {compared} values")  # fmt: skip


_OUTGROWN = Alert(*_GROWN)
_LIVE = frozenset({NEW, "true", "false", "declared", "ticket"})
_OPEN = frozenset({NEW, "true"})

REGISTER: Register[Finding] = Register(
    name="findings",
    prefix="FN",
    title=Text("扫描发现", "Findings"),
    one=Text("发现", "Finding"),
    intro=Text(
        "shouze scan 在各处找到的个人信息：逐处判断属实、误报、已声明或者登记为隐患。同一处的判断会被记住，"
        "并按公开的规则影响评分。",
        "Personal information that shouze scan found: each place is judged true, false, declared, or made a "
        "shortcoming. A judgement is remembered for its place, and teaches the score by stated rules.",
    ),
    model=Finding,
    duties=("A09-2-scope", "A09-3-necessity", "A09-3-purpose-limit", "A10-op-secrecy", "A13-5-access"),
    fields=(
        Field(name="source", label=Text("来源", "Source")),
        Field(name="place", label=Text("位置", "Place")),
        Field(name="item", label=Text("信息项", "Item"), choices=_found_items),
        Field(name="kind", label=Text("识别规则", "Detector")),
        Field(name="count", label=Text("数量", "Count")),
        Field(name="known", label=Text("其中本单位用户（约）", "Of our users (about)"), once_filled=True),
        Field(name="confidence", label=Text("扫描的置信度", "Confidence of the scan")),
        Field(name="score", label=Text("评分", "Score"), hint=Text("计入同类判断之后", "With judgements of its like")),
        Field(name="sample", label=Text("遮盖后的样本", "Masked sample")),
        Field(name="verdict", label=Text("与声明比较", "Compared with declarations"), choices=VERDICTS),
        Field(name="system", label=Text("系统", "System"), choices=systems, once_filled=True),
        Field(name="judged_at", label=Text("判断时间", "Judged"), once_filled=True),
        Field(name="ticket", label=Text("隐患编号", "Shortcoming"), once_filled=True),
    ),
    states={
        NEW: State(label=Text("待判断", "To be judged"), tone="waiting"),
        "true": State(label=Text("属实", "True"), tone="bad"),
        "false": State(label=Text("误报", "False"), tone="over"),
        "declared": State(label=Text("已声明", "Declared"), tone="good"),
        "ticket": State(label=Text("已登记隐患", "Made a shortcoming"), tone="waiting"),
        "gone": State(label=Text("已不存在", "Gone"), tone="over"),
    },
    creating=Act(name="find", title=Text("扫描发现", "Found by the scanner"), by=frozenset(), to=NEW),
    acts=(
        Act(name="true", title=Text("属实", "It is true"), by=KEEPERS, source=frozenset({NEW}), to="true", does=_true,
            duty="A09-2-scope", hint=Text("确是个人信息；随后声明或登记隐患。",
                                          "It is personal information; declare it or make it a shortcoming then.")),
        Act(name="false", title=Text("误报", "It is false"), by=KEEPERS, source=_OPEN, to="false", does=_false,
            reason="must", duty="A09-2-scope"),
        Act(name="declare", title=Text("已声明", "It is declared"), by=KEEPERS, source=_OPEN, to="declared",
            fields=(_SYSTEM,), does=_declared, duty="A13-5-access"),
        Act(name="ticket", title=Text("登记为隐患", "Make it a shortcoming"), by=KEEPERS, source=_OPEN, to="ticket",
            fields=_TICKET, does=_ticket, duty="A16-fix"),
        Act(name="again", title=Text("重新判断", "Judge it anew"), by=KEEPERS, source=_LIVE - {NEW}, to=NEW,
            does=_again, reason="must", duty="A09-2-scope"),
    ),
    columns=("item", "count", "score", "verdict"),
    filters=("verdict", "item"),
    search=("source", "place", "kind"),
    seen_by=OVERSEEING,
    clocks=_clocks,
    notes=_notes,
    pages=(Page(title=Text("导入扫描结果", "Take in a scan"), name="scan-import", of_row=False, by=KEEPERS),),
    parts=(part_of("findings"),),
    group=Group.HANDLING,
    speaks=SPEAKS,
    order=88,
)  # fmt: skip
