"""``shouze items``, ``app-types``, ``instruments``: the statutes as rows."""

from __future__ import annotations

from datetime import date
from typing import Any

import click
import msgspec

from shouze.cli.terminal import Terminal, print_json, print_rows
from shouze.cli.words import command, option
from shouze.language import Text
from shouze.wiring.statutes import read_statutes


@command("列出信息项：类别、级别、格式。", "List the items: category, grade, form.")
@option("--json", "as_json", is_flag=True, zh="以 JSON 输出", en="print JSON")
@click.pass_obj
def items(terminal: Terminal, as_json: bool) -> None:
    """Print the items of personal information."""
    rows = list(read_statutes().items.values())
    _print(
        as_json, rows, [(each.id, terminal.show(each.text), each.category, str(each.grade), each.form) for each in rows]
    )


@command(
    "列出应用类型及其基本功能的必要信息。", "List the types of app and what is necessary for their basic function."
)
@option("--json", "as_json", is_flag=True, zh="以 JSON 输出", en="print JSON")
@click.pass_obj
def app_types(terminal: Terminal, as_json: bool) -> None:
    """Print the types of app."""
    rows = list(read_statutes().app_types.values())
    needed = [(each, ", ".join(sorted(each.necessary_items())) or "—") for each in rows]
    _print(as_json, rows, [(str(each.number), each.id, terminal.show(each.text), items) for each, items in needed])


@command("列出相关法律、行政法规和其他文件。", "List the laws, regulations and other instruments.")
@option("--json", "as_json", is_flag=True, zh="以 JSON 输出", en="print JSON")
@click.pass_obj
def instruments(terminal: Terminal, as_json: bool) -> None:
    """Print the instruments."""
    rows = list(read_statutes().instruments.values())
    _print(as_json, rows, [(each.id, each.level, terminal.show(each.name)) for each in rows])


def _print(as_json: bool, rows: list[Any], columns: list[tuple[str, ...]]) -> None:
    if as_json:
        print_json([plain(each) for each in rows])
    else:
        print_rows(columns)


def plain(value: Any) -> Any:
    """Return a row for JSON: texts as ``{"zh", "en"}``, dates as text, what is absent as null."""
    if isinstance(value, Text):
        return value._asdict()
    if isinstance(value, msgspec.Struct):
        return {name: plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, tuple | list | frozenset):
        return [plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value
