"""The operator (经营者): one row, which every declaration carries to the door."""

from __future__ import annotations

from datetime import datetime

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers.describing import Act, Doing, Field, Group, Register, State
from shouze.registers.operators.facts import SPEAKS
from shouze.registers.operators.models import OperatorRow
from shouze.registers.roles import HOUSE, KEEPERS, Role, Roles
from shouze.rules.declaration import Operator, Told

BY: Roles = KEEPERS | {Role.ADMINISTRATOR}

_FIELDS = (
    Field(name="title", label=Text("名称", "Name in Chinese")),
    Field(name="title_en", label=Text("英文名称", "Name in English")),
    Field(name="authority_zh", label=Text("许可或备案机关", "Authority, in Chinese"), duty="A03-competence",
          hint=Text("准予许可或者备案的电信管理机构；重大事件向其报告",
                    "The one that licensed you or accepted your filing; serious incidents go to it")),
    Field(name="authority_en", label=Text("许可或备案机关（英文）", "Authority, in English")),
    Field(name="contact_zh", label=Text("联系方式", "Contact, in Chinese"), lines=2, duty="A12-contact",
          hint=Text("公布给用户的电话、邮箱或地址", "What users are told: telephone, e-mail, address")),
    Field(name="contact_en", label=Text("联系方式（英文）", "Contact, in English"), lines=2),
    Field(name="licence", label=Text("经营许可证编号", "Licence number")),
    Field(name="filing", label=Text("备案号", "Filing number"),
          hint=Text("许可证编号与备案号至少填写一项", "Give the licence number, the filing number, or both")),
)  # fmt: skip


def operator() -> Operator | None:
    """Return the operator as declarations carry it; None before it is registered."""
    row = OperatorRow.objects.order_by("id").first()
    if row is None:
        return None
    return Operator(
        name=Told(row.title, row.title_en), authority=Told(row.authority_zh, row.authority_en),
        contact=Told(row.contact_zh, row.contact_en), licence=row.licence or None, filing=row.filing or None,
    )  # fmt: skip


def row_of(declared: Operator) -> OperatorRow:
    """Return the row for an operator that declared itself elsewhere before."""
    return OperatorRow(
        title=declared.name.zh, title_en=declared.name.en, authority_zh=declared.authority.zh,
        authority_en=declared.authority.en, contact_zh=declared.contact.zh, contact_en=declared.contact.en,
        licence=declared.licence or "", filing=declared.filing or "",
    )  # fmt: skip


def _check(doing: Doing[OperatorRow]) -> None:
    row = doing.entry
    if OperatorRow.objects.exclude(pk=row.pk).exists():
        remedy = Text("变更已有的一条", "Change the one there is")
        raise InvalidError(Text("经营者只有一条", "There is one operator"), field="title", remedy=remedy)
    if not (row.licence or row.filing):
        detail = Text("缺少经营许可证编号或备案号", "Neither a licence number nor a filing number is given")
        raise InvalidError(detail, field="licence", remedy=Text("填写其中一项", "Fill in one of the two"))


def _notes(_row: OperatorRow, _now: datetime) -> tuple[Text, ...]:
    return (Text("改动随下一次公布规则生效", "Changes go out with the rules that are published next"),)


REGISTER: Register[OperatorRow] = Register(
    name="operator",
    prefix="OP",
    title=Text("经营者", "Operator"),
    one=Text("经营者", "Operator"),
    intro=Text(
        "电信业务经营者或互联网信息服务提供者的名称、主管机关和联系方式，随每份规则公布。",
        "Who you are, which authority you answer to, and how users reach you; published with every set of rules.",
    ),
    model=OperatorRow,
    duties=("A03-competence",),
    fields=_FIELDS,
    states={"declared": State(label=Text("已登记", "Registered"), tone="good")},
    creating=Act(name="register", title=Text("登记经营者", "Register the operator"), by=BY, to="declared",
                 fields=_FIELDS, does=_check, duty="A03-competence"),
    acts=(Act(name="change", title=Text("变更", "Change"), by=BY, fields=_FIELDS, does=_check, duty="A03-competence"),),
    columns=("licence", "filing"),
    seen_by=HOUSE,
    notes=_notes,
    speaks=SPEAKS,
    group=Group.HOUSE,
    order=5,
)  # fmt: skip
