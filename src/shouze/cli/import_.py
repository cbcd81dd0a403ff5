"""``shouze import``: take over the users that another system holds."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from shouze.cli.failing import FAILED
from shouze.cli.opening import at_work, read_input
from shouze.cli.terminal import Terminal, print_json, print_rows
from shouze.cli.words import command, option
from shouze.errors import ConflictError, InvalidError
from shouze.gateway.asking import Request, Visitor
from shouze.gateway.collect import new_subject_id
from shouze.intake.checking import Checker
from shouze.intake.map import ImportMap, Place, check_map, read_map
from shouze.intake.reasons import words_for
from shouze.intake.running import HandingOver, Import, digest_of, keys_of
from shouze.intake.sources.opening import is_url, open_source
from shouze.intake.sources.row import Source
from shouze.intake.suggesting import suggest
from shouze.intake.tally import OUTCOMES, Tally
from shouze.intake.writing import LISTED, REJECTED, Beside, unused
from shouze.language import Text
from shouze.rules.document import Lines
from shouze.rules.policy import Policy
from shouze.rules.use import Actor
from shouze.wiring import Installation
from shouze.wiring import intake as wired
from shouze.wiring.memory import settle_memory

_DRAWN_EVERY = 0.2
_ALONE = 10
"""Chunks of a source that are checked before another process helps."""
_TO_DECIDE = ("rejected", "duplicate", "conflict", "refused")


@dataclass(frozen=True)
class Order:
    """What the command line says."""

    place: str
    map_file: Path
    account: str
    dry_run: bool
    rejects: Path | None
    workers: int | None
    as_json: bool


@command(
    "接收另一系统中的用户。SOURCE 是 CSV、TSV、XLSX、Parquet 文件、数据库地址，或 env:变量名（变量中存放地址）。"
    "可随时 Ctrl-C 停止，再次执行同一命令即续传；完成后再次执行则更新。",
    "Take over the users of another system. SOURCE is a CSV, TSV, XLSX or Parquet file, a database's URL, or env:NAME "
    "for a URL kept in a variable. Ctrl-C stops it, the same command goes on; once it is finished, it updates.",
    name="import",
)
@click.argument("source")
@option("--map", "map_file", type=click.Path(path_type=Path), required=True, zh="映射文件", en="the file of the map")
@option(
    "--suggest", "suggests", is_flag=True, zh="据表头和样本写出映射文件", en="write the map from headers and samples"
)
@option("--service", zh="建议映射时的业务", en="the service to suggest a map for")
@option("--table", zh="建议映射时的表或工作表", en="the table or sheet to suggest a map for")
@option(
    "--as", "account", zh="以哪个服务账号收集（默认 cli:系统用户）", en="the service account that collects (cli:USER)"
)
@option("--dry-run", is_flag=True, zh="只检查，不收进", en="check everything, take nothing in")
@option("--rejects", type=click.Path(path_type=Path), zh="不合格行写入此文件", en="the file for rejected rows")
@option(
    "--workers", type=click.IntRange(0, 64), zh="用几个进程检查（默认：有第二个处理器且行数多时为 1）",
    en="processes that check rows (one where there is a second processor, and many rows)",
)  # fmt: skip
@option("--json", "as_json", is_flag=True, zh="以 JSON 输出", en="print JSON")
@click.pass_context
def import_(
    ctx: click.Context, source: str, map_file: Path, suggests: bool, service: str | None, table: str | None,
    account: str | None, dry_run: bool, rejects: Path | None, workers: int | None, as_json: bool,
) -> None:  # fmt: skip
    """Suggest, or import and tell."""
    terminal: Terminal = ctx.obj
    if suggests:
        _suggest(terminal, source, map_file, service, table)
        return
    order = Order(source, map_file, account or terminal.by, dry_run, rejects, workers, as_json)
    content = read_input(map_file)
    found, lines = read_map(content)
    with open_source(source, found.source) as opened:
        tally, whole = at_work(
            terminal, lambda installation: _import(terminal, installation, order, found, lines, opened)
        )
    _tell(terminal, order, tally, whole)
    if not whole or any(tally.outcomes.get(kind) for kind in _TO_DECIDE):
        ctx.exit(FAILED)


def _suggest(terminal: Terminal, source: str, map_file: Path, service: str | None, table: str | None) -> None:
    if map_file.exists():
        remedy = Text("换一个文件名", "Give another name")
        raise ConflictError(Text("文件已存在", "The file exists already"), field=str(map_file), remedy=remedy)
    place = Place(table=table) if is_url(source) or source.startswith("env:") else Place(sheet=table)
    with open_source(source, place) as opened:

        async def act(installation: Installation) -> str:
            titles = {item: row.text for item, row in installation.statutes.items.items()}
            return suggest(opened, installation.door.room.policy, titles, place, terminal.language, service)

        text = at_work(terminal, act)
    map_file.write_text(text, encoding="utf-8")
    terminal.say(f"已写出 {map_file}，请核对后导入", f"{map_file} is written: check it, then import")


async def _import(
    terminal: Terminal, opened: Installation, order: Order, found: ImportMap, lines: Lines, source: Source
) -> tuple[Tally, bool]:
    policy, now = opened.door.room.policy, opened.clock.now()
    rule = check_map(found, lines, policy, source.header)
    _check_account(policy, order.account)
    checker = Checker(found, rule, source.header, now)
    over, tally = None, Tally()
    settle_memory()
    if not order.dry_run:
        over, tally = await _hand_over(terminal, opened, order, found, source)
    rejects, report = _beside(order, tally, source, dry=order.dry_run)
    gauge = Gauge(terminal, tally.rows)
    with _interruptible() as stopped, contextlib.ExitStack() as stack:
        for each in (rejects, report):
            stack.callback(each.close if each else lambda: None)
        under_way = Import(
            source=source, checker=checker, tally=tally, rejects=rejects, report=report, over=over,
            keys=keys_of(found, lambda item: rule.items[item].identifier == "exclusive"),
            clock=opened.clock, entropy=opened.door.room.entropy,
            workers=min(1, (os.cpu_count() or 1) - 1) if order.workers is None else order.workers,
            alone=_ALONE if order.workers is None else 0, told=gauge.draw, stopped=stopped,
        )  # fmt: skip
        try:
            whole = await under_way.run()
        finally:
            gauge.end()
    return tally, whole


async def _hand_over(
    terminal: Terminal, opened: Installation, order: Order, found: ImportMap, source: Source
) -> tuple[HandingOver, Tally]:
    runs = wired.runs(opened)
    fresh = new_subject_id(opened.door.room.entropy(16))
    run = await runs.begin(digest_of(source, found), fresh, opened.clock.now())
    tally = Tally.read(run.body)
    if tally.row:
        terminal.note(f"续传：上次到第 {tally.row} 行", f"going on after row {tally.row}")
    if not tally.rejects:
        rejects = order.rejects or _named(order.place, source)
        tally.rejects = str(unused(rejects).absolute())
        tally.report = str(unused(_report_of(rejects)).absolute())
    visitor = Visitor(Actor("service", order.account, session=terminal.by))
    request = Request(
        service=found.service, purposes=found.purposes, items=tuple(found.items), action="collect",
        reason=f"import {run.id}",
    )  # fmt: skip
    return HandingOver(wired.taker(opened), runs, run, visitor, request, found.ask_within), tally


def _beside(order: Order, tally: Tally, source: Source, *, dry: bool) -> tuple[Beside | None, Beside | None]:
    header = (*REJECTED, *source.header)
    if not dry:
        report = Beside(Path(tally.report), LISTED, tally.report_size)
        return Beside(Path(tally.rejects), header, tally.rejects_size), report
    if order.rejects is None:
        return None, None
    rejects = unused(order.rejects)
    tally.rejects, tally.report = str(rejects), str(unused(_report_of(order.rejects)))
    return Beside(rejects, header), Beside(Path(tally.report), LISTED)


def _named(place: str, source: Source) -> Path:
    if is_url(place) or place.startswith("env:"):
        return Path(f"import-{source.identity[:8]}.rejected.csv")
    return Path(place).with_suffix(".rejected.csv")


def _report_of(rejects: Path) -> Path:
    return rejects.with_name(f"{rejects.name.removesuffix('.csv').removesuffix('.rejected')}.report.csv")


def _check_account(policy: Policy, account: str) -> None:
    if f"account:{account}" not in policy.grants:
        detail = Text(f"策略中没有服务账号 {account}", f"The policy has no service account {account}")
        remedy = Text("用 --as 指明已授权的账号", "Name an account with a grant by --as")
        raise InvalidError(detail, field="--as", remedy=remedy)


@contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """Let the first Ctrl-C stop after the batch; the second one ends at once."""
    asked: list[bool] = []
    loop = asyncio.get_running_loop()

    def stop() -> None:
        asked.append(True)
        loop.remove_signal_handler(signal.SIGINT)

    with contextlib.suppress(ValueError, RuntimeError):  # not the main thread: nobody sends it signals
        loop.add_signal_handler(signal.SIGINT, stop)
    try:
        yield lambda: bool(asked)
    finally:
        loop.remove_signal_handler(signal.SIGINT)


class Gauge:
    """Shows rows, rows per second and outcomes on a terminal; elsewhere nothing."""

    def __init__(self, terminal: Terminal, before: int) -> None:
        self._terminal = terminal
        self._before = before
        self._begun = self._drawn = time.monotonic()
        self._live = sys.stderr.isatty()

    def draw(self, tally: Tally) -> None:
        """Draw the line again, now and then."""
        now = time.monotonic()
        if not self._live or now - self._drawn < _DRAWN_EVERY:
            return
        self._drawn = now
        speed = (tally.rows - self._before) / max(now - self._begun, 0.001)
        counted = "  ".join(f"{self._terminal.show(OUTCOMES[kind])} {n:,}" for kind, n in tally.outcomes.items())
        rows = self._terminal.show(
            Text(f"{tally.rows:,} 行，{speed:,.0f} 行/秒", f"{tally.rows:,} rows, {speed:,.0f}/s")
        )
        click.echo(f"\r\x1b[2K  {rows}  {counted}", nl=False, err=True)

    def end(self) -> None:
        """Take the line away."""
        if self._live:
            click.echo("\r\x1b[2K", nl=False, err=True)


def _tell(terminal: Terminal, order: Order, tally: Tally, whole: bool) -> None:
    files = {name: path for name in ("rejects", "report") if (path := getattr(tally, name)) and Path(path).exists()}
    if order.as_json:
        reasons = [
            {"column": each.column, "reason": each.code, "rows": each.rows, "first": each.first}
            for each in tally.reasons.values()
        ]
        print_json({
            "finished": whole, "dry_run": order.dry_run, "rows": tally.rows, "last_row": tally.row,
            "outcomes": tally.outcomes, "to_ask": tally.to_ask, "reasons": reasons, **files,
        })  # fmt: skip
        return
    terminal.say(f"共 {tally.rows:,} 行", f"{tally.rows:,} rows")
    for kind, words in OUTCOMES.items():
        if count := tally.outcomes.get(kind):
            click.echo(f"  {terminal.show(words)}  {count:,}")
    _tell_reasons(terminal, tally)
    for purpose, count in sorted(tally.to_ask.items()):
        terminal.say(
            f"还须询问用户（目的 {purpose}）：{count:,} 人", f"still to be asked for {purpose}: {count:,} users"
        )
    if "rejects" in files:
        terminal.say(
            f"不合格的行：{files['rejects']}（含个人信息，仅属主可读；改正后可再导入）",
            f"rejected rows: {files['rejects']} (personal information, its owner's alone; mend it and import it)",
        )
    if "report" in files:
        terminal.say(f"须人工决定的行：{files['report']}", f"rows for a person to decide: {files['report']}")
    if not whole:
        terminal.say("已停止；执行同一命令即续传", "stopped: the same command goes on")


def _tell_reasons(terminal: Terminal, tally: Tally) -> None:
    rows = [
        (f"  {each.rows:,}", each.column or "-", terminal.show(words_for(each.code)),
         terminal.show(Text(f"首见于第 {each.first} 行", f"first in row {each.first}")))
        for each in sorted(tally.reasons.values(), key=lambda reason: -reason.rows)
    ]  # fmt: skip
    if rows:
        terminal.say("不合格的原因：", "why rows were rejected:")
        print_rows(rows)
