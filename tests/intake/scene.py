"""The story's published rules, a map to them, and rows checked by it, without a database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from shouze import wiring
from shouze.cli import story
from shouze.intake.checking import Checked, Checker
from shouze.intake.map import check_map, read_map
from shouze.intake.sources.row import Cell, Row
from shouze.rules.declaration import DeclarationFile
from shouze.rules.document import read_document
from shouze.rules.policy import Policy, Published, Registers, compile_policy

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HEADER = ("xm", "sjhm", "sfzh", "sheng", "dz", "rwsj", "ty")
MAP = """\
format: shouze-map/1
service: mobile
purposes: [open-account, offers]
items:
  name: xm
  phone: sjhm
  id-number: sfzh
  address: {columns: [sheng, dz], join: " "}
identify: [phone]
consent:
  - purpose: open-account
    version: 1
    act: signed
    channel: shop
    at: {column: rwsj}
  - purpose: offers
    version: 1
    act: ticked
    channel: app
    at: {column: rwsj}
    only_when: {ty: [Y, 是]}
empty: {means: ["NULL"], then: leave-out}
"""
GOOD: tuple[Cell, ...] = ("张三", "138 1234 5678", "11010519491231002x", "云泽省", "星桥路1号", "2020/1/2", "Y")


def policy() -> Policy:
    """Return the story's policy, without entries."""
    document, _ = read_document(story.read("declaration.yaml"), DeclarationFile)
    histories = {each.service: [Published(1, NOW, "digest", each)] for each in document.services}
    return compile_policy(histories, Registers(), wiring.read_statutes(), 1)


def checker(text: str = MAP, header: Sequence[str] = HEADER) -> Checker:
    found, lines = read_map(text.encode())
    return Checker(found, check_map(found, lines, policy(), header), header, NOW)


def checked(*rows: Sequence[Cell], text: str = MAP, header: Sequence[str] = HEADER) -> Checked:
    """Check rows of cells, numbered from 1."""
    return checker(text, header).check([Row(number, cells) for number, cells in enumerate(rows, 1)])


def changed(**cells: Cell) -> tuple[Cell, ...]:
    """Return the good row with some cells changed, by column."""
    return tuple(cells.get(column, cell) for column, cell in zip(HEADER, GOOD, strict=True))
