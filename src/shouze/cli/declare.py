"""``shouze declare``: publish the rules for collecting and using."""

from __future__ import annotations

from pathlib import Path

import click

from shouze.cli.opening import at_work, read_input
from shouze.cli.terminal import Terminal, shown_moment
from shouze.cli.words import command
from shouze.publication.publish import Publication
from shouze.rules.declaration import DeclarationFile
from shouze.rules.document import read_document
from shouze.wiring import Installation


@command(
    "公布收集使用规则。内容未变的业务保持原版本。",
    "Publish rules for collecting and using. A service that has not changed keeps its version.",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def declare(terminal: Terminal, file: Path) -> None:
    """Read, check and publish a declaration file."""
    document, lines = read_document(read_input(file), DeclarationFile)

    async def act(opened: Installation) -> tuple[Publication, str]:
        publication = await opened.publisher.declare(document, lines, terminal.by)
        return publication, shown_moment(opened.clock.now())

    publication, at = at_work(terminal, act)
    for each in document.services:
        number, new = publication.versions[each.service], each.service in publication.published
        terminal.say(
            f"{each.service} → 第 {number} 版（{'新公布' if new else '未变'}）",
            f"{each.service} → version {number} ({'new' if new else 'unchanged'})",
        )
    terminal.say(
        f"策略第 {publication.epoch} 期，{at}，摘要 {publication.digest}",
        f"policy epoch {publication.epoch}, {at}, digest {publication.digest}",
    )
