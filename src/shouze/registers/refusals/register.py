"""The register of refused dispatches: evidence of tricks and mishaps; a person looks at each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shouze.language import Text
from shouze.link.refusing import WORDS
from shouze.registers.describing import EVERY_HOUSE, Act, Choices, Field, Group, Register, Running, State
from shouze.registers.refusals.models import RefusedRow
from shouze.registers.roles import INSPECTING, KEEPERS, OVERSEEING, Roles

BY: Roles = KEEPERS | INSPECTING
_REASONS: Choices = {reason.value: words for reason, words in WORDS.items()}
_FIELDS = (
    Field(name="reason", label=Text("拒绝原因", "Why")),
    Field(
        name="claimed_sender", label=Text("自称的发文方（未经核实）", "Claimed sender (unverified)"), once_filled=True
    ),
    Field(name="claimed_kind", label=Text("自称的文种（未经核实）", "Claimed kind (unverified)"), once_filled=True),
    Field(name="claimed_matter", label=Text("自称的事项（未经核实）", "Claimed matter (unverified)"), once_filled=True),
    Field(name="times", label=Text("次数", "Times")),
    Field(name="last_at", label=Text("最近一次", "Last")),
    Field(name="sha256", label=Text("摘要（SHA-256）", "SHA-256")),
    Field(name="content", label=Text("原文", "As it came"), lines=6, personal=True),
)


def _clocks(row: RefusedRow, _now: datetime) -> Sequence[Running]:
    if row.state != "kept":
        return ()
    title = Text("查看被拒绝的公文：{why}", "Look at a refused dispatch").fill(why=row.title)
    return [Running(kind="look", title=title, since=row.created_at, roles=BY)]


REGISTER: Register[RefusedRow] = Register(
    name="refusals",
    prefix="X",
    title=Text("被拒绝的公文", "Refused dispatches"),
    one=Text("被拒绝的公文", "Refused dispatch"),
    intro=Text(
        "伪造、改动、矛盾、误送、超大或日期在将来的公文一律不执行，原样保存作为证据。",
        "Forged, altered, contradictory, misdirected, oversized or future-dated ones: never obeyed, kept as evidence.",
    ),
    model=RefusedRow,
    duties=("A17-2-cooperate",),
    fields=(Field(name="reason", label=Text("拒绝原因", "Why"), choices=_REASONS), *_FIELDS[1:]),
    states={
        "kept": State(label=Text("待查看", "To be looked at"), tone="bad"),
        "looked": State(label=Text("已查看", "Looked at"), tone="over"),
    },
    creating=Act(name="enter", title=Text("登记", "Enter"), by=frozenset(), to="kept"),
    acts=(
        Act(name="look", title=Text("记录已查看", "Note that it was looked at"), by=BY, source=frozenset({"kept"}),
            to="looked", reason="must"),
        Act(name="kept", title=Text("拒绝并保存", "Refused and kept"), by=frozenset(), to="kept", follows=True),
    ),
    columns=("reason", "claimed_sender", "claimed_kind", "times", "last_at"),
    filters=("reason",),
    search=("claimed_sender", "claimed_matter", "sha256"),
    seen_by=OVERSEEING | BY,
    clocks=_clocks,
    from_files=False,
    houses=EVERY_HOUSE,
    group=Group.AUTHORITIES,
    order=73,
)  # fmt: skip
