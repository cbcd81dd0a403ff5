"""``shouze duties``: where the installation stands in each duty; ``--list``: the catalogue of the Order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import click

from shouze.chinatime import SHANGHAI
from shouze.cli.opening import settings_of
from shouze.cli.terminal import Terminal, print_json
from shouze.cli.words import command, option
from shouze.errors import InvalidError
from shouze.language import Text
from shouze.rules.catalogue import Duty, Statutes
from shouze.rules.citing import article_words
from shouze.rules.duties.matters import MATTERS
from shouze.rules.duties.telling import STATE_WORDS
from shouze.rules.duty import STATES
from shouze.wiring.duties import answers_of
from shouze.wiring.statutes import read_statutes

_COLOURS = {"met": "green", "due": "yellow", "breached": "red", "not-evidenced": "magenta"}


@command(
    "逐项回答第 24 号令的义务：已履行、待办、已违反或者无证据，及其依据。",
    "Answer each duty of Order No. 24: met, due, breached or not evidenced, and what that rests on.",
)
@option("--list", "listed", is_flag=True, zh="列出义务清单，不回答", en="list the catalogue instead of answering")
@option("--json", "as_json", is_flag=True, zh="以 JSON 输出", en="print JSON")
@option("--article", zh="只列该条，例如 9 或 9(3)", en="only of this article, such as 9 or 9(3)")
@option("--owed-by", zh="清单中只列该主体承担的，例如 operator", en="of the catalogue only what this party owes")
@click.pass_obj
def duties(terminal: Terminal, listed: bool, as_json: bool, article: str | None, owed_by: str | None) -> None:
    """Print the answers, or the rows of the catalogue, that fit."""
    if listed or owed_by is not None:
        _list(terminal, as_json, article, owed_by)
        return
    known = read_statutes().duties
    answers = answers_of(terminal.home, settings_of(terminal))
    chosen = [each for each in answers if _of_article(known[each["id"]], article)]
    if as_json:
        print_json(chosen)
        return
    for each in chosen:
        for line in _lines(terminal, known[each["id"]], each):
            click.echo(line)
    counts = Counter(each["state"] for each in chosen)
    terminal.say(*_joined((STATE_WORDS[state], counts[state]) for state in reversed(STATES)))


def _list(terminal: Terminal, as_json: bool, article: str | None, owed_by: str | None) -> None:
    statutes = read_statutes()
    if owed_by is not None and owed_by not in statutes.parties:
        listed = ", ".join(statutes.parties)
        remedy = Text(f"可用：{listed}", f"Use one of: {listed}")
        raise InvalidError(Text("没有这个主体", "There is no such party"), field="--owed-by", remedy=remedy)
    fitting = (each for each in statutes.duties.values() if _of_article(each, article))
    rows = [each for each in fitting if owed_by is None or owed_by in each.owed_by]
    if as_json:
        print_json([each.to_row() for each in rows])
        return
    for each in rows:
        click.echo(_row_lines(terminal, statutes, each))
    terminal.say(f"共 {len(rows)} 条", f"{len(rows)} rows")


def _of_article(duty: Duty, article: str | None) -> bool:
    return article is None or duty.article == article or duty.article.partition("(")[0] == article


def _row_lines(terminal: Terminal, statutes: Statutes, duty: Duty) -> str:
    owed = [terminal.show(statutes.parties[name]) for name in duty.owed_by]
    to = [terminal.show(statutes.parties[name]) for name in duty.owed_to]
    between = " → ".join(
        "、".join(names) if terminal.language == "zh" else ", ".join(names) for names in (owed, to) if names
    )
    door = terminal.show(Text("  [门]", "  [door]")) if duty.door else ""
    head = f"{click.style(duty.id, bold=True)}  {terminal.show(article_words(duty.article))}  {between}{door}"
    told = f"{head}\n  {terminal.show(duty.text)}"
    # what the text leaves open is told apart from what it says
    words = Text("本软件的理解：{words}", "Our reading: {words}")
    return f"{told}\n  {terminal.show(words.fill(words=duty.reading))}" if duty.reading else told


def _lines(terminal: Terminal, duty: Duty, answer: Mapping[str, Any]) -> Iterable[str]:
    state = click.style(terminal.show(STATE_WORDS[answer["state"]]), fg=_COLOURS[answer["state"]], bold=True)
    when = [
        terminal.show(words.fill(at=_day(answer[name])))
        for name, words in (("since", Text("自 {at}", "since {at}")), ("due", Text("期限 {at}", "due {at}")))
        if answer[name]
    ]
    head = f"{click.style(duty.id, bold=True)}  {terminal.show(article_words(duty.article))}"
    yield "  ".join((head, state, *when))
    if answer["state"] != "met":
        yield from (f"    {_evidence(terminal, each)}" for each in answer["evidence"] if each["state"] != "met")


def _evidence(terminal: Terminal, each: Mapping[str, Any]) -> str:
    known = MATTERS.get(each["matter"])
    state = terminal.show(STATE_WORDS[each["state"]])
    row = f"  {each['row']}" if each.get("row") else ""
    overdue = terminal.show(Text("  本单位自定的期限已过", "  a term of the house's own has passed"))
    told = f"{state}  {terminal.show(known.words) if known else each['matter']}{row}"
    return f"{told}{overdue}" if each.get("overdue") else told


def _day(at: str) -> str:
    return datetime.fromisoformat(at).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def _joined(counts: Iterable[tuple[Text, int]]) -> Text:
    told = list(counts)
    return Text("，".join(f"{words.zh} {n}" for words, n in told), ", ".join(f"{words.en} {n}" for words, n in told))
