"""``shouze collect``: take in users from a CSV file, each row through the door."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import click

from shouze.cli.failing import FAILED, SERVER_ERROR
from shouze.cli.opening import at_work, read_input
from shouze.cli.table import CONSENT, Line, Rejects, Table
from shouze.cli.terminal import Progress, Terminal
from shouze.cli.words import command, option
from shouze.errors import InvalidError, ShouzeError
from shouze.gateway.asking import ConsentGiven, Request, Visitor
from shouze.gateway.door import Door
from shouze.language import Text
from shouze.rules.policy import Policy, ServiceRule
from shouze.rules.use import Actor
from shouze.wiring import Installation

AT_ONCE = 256
"""Rows under way at once: they share commits."""
REJECTED_SUFFIX = ".rejected.csv"


@dataclass(frozen=True)
class Intake:
    """What the command line says of every row."""

    service: str
    purposes: tuple[str, ...]
    act: str
    channel: str
    recipients: frozenset[str]
    account: str
    by: str

    def request(self, line: Line) -> Request:
        """Return the request for a row: the named purposes but for those that the row declines."""
        named = dict.fromkeys((*self.purposes, *(name for name, yes in line.consents.items() if yes)))
        return Request(service=self.service, purposes=tuple(name for name in named if line.consents.get(name, True)))

    def consents(self, rule: ServiceRule, request: Request, line: Line) -> tuple[ConsentGiven, ...]:
        """Return the user's consents to the request's purposes that rest on consent."""
        given = []
        for name in request.purposes:
            purpose = rule.purposes[name]
            items = line.values.keys() & purpose.items.keys()
            if purpose.law is None and items:
                given.append(
                    ConsentGiven(
                        purpose=name, version=rule.version, items=frozenset(items), act=self.act,
                        channel=self.channel, recipients=self.recipients & purpose.recipients.keys(),
                    )
                )  # fmt: skip
        return tuple(given)


@command(
    "从 CSV 文件收集用户信息。首行为信息项名称，可有 consent:目的 列（true/false）；被拒绝的行写入 文件.rejected.csv。",
    "Take in users from a CSV file. Its first line holds item ids and may hold consent:PURPOSE columns (true/false). "
    "Rejected rows go to FILE.rejected.csv.",
)
@click.argument("file", type=click.Path(path_type=Path))
@option("--service", required=True, zh="业务", en="the service")
@option("--purpose", "purposes", multiple=True, required=True, zh="目的（可重复）", en="a purpose (repeat for more)")
@option("--consent-act", required=True, zh="用户以何种行为表示同意", en="by which act the users consented")
@option("--channel", required=True, zh="同意的渠道", en="through which channel they consented")
@option("--recipient", "recipients", multiple=True, zh="同意的接收方（可重复）", en="a recipient consented to")
@option("--account", zh="以哪个服务账号收集（默认 cli:系统用户）", en="the service account that collects (cli:USER)")
@click.pass_context
def collect(
    ctx: click.Context, file: Path, service: str, purposes: tuple[str, ...], consent_act: str, channel: str,
    recipients: tuple[str, ...], account: str | None,
) -> None:  # fmt: skip
    """Read, collect, tell."""
    terminal: Terminal = ctx.obj
    by = terminal.by
    intake = Intake(service, purposes, consent_act, channel, frozenset(recipients), account or by, by)
    progress = Progress(terminal, Text("已读取", "read"))

    async def act(opened: Installation) -> int:
        with Table(file) as table, Rejects(file.with_suffix(REJECTED_SUFFIX), table.header) as rejects:
            _check(opened.door.room.policy, intake, table)
            await _collect_all(opened.door, intake, table, rejects, progress)
        return rejects.count

    _check_readable(file)
    rejected = at_work(terminal, act)
    progress.end()
    taken = progress.done - rejected
    terminal.say(f"收集 {taken} 行，拒绝 {rejected} 行", f"{taken} rows collected, {rejected} rejected")
    if rejected:
        beside = file.with_suffix(REJECTED_SUFFIX)
        terminal.say(f"被拒绝的行：{beside}", f"rejected rows: {beside}")
        ctx.exit(FAILED)


async def _collect_all(door: Door, intake: Intake, table: Table, rejects: Rejects, progress: Progress) -> None:
    """Collect every row; raises, after the rows under way, what kept the rest from being tried."""
    stopped: ShouzeError | None = None
    async for line, problem in _outcomes(door, intake, table):
        progress.step()
        if problem is not None:
            rejects.add(line, problem.field or "", problem.kind.code)
            stopped = problem if _stops(problem) else stopped
    if stopped is not None:
        raise stopped


async def _outcomes(door: Door, intake: Intake, table: Table) -> AsyncIterator[tuple[Line, ShouzeError | None]]:
    """Keep some rows under way and yield their outcomes in the order of the rows, up to the first that stops all."""
    under_way: deque[tuple[Line, asyncio.Task[ShouzeError | None]]] = deque()
    broken = None
    try:
        for line in table:
            under_way.append((line, asyncio.create_task(_outcome(door, intake, line))))
            if len(under_way) >= AT_ONCE:
                first, task = under_way.popleft()
                yield first, await task
                if _stops(task.result()):
                    break
    except InvalidError as problem:
        broken = problem
    for line, task in under_way:
        yield line, await task
    if broken is not None:
        raise broken


async def _outcome(door: Door, intake: Intake, line: Line) -> ShouzeError | None:
    try:
        await _collect(door, intake, line)
    except ShouzeError as problem:
        return problem
    return None


def _stops(problem: ShouzeError | None) -> bool:
    """Tell whether something does not answer, so that the next rows would fare no better."""
    return problem is not None and problem.kind.status >= SERVER_ERROR


async def _collect(door: Door, intake: Intake, line: Line) -> None:
    if line.broken is not None:
        raise InvalidError(field=line.broken)
    request = intake.request(line)
    rule = door.room.policy.services[intake.service]
    actor = Actor("service", intake.account, session=intake.by)
    await door.collect(Visitor(actor), request, line.values, intake.consents(rule, request, line))


def _check(policy: Policy, intake: Intake, table: Table) -> None:
    """Refuse what would go wrong in every row; InvalidError names the option or the column."""
    declare = Text("先用 shouze declare 公布", "Publish it with shouze declare first")
    rule = policy.services.get(intake.service)
    if rule is None:
        raise InvalidError(Text("没有公布这个业务", "No such service is declared"), field="--service", remedy=declare)
    for field, names, known in (
        ("--purpose", intake.purposes, rule.purposes.keys()),
        (CONSENT, table.purposes, rule.purposes.keys()),
        ("--recipient", intake.recipients, {name for each in rule.purposes.values() for name in each.recipients}),
        ("line 1", table.items, rule.items.keys()),
    ):
        for name in names:
            if name not in known:
                detail = Text("收集使用规则没有声明它", "The rules do not declare it")
                raise InvalidError(detail, field=f"{field} {name}", remedy=declare)
    if f"account:{intake.account}" not in policy.grants:
        detail = Text(f"策略中没有服务账号 {intake.account}", f"The policy has no service account {intake.account}")
        remedy = Text("用 --account 指明已授权的账号", "Name an account with a grant by --account")
        raise InvalidError(detail, field="--account", remedy=remedy)


def _check_readable(file: Path) -> None:
    try:
        with file.open("rb"):
            pass
    except OSError:
        read_input(file)
