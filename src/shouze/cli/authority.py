"""``shouze authority``: the installation of a telecommunications authority, beside or far from the operators'."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shouze.cli.failing import FAILED
from shouze.cli.houses import beside, conflict, found, reached, run_house
from shouze.cli.opening import read_input, settings_of
from shouze.cli.terminal import Terminal
from shouze.cli.up import run_everything
from shouze.cli.words import Group, command, option
from shouze.language import Text
from shouze.settings import load_settings
from shouze.wiring.desk import configure

if TYPE_CHECKING:
    from shouze.registers.notices.importing import Imported
    from shouze.registers.notices.reading import Read

FOLDER = "shouze-authority"
PORT = 8430


@click.group(
    cls=Group,
    words=Text(
        "电信管理机构的安装：自有目录、数据库、密钥、日志和人员。",
        "A telecommunications authority's installation: a folder, tables, keys, log and people of its own.",
    ),
)
@click.pass_context
def authority(ctx: click.Context) -> None:
    """Find the authority's folder: the one named, else one beside the operator's."""
    ctx.obj = beside(ctx.obj, FOLDER)


@command(
    "运行管理机构的全部：补齐缺少的内容，然后提供服务，直到收到停止信号。",
    "Run the whole of an authority: create what is missing, then serve until told to stop.",
    group=authority,
)
@reached(PORT)
@click.pass_obj
def up(terminal: Terminal, port: int, host: str | None, public: bool) -> None:
    """Say whose installation this is, then do as the operator's does."""
    run_house(terminal, "authority", host, port, public=public)


@command(
    "读入通报名单（CSV、XLSX、HTML），对应到条款，列出读不出的行和未对应的用语。有读不出的行，退出码为 1。",
    "Take in the list of a public notice (CSV, XLSX, HTML): mapped to articles; what could not be read is told. Exit 1 "
    "if some lines could not be read.", name="import-notices", group=authority,
)  # fmt: skip
@click.argument("file", type=click.Path(path_type=Path))
@option("--notice", zh="通报的标题（文件中没有时）", en="the notice's title, where the file has none")
@option("--authority", "body", zh="发布机关（文件中没有时）", en="who published it, where the file does not say")
@option("--date", zh="日期（文件中没有时）", en="its date, where the file does not say")
@option(
    "--map",
    "mapping",
    type=click.Path(path_type=Path),
    zh="自己的问题用语对照表（TOML）",
    en="one's own mapping of problems to duties (TOML)",
)
@click.pass_context
def import_notices(
    ctx: click.Context, file: Path, notice: str | None, body: str | None, date: str | None, mapping: Path | None
) -> None:
    """Read, enter all that could be read, and tell the rest."""
    terminal: Terminal = ctx.obj
    settings = settings_of(terminal)
    configure(terminal.home, settings, None, None)
    from django.db import connection  # noqa: PLC0415 - Django loads where it is needed

    from shouze.registers.notices import importing, problems, reading  # noqa: PLC0415 - see above

    if settings.house != "authority":
        raise conflict(terminal.home, "authority")
    words = problems.default() if mapping is None else problems.with_own(read_input(mapping))
    read = reading.read(read_input(file), str(file))
    given = {"notice": notice or "", "authority": body or "", "date": date or ""}
    try:
        done = importing.enter(read, given, words)
    finally:
        connection.close()
    _tell(terminal, read, done)
    ctx.exit(FAILED if read.unread else 0)


def _tell(terminal: Terminal, read: Read, done: Imported) -> None:
    terminal.say(
        f"登记 {done.entered} 项，其中 {done.linked} 项有在册的经营者；此前已有 {done.known} 项",
        f"{done.entered} entered, {done.linked} of operators known here; {done.known} were there before",
    )
    for line, why in read.unread:
        terminal.say(f"第 {line} 行未读入：{why.zh}", f"line {line} is not read: {why.en}")
    if read.passed:
        terminal.say(f"{read.passed} 个表格中没有名单", f"{read.passed} tables hold no list")
    if read.columns:
        terminal.say(f"未用的列：{'、'.join(read.columns)}", f"columns not used: {', '.join(read.columns)}")
    for word, times in sorted(done.unmapped.items(), key=lambda each: -each[1]):
        terminal.say(f"未对应条款的用语：{word}（{times}）", f"a word without an article: {word} ({times})")


@click.command(hidden=True)
@click.argument("fingerprint")
@click.pass_obj
def play(terminal: Terminal, fingerprint: str) -> None:
    """Play the authority's part in the demonstration, whose other part has the operator's FINGERPRINT."""
    found(terminal.home, "authority")
    settings = load_settings(terminal.home, os.environ)

    async def part(url: str, stop: asyncio.Event) -> None:
        from shouze.cli.story import supervision  # noqa: PLC0415 - Django's models load once it is set up

        watching = asyncio.create_task(asyncio.to_thread(sys.stdin.buffer.read))
        watching.add_done_callback(lambda _: stop.set())
        await asyncio.to_thread(supervision.play, url, fingerprint, stop.is_set)
        await stop.wait()

    run_everything(terminal, settings, None, 0, public=False, beside=part)


authority.add_command(play)
