"""The register of answer templates: editable by those who answer, each edition kept in the history (Art. 12)."""

from __future__ import annotations

from shouze.language import Text
from shouze.registers.answers.filling import check
from shouze.registers.answers.models import Template
from shouze.registers.describing import Act, Choices, Doing, Field, Group, Register, State
from shouze.registers.roles import KEEPERS, Role, Roles

BY: Roles = KEEPERS | {Role.SERVICE}
KINDS: Choices = {
    "receipt": Text("受理回执", "Receipt"),
    "answer": Text("答复", "Answer"),
    "refusal": Text("不予受理告知", "Refusal"),
    "interim": Text("进展告知", "Interim notice"),
}
_PLACES = Text("可用 {number}、{received}、{due}、{service}；不写任何用户的信息",
               "{number}, {received}, {due}, {service} are filled in; nobody's information")  # fmt: skip
_FIELDS = (
    Field(name="title", label=Text("名称", "Name")),
    Field(name="kind", label=Text("用于", "For"), choices=KINDS),
    Field(name="text_zh", label=Text("中文", "In Chinese"), lines=8, hint=_PLACES),
    Field(name="text_en", label=Text("英文", "In English"), lines=8, hint=_PLACES),
)


def _check(doing: Doing[Template]) -> None:
    for name in ("text_zh", "text_en"):
        check(getattr(doing.entry, name), name)


def _revise(doing: Doing[Template]) -> None:
    _check(doing)
    doing.entry.edition += 1


REGISTER: Register[Template] = Register(
    name="answers",
    prefix="TA",
    title=Text("答复模板", "Answer templates"),
    one=Text("模板", "Template"),
    intro=Text(
        "受理回执、答复和告知的模板，中英文并列；每次修改为新的一版，旧版留在经过中，信件记明所用版次。",
        "Templates of receipts, answers and notices in both languages. Each change is a new edition; letters say which "
        "one they used.",
    ),
    model=Template,
    duties=("A12-15d",),
    fields=(*_FIELDS, Field(name="edition", label=Text("版次", "Edition"))),
    states={
        "used": State(label=Text("使用中", "In use"), tone="good"),
        "retired": State(label=Text("已停用", "Retired"), tone="over"),
    },
    creating=Act(name="write", title=Text("新建模板", "Write a template"), by=BY, to="used", fields=_FIELDS,
                 does=_check, proof="none", duty="A12-15d"),
    acts=(
        Act(name="revise", title=Text("修订", "Revise"), by=BY, source=frozenset({"used"}), fields=_FIELDS,
            does=_revise, proof="none", duty="A12-15d"),
        Act(name="retire", title=Text("停用", "Retire"), by=BY, source=frozenset({"used"}), to="retired", proof="none",
            duty="A12-15d"),
    ),
    columns=("kind", "edition"),
    filters=("kind",),
    search=("text_zh",),
    seen_by=BY | {Role.AUDITOR},
    group=Group.HANDLING,
    order=49,
)  # fmt: skip
