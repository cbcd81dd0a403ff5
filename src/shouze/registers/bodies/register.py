"""The body (本单位): one row, the name that an authority or an association introduces itself by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers.describing import ASSOCIATIONS, AUTHORITIES, Act, Doing, Field, Group, Register, State
from shouze.registers.operators.models import OperatorRow
from shouze.registers.roles import HOUSE, Role, Roles

DUTY = "A03-competence"
BY: Roles = frozenset({Role.ADMINISTRATOR, Role.OFFICER, Role.HEAD, Role.SECRETARY})
_FIELDS = (
    Field(name="title", label=Text("名称", "Name in Chinese"), hint=Text("全称", "In full"), duty=DUTY),
    Field(name="title_en", label=Text("英文名称", "Name in English")),
)


def _check(doing: Doing[OperatorRow]) -> None:
    if OperatorRow.objects.exclude(pk=doing.entry.pk).exists():
        remedy = Text("变更已有的一条", "Change the one there is")
        raise InvalidError(Text("本单位只有一条", "There is one body"), field="title", remedy=remedy)


def _notes(_row: OperatorRow, _now: datetime) -> Sequence[Text]:
    return [Text("往来单位按此名称显示本单位；变更后自动重新介绍",
                 "Peers show us by this name; after a change they are told by themselves")]  # fmt: skip


REGISTER: Register[OperatorRow] = Register(
    name="bodies",
    prefix="HB",
    title=Text("本单位", "Who we are"),
    one=Text("本单位", "Body"),
    intro=Text(
        "本单位的名称：介绍给往来单位，写在文书上。没有登记的，对方只看到公文名称。",
        "Our name, as peers and papers have it. Without it the others see the party's name alone.",
    ),
    model=OperatorRow,
    duties=(DUTY,),
    fields=_FIELDS,
    states={"named": State(label=Text("已登记", "Named"), tone="good")},
    creating=Act(name="name", title=Text("登记本单位", "Say who we are"), by=BY, to="named", fields=_FIELDS,
                 does=_check, reason="none", proof="none", duty=DUTY),
    acts=(Act(name="change", title=Text("变更", "Change"), by=BY, fields=_FIELDS, does=_check, duty=DUTY),),
    columns=("title_en",),
    seen_by=HOUSE,
    notes=_notes,
    from_files=False,
    houses=AUTHORITIES | ASSOCIATIONS,
    group=Group.HOUSE,
    order=5,
)  # fmt: skip
