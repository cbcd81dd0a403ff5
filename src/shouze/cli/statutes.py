"""``shouze duties``, ``items``, ``app-types``, ``instruments``: the statutes as rows."""

from __future__ import annotations

from datetime import date
from typing import Any

import click
import msgspec

from shouze.cli.terminal import Terminal, print_json, print_rows
from shouze.cli.words import command, option
from shouze.errors import InvalidError
from shouze.language import Text
from shouze.rules.catalogue import Duty, Statutes
from shouze.rules.citing import article_words
from shouze.wiring.statutes import read_statutes


@command(
    "列出第 24 号令的义务、权力、定义和责任。", "List the duties, powers, definitions and liabilities of Order No. 24."
)
@option("--list", "_list", is_flag=True, zh="列出（默认）", en="list them (the default)")
@option("--json", "as_json", is_flag=True, zh="以 JSON 输出", en="print JSON")
@option("--article", zh="只列该条，例如 9 或 9(3)", en="only of this article, such as 9 or 9(3)")
@option("--owed-by", zh="只列该主体承担的，例如 operator", en="only those owed by this party, such as operator")
@click.pass_obj
def duties(terminal: Terminal, _list: bool, as_json: bool, article: str | None, owed_by: str | None) -> None:
    """Print the rows that fit."""
    statutes = read_statutes()
    if owed_by is not None and owed_by not in statutes.parties:
        listed = ", ".join(statutes.parties)
        remedy = Text(f"可用：{listed}", f"Use one of: {listed}")
        raise InvalidError(Text("没有这个主体", "There is no such party"), field="--owed-by", remedy=remedy)
    rows = [each for each in statutes.duties.values() if _fits(each, article, owed_by)]
    if as_json:
        print_json([each.to_row() for each in rows])
        return
    for each in rows:
        click.echo(_duty_lines(terminal, statutes, each))
    terminal.say(f"共 {len(rows)} 条", f"{len(rows)} rows")


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


def _fits(duty: Duty, article: str | None, owed_by: str | None) -> bool:
    of_article = article is None or duty.article == article or duty.article.partition("(")[0] == article
    return of_article and (owed_by is None or owed_by in duty.owed_by)


def _duty_lines(terminal: Terminal, statutes: Statutes, duty: Duty) -> str:
    owed = [terminal.show(statutes.parties[name]) for name in duty.owed_by]
    to = [terminal.show(statutes.parties[name]) for name in duty.owed_to]
    between = " → ".join(
        "、".join(names) if terminal.language == "zh" else ", ".join(names) for names in (owed, to) if names
    )
    door = terminal.show(Text("  [门]", "  [door]")) if duty.door else ""
    head = f"{click.style(duty.id, bold=True)}  {terminal.show(article_words(duty.article))}  {between}{door}"
    return f"{head}\n  {terminal.show(duty.text)}"


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
