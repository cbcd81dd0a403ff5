"""``shouze errors``: every error and refusal with its article and remedy."""

from __future__ import annotations

import click
import msgspec

from shouze.api.answers import BothWords, ErrorRow
from shouze.api.pages import error_rows
from shouze.cli.terminal import Terminal, print_json
from shouze.cli.words import command, option
from shouze.language import Text
from shouze.rules.citing import article_words


@command("列出全部错误和拒绝代码，及其条款和处理方法。", "List every error and refusal, with its article and remedy.")
@option("--json", "as_json", is_flag=True, zh="以 JSON 输出", en="print JSON")
@click.pass_obj
def errors(terminal: Terminal, as_json: bool) -> None:
    """Print the catalogue."""
    rows = error_rows()
    if as_json:
        print_json(msgspec.to_builtins(rows))
        return
    for row in rows:
        click.echo(_lines(terminal, row))


def _lines(terminal: Terminal, row: ErrorRow) -> str:
    article = f"  {terminal.show(article_words(row.article))}" if row.article else ""
    head = f"{click.style(row.code, bold=True)}  {row.status}{article}"
    return f"{head}\n  {_said(terminal, row.title)}\n  → {_said(terminal, row.remedy)}"


def _said(terminal: Terminal, words: BothWords) -> str:
    return terminal.show(Text(words.zh, words.en))
