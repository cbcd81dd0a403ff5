"""Suggests a map from the headers and a sample of the rows; a person reads it before it is used.

# Invariant: a suggestion holds names of columns and counts, never a value.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from shouze.errors import InvalidError
from shouze.intake.map import FORMAT, Place
from shouze.intake.names import item_named
from shouze.intake.sources.row import Row, Source
from shouze.language import Language, Text
from shouze.rules.forms import FORMS
from shouze.rules.policy import Policy, ServiceRule

SAMPLE = 1_000
_TELLING = ("phone", "id-number", "email", "uscc", "bank-card", "imei", "iccid", "plate", "mac", "ip")
"""Forms that tell by themselves what a column holds, the strictest where several fit first by hits."""
_ENOUGH = 0.8


class Guess(NamedTuple):
    """A column that probably holds an item; of the sample, how many cells are filled, how many of the item's form."""

    column: str
    item: str
    filled: int
    valid: int
    by_name: bool


def suggest(
    source: Source, policy: Policy, titles: Mapping[str, Text], where: Place, language: Language, service: str | None
) -> str:
    """Return the text of a map with comments in one language; InvalidError when nothing of the source is known."""
    rows = list(islice(source.rows(), SAMPLE))
    guesses: dict[str, list[Guess]] = {}
    for name, rule in policy.services.items():
        if service in {None, name}:
            guesses[name] = _guesses(source.header, rows, rule, titles)
    if not any(guesses.values()):
        remedy = Text(
            "先用 shouze declare 公布这些信息项，或自己写映射", "Declare the items first, or write the map by hand"
        )
        raise InvalidError(Text("没有认出任何信息项", "No item was recognised"), field=source.name, remedy=remedy)
    best = max(guesses, key=lambda name: len(guesses[name]))
    return _Writer(language, titles).text(source, policy.services[best], best, guesses[best], where)


def _guesses(header: Sequence[str], rows: list[Row], rule: ServiceRule, titles: Mapping[str, Text]) -> list[Guess]:
    allowed = {item: titles.get(item, Text(item, item)) for item in rule.items}
    found: dict[str, Guess] = {}
    cells = {name: _filled(rows, place) for place, name in enumerate(header) if name}
    for column, filled in cells.items():
        item = item_named(column, allowed)
        if item is not None and item not in found:
            found[item] = Guess(column, item, len(filled), _valid(filled, rule.items[item].form), by_name=True)
    taken = {guess.column for guess in found.values()}
    for column, filled in cells.items():
        guess = None if column in taken else _by_content(column, filled, rule, found)
        if guess is not None:
            found[guess.item] = guess
    return [found[item] for item in rule.items if item in found]


def _by_content(column: str, filled: Sequence[str], rule: ServiceRule, found: Mapping[str, Guess]) -> Guess | None:
    left = [item for item, traits in rule.items.items() if item not in found and traits.form in _TELLING]
    hits = {item: _valid(filled, rule.items[item].form) for item in left}
    best = max(hits, key=lambda item: hits[item], default=None)
    if best is None or not filled or hits[best] < len(filled) * _ENOUGH:
        return None
    return Guess(column, best, len(filled), hits[best], by_name=False)


def _filled(rows: list[Row], place: int) -> list[str]:
    cells = (row.cells[place] for row in rows if row.broken is None and place < len(row.cells))
    return [cell for cell in cells if cell and cell.strip()]


def _valid(cells: Sequence[str], form: str) -> int:
    return sum(FORMS[form].read(cell) is not None for cell in cells)


class _Writer:
    """Writes the map in one language."""

    def __init__(self, language: Language, titles: Mapping[str, Text]) -> None:
        self._language = language
        self._titles = titles

    def text(self, source: Source, rule: ServiceRule, service: str, guesses: list[Guess], where: Place) -> str:
        """Return the whole map."""
        items = [guess.item for guess in guesses]
        purposes = [name for name, each in rule.purposes.items() if each.law is None and set(items) & each.items.keys()]
        lines = [
            self._say("# 由 shouze import --suggest 写成：请逐行核对后使用。",
                      "# Written by shouze import --suggest: check every line before it is used."),
            *(self._say(f"# {each.zh}", f"# {each.en}") for each in source.notes),
            f"format: {FORMAT}",
            *self._place(where),
            f"service: {service}",
            self._say("# 为哪些目的收进；依法的目的自动加入。",
                      "# The purposes to take users in for; those that a law requires are added by themselves."),
            f"purposes: [{', '.join(purposes)}]",
            "", "items:",
            *(line for guess in guesses for line in self._item(guess)),
            *self._left(source, guesses),
            "",
            self._say("# 用哪些信息项认出已知用户；须指向同一用户。",
                      "# The items by which a known user is recognised; all must point to the same one."),
            f"identify: [{', '.join(_identifiers(rule, guesses))}]",
            "", *self._consent(purposes, rule),
            "",
            self._say("# 空单元格：写成什么算空；leave-out 不收该项，reject 拒绝该行。",
                      "# Empty cells: what counts as empty; leave-out passes over the item, reject the row."),
            "empty: {means: [\"NULL\", \"\\\\N\"], then: leave-out}",
            self._say("# 没有同意证据的目的，在此期限内询问用户，逾期删除。",
                      "# Without proven consent users are asked within this term; then what is held for it is erased."),
            "ask_within: P90D",
        ]  # fmt: skip
        return "\n".join(lines) + "\n"

    def _say(self, zh: str, en: str) -> str:
        return Text(zh, en).to(self._language)

    def _place(self, where: Place) -> list[str]:
        given = {name: getattr(where, name) for name in ("table", "sheet") if getattr(where, name)}
        if where.key:
            given["key"] = list(where.key)
        return [f"source: {json.dumps(given, ensure_ascii=False)}"] if given else []

    def _item(self, guess: Guess) -> list[str]:
        title = self._titles.get(guess.item, Text(guess.item, guess.item)).to(self._language)
        how = self._say("依列名" if guess.by_name else "依内容", "by its name" if guess.by_name else "by its content")
        counted = self._say(
            f"{guess.valid}/{guess.filled} 个样本合格", f"{guess.valid} of {guess.filled} samples valid"
        )
        poor = guess.filled and guess.valid < guess.filled * _ENOUGH
        doubt = self._say("  ← 请核对", "  <- check this") if poor else ""
        line = f"  {guess.item}: {json.dumps(guess.column, ensure_ascii=False)}"
        return [f"{line}  # {title}: {how}, {counted}{doubt}"]

    def _left(self, source: Source, guesses: list[Guess]) -> list[str]:
        taken = {guess.column for guess in guesses}
        left = [each for each in source.header if each and each not in taken]
        if not left:
            return []
        names = json.dumps(left, ensure_ascii=False)[1:-1]
        return [self._say(f"  # 未收进的列：{names}", f"  # Columns not taken in: {names}")]

    def _consent(self, purposes: list[str], rule: ServiceRule) -> list[str]:
        return [
            self._say("# 每个目的的同意证据；没有证据就留空，将询问用户。去掉井号并改写：",
                      "# What proves consent to each purpose; leave it empty where nothing does. Uncomment and edit:"),
            "consent: []",
            "# consent:",
            f"#   - purpose: {purposes[0] if purposes else ''}",
            self._say(f"#     version: {rule.version}  # 用户同意的规则版本",
                      f"#     version: {rule.version}  # the version of the rules that the user agreed to"),
            self._say("#     act: 签署入网协议", "#     act: signed the contract"),
            self._say("#     channel: 营业厅", "#     channel: shop"),
            self._say("#     at: {column: 列名}  # 同意的时间", "#     at: {column: NAME}  # when"),
            self._say("#     only_when: {列名: [值]}  # 只限这些行",
                      "#     only_when: {NAME: [VALUE]}  # only these rows"),
        ]  # fmt: skip


def _identifiers(rule: ServiceRule, guesses: Sequence[Guess]) -> list[str]:
    """Return the item that most rows have; one that is one user's alone goes before one that several may share."""
    for kind in ("exclusive", "shared"):
        if found := [each for each in guesses if rule.items[each.item].identifier == kind]:
            return [max(found, key=lambda each: each.valid).item]
    return []
