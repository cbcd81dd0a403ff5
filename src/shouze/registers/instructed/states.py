"""How far an operator is under an instruction, the worst first."""

from __future__ import annotations

from collections.abc import Mapping

from shouze.language import Text
from shouze.registers.describing import State

STATES: Mapping[str, State] = {
    "overdue": State(label=Text("逾期", "Overdue"), tone="bad"),
    "unserved": State(label=Text("待送达", "To be served"), tone="bad"),
    "served": State(label=Text("待签收", "To be acknowledged"), tone="waiting"),
    "acknowledged": State(label=Text("落实中", "Under way"), tone="waiting"),
    "reported": State(label=Text("待核查", "To be checked"), tone="waiting"),
    "fulfilled": State(label=Text("已落实", "Fulfilled"), tone="good"),
    "excused": State(label=Text("不适用", "Does not apply"), tone="over"),
    "lifted": State(label=Text("已撤回", "Withdrawn"), tone="over"),
}
