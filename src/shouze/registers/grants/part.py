"""Grants as a table on the page of another row."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from shouze.language import Text
from shouze.registers import vocabulary
from shouze.registers.describing import Part
from shouze.registers.grants.judging import EXERCISE
from shouze.registers.grants.models import Grant

MOST = 200


def part_of(rows: Callable[[Any], Iterable[Grant]]) -> Part:
    """Return the part that shows a row's grants, the newest ones."""
    return Part(
        title=Text("授权", "Grants"),
        columns=(
            (Text("编号", "Number"), lambda each: each.number),
            (Text("操作", "May"), lambda each: _named(each.actions, vocabulary.action_words)),
            (Text("目的", "Purposes"), lambda each: _named(each.purposes, vocabulary.purpose_words)),
            (Text("有效至", "Until"), lambda each: each.until),
            (Text("状态", "State"), lambda each: STATES[each.state]),
            (Text("使用情况", "Use"), lambda each: EXERCISE.get(each.exercise)),
        ),
        rows=lambda row: list(rows(row))[:MOST],
        link=lambda each: ("grants", each.number),
    )


def _named(names: Iterable[str], say: Callable[[str], Text]) -> Text | None:
    said = [say(each) for each in names]
    return Text.listed(said) if said else Text("不限", "Any")


STATES = {
    "requested": Text("待批准", "To be approved"),
    "granted": Text("已授权", "Granted"),
    "refused": Text("未批准", "Refused"),
    "withdrawn": Text("已撤回", "Withdrawn"),
    "expired": Text("已到期", "Expired"),
}
