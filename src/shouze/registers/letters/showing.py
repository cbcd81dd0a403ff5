"""The letters of a complaint or request, as its page shows them."""

from __future__ import annotations

from shouze.language import Text
from shouze.registers.describing import Part
from shouze.registers.letters.models import KINDS, Letter
from shouze.registers.letters.register import DIRECTIONS, REGISTER


def letters_of(register: str) -> Part:
    """Return the part of a register's rows that lists what was written, oldest first."""
    return Part(
        title=Text("来往信件", "Letters"),
        columns=(
            (Text("编号", "Number"), lambda each: each.number),
            (Text("方向", "Way"), lambda each: DIRECTIONS[each.direction]),
            (Text("种类", "Kind"), lambda each: KINDS[each.kind]),
            (Text("时间", "At"), lambda each: each.arrived_at),
            (Text("状态", "State"), lambda each: REGISTER.states[each.state].label),
        ),
        rows=lambda entry: Letter.objects.filter(register=register, entry=entry.pk).order_by("id"),
        link=lambda each: ("letters", each.number),
    )
