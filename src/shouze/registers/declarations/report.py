"""The rules for collecting and using of one service, as they are published (Arts. 8, 9(2)), for paper and archives."""

from __future__ import annotations

from datetime import datetime

from shouze.language import Text
from shouze.registers import vocabulary
from shouze.registers.declarations.comparing import ground, item_words, retention
from shouze.registers.declarations.content import declaration_of
from shouze.registers.declarations.models import DeclarationRow
from shouze.registers.operators.models import OperatorRow
from shouze.registers.reporting import basis, operator_name
from shouze.reports.report import Cell, Facts, Prose, Report, Section, Table
from shouze.rules.declaration import Declaration, DeclaredItem, Purpose, Recipient, Told

_PUBLISHED = ("A08-publish", "A09-2-purpose")
_COLUMNS = (Text("信息", "Information"), Text("是否必需", "Needed"), Text("拒绝提供的后果", "If you refuse"))


def rules(row: DeclarationRow, now: datetime) -> Report:
    """Return a version of a service's rules; InvalidError where the draft is not complete."""
    declaration = declaration_of(row)
    name = _t(declaration.name)
    return Report(
        name="rules",
        title=Text("{zh} · 个人信息收集使用规则", "{en} · Rules for collecting and using personal information").fill(
            zh=name.zh, en=name.en
        ),
        operator=operator_name(),
        basis=basis(_PUBLISHED),
        made=now,
        number=row.number,
        sections=[
            Section(Text("版本", "Version"), [Facts(_version(row))]),
            *(_purpose(each, declaration) for each in declaration.purposes),
            *_recipients(declaration),
            Section(Text("怎样查询、更正", "How to see and correct"), [Facts([
                (Text("查询", "To see what is held"), _t(declaration.channels.enquiry)),
                (Text("更正", "To correct it"), _t(declaration.channels.correction)),
            ])]),
            *_also(declaration),
            *_operator(),
        ],
    )  # fmt: skip


def _version(row: DeclarationRow) -> list[tuple[Text, Cell]]:
    draft = Text("草稿，尚未公布", "A draft, not published")
    return [
        (Text("版本", "Version"), row.published_version or draft),
        (Text("公布时间", "Published"), row.published_at),
        (Text("内容摘要", "Digest"), row.digest),
    ]


def _purpose(each: Purpose, whole: Declaration) -> Section:
    known = {recipient.id: _t(recipient.name) for recipient in whole.recipients}
    means = [vocabulary.action_words(name) for name in each.means]
    told: list[tuple[Text, Cell]] = [
        (Text("方式", "Means"), Text("、".join(e.zh for e in means), ", ".join(e.en for e in means))),
        (Text("依据", "Ground"), _ground(each)),
        (Text("保存期限", "Kept"), retention(each)),
    ]
    told += [(Text("提供给", "Provided to"), known.get(name)) for name in each.recipients]
    items = [(item_words(item.item, whole), _needed(item), _t(item.refusal)) for item in each.items]
    return Section(_t(each.name), [Prose(_t(each.how)), Facts(told), Table(_t(each.name), _COLUMNS, items)])


def _ground(each: Purpose) -> Text:
    consent = Text("您的同意，可以随时撤回", "your consent; you may withdraw it at any time")
    return consent if isinstance(each.ground, str) else ground(each.ground)


def _needed(item: DeclaredItem) -> Text:
    if item.need != "necessary":
        return Text("可选", "Optional")
    because = _t(item.because) if item.because else None
    return Text(f"必需：{because.zh}", f"Necessary: {because.en}") if because else Text("必需", "Necessary")


def _recipients(declaration: Declaration) -> list[Section]:
    rows = [(_t(each.name), _given(each, declaration), ground(each.ground), each.since, each.until)
            for each in declaration.recipients]  # fmt: skip
    if not rows:
        return []
    columns = [Text("接收方", "Recipient"), Text("信息", "Information"), Text("依据", "Ground"), Text("自", "From"),
               Text("至", "Until")]  # fmt: skip
    title = Text("提供给谁", "To whom we provide")
    return [Section(title, [Table(title, columns, rows)])]


def _given(each: Recipient, whole: Declaration) -> Text:
    items = [item_words(item, whole) for item in each.items]
    return Text("、".join(e.zh for e in items), ", ".join(e.en for e in items))


def _also(declaration: Declaration) -> list[Section]:
    told = [Prose(_t(each)) for each in declaration.also_told]
    return [Section(Text("其他事项", "Other matters"), told)] if told else []


def _operator() -> list[Section]:
    row = OperatorRow.objects.first()
    if row is None:
        return []
    return [Section(Text("我们是谁", "Who we are"), [Facts([
        (Text("名称", "Name"), Text(row.title, row.title_en)),
        (Text("经营许可证", "Licence"), row.licence),
        (Text("备案号", "Filing"), row.filing),
        (Text("联系方式", "Contact"), Text(row.contact_zh, row.contact_en)),
        (Text("主管机关", "Supervised by"), Text(row.authority_zh, row.authority_en)),
    ])])]  # fmt: skip


def _t(told: Told) -> Text:
    return Text(told.zh, told.en)
