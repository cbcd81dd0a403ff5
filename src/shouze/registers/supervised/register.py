"""The register of operators: taken in from the licence register as a spreadsheet, or one by one."""

from __future__ import annotations

import re

from django.db.models import QuerySet

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers.describing import AUTHORITIES, Act, Choices, Doing, Field, Group, Part, Register, State
from shouze.registers.issued.models import Issued
from shouze.registers.licensing import plain
from shouze.registers.peers.models import Peer
from shouze.registers.roles import INSPECTING, Role, Roles
from shouze.registers.supervised.models import Supervised

SECTORS: Choices = {
    "basic": Text("基础电信", "Basic telecommunications"),
    "value-added": Text("增值电信", "Value-added telecommunications"),
    "internet": Text("互联网信息服务", "Internet information services"),
}
RESULTS: Choices = {
    "passed": Text("合格", "Passed"),
    "conditions": Text("附条件合格", "Passed on conditions"),
    "failed": Text("不合格", "Failed"),
}
BY: Roles = INSPECTING | {Role.ADMINISTRATOR}
_LATE = Text("是", "Yes")
_KEYS = {
    "licence": Text("此许可证已登记", "This licence is entered already"),
    "filing": Text("此备案号已登记", "This filing is entered already"),
    "credit_code": Text("此信用代码已登记", "This credit code is entered already"),
}
_CREDIT = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_FIELDS = (
    Field(name="title", label=Text("经营者名称", "Operator")),
    Field(name="licence", label=Text("经营许可证编号", "Licence number")),
    Field(name="filing", label=Text("备案号", "Filing number"),
          hint=Text("许可证编号与备案号至少填写一项", "Give the licence number, the filing number, or both")),
    Field(name="credit_code", label=Text("统一社会信用代码", "Credit code"), hint=Text("18 位", "18 characters")),
    Field(name="province", label=Text("省份", "Province")),
    Field(name="sector", label=Text("行业", "Sector"), choices=SECTORS, optional=True),
    Field(name="services", label=Text("业务种类", "Services")),
    Field(name="contact", label=Text("联系方式", "Contact"), personal=True),
    Field(name="licensed_by", label=Text("许可或备案机关", "Licensed or registered by"), duty="A03-competence"),
)  # fmt: skip
_REVIEWED = (
    Field(name="review", label=Text("年度审查", "Annual review"), once_filled=True, duty="A19-annual"),
    Field(name="review_year", label=Text("审查年度", "Year reviewed"), once_filled=True),
    Field(name="review_result", label=Text("审查结果", "Its result"), choices=RESULTS, once_filled=True),
    Field(name="review_conditions", label=Text("条件", "Conditions"), once_filled=True),
)


def _reviewed(doing: Doing[Supervised]) -> None:
    row, told = doing.entry, doing.values
    row.review, row.review_year = told["review"], told["year"]
    row.review_result, row.review_conditions = told["result"], told["conditions"]


def _check(doing: Doing[Supervised]) -> None:
    row = doing.entry
    for name in _KEYS:
        setattr(row, name, plain(getattr(row, name)))
    row.province = plain(row.province).replace(" ", "")
    row.credit_code = row.credit_code.upper()
    if not (row.licence or row.filing):
        raise InvalidError(
            Text("缺少许可证编号或备案号", "Neither licence nor filing number is given"), field="licence"
        )
    if row.credit_code and not _CREDIT.fullmatch(row.credit_code):
        raise InvalidError(Text("不是统一社会信用代码", "It is not a credit code"), field="credit_code")
    # one operator is one row: cases, lists, reviews and the times that it was penalised are counted by it
    same = Supervised.objects.exclude(pk=row.pk).filter(state="supervised")
    for name, words in _KEYS.items():
        there = same.filter(**{name: getattr(row, name)}).first() if getattr(row, name) else None
        if there is not None:
            raise InvalidError(words, field=name, remedy=Text("见 {n}", "See {n}").fill(n=there.number))


def _peers(row: Supervised) -> list[Peer]:
    found = Peer.objects.filter(side="operator")
    named = found.filter(licence=row.licence) if row.licence else found.filter(filing=row.filing)
    return list(named[:10])


def _orders(row: Supervised) -> QuerySet[Issued]:
    return Issued.objects.filter(operator=row.number)[:50]


REGISTER: Register[Supervised] = Register(
    name="supervised",
    prefix="E",
    title=Text("经营者", "Operators"),
    one=Text("经营者", "Operator"),
    intro=Text(
        "本机关准予许可或者接受备案的经营者；谁许可、谁备案，事件就报给谁（第三条、第十四条）。",
        "Operators that this authority licensed or registered: who licensed hears of incidents (Arts. 3, 14).",
    ),
    model=Supervised,
    duties=("A03-competence", "A19-annual"),
    fields=(*_FIELDS, *_REVIEWED),
    states={
        "supervised": State(label=Text("在册", "Supervised"), tone="good"),
        "ended": State(label=Text("已注销", "Ended"), tone="over"),
    },
    creating=Act(name="enter", title=Text("登记经营者", "Enter an operator"), by=BY, to="supervised", fields=_FIELDS,
                 does=_check, duty="A03-competence"),
    acts=(
        Act(name="change", title=Text("变更", "Change"), by=BY, fields=_FIELDS, does=_check,
            source=frozenset({"supervised"}), duty="A03-competence"),
        Act(name="end", title=Text("注销", "End"), by=BY, source=frozenset({"supervised"}), to="ended", reason="must",
            duty="A03-competence"),
        Act(name="reviewed", title=Text("年度审查结果", "Result of the annual review"), by=frozenset(), follows=True,
            does=_reviewed, duty="A19-annual"),
    ),
    columns=("licence", "filing", "province", "sector", "licensed_by", "review_result"),
    filters=("province", "sector", "review_result"),
    search=("licence", "filing", "credit_code", "services"),
    seen_by=BY | {Role.AUDITOR},
    parts=(
        Part(
            title=Text("公文往来", "Dispatches with it"),
            columns=(
                (Text("编号", "Number"), lambda peer: peer.number),
                (Text("名称", "Name"), lambda peer: peer.title),
                (Text("确认时间", "Confirmed"), lambda peer: peer.trusted_at),
            ),
            rows=_peers,
            link=lambda peer: ("peers", peer.number),
        ),
        Part(
            title=Text("签发的令", "Orders issued"),
            columns=(
                (Text("编号", "Number"), lambda order: order.number),
                (Text("文号", "Document"), lambda order: order.document),
                (Text("送达", "Served"), lambda order: order.served_at),
                (Text("期限", "Due"), lambda order: order.due),
                (Text("逾期答复", "Answered late"), lambda order: _LATE if order.late else None),
            ),
            rows=_orders,
            link=lambda order: ("issued", order.number),
            once_filled=True,
        ),
    ),
    about=lambda row: (row.number,),
    houses=AUTHORITIES,
    group=Group.RULES,
    order=8,
)  # fmt: skip
