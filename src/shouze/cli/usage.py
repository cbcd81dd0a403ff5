"""``shouze usage``: append records of use from lines of JSON; drop those whose retention has ended."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import IO

import click
import msgspec

from shouze.cli.failing import FAILED
from shouze.cli.opening import at_work, read_input
from shouze.cli.terminal import Progress, Terminal, print_json
from shouze.cli.words import Group, command, option
from shouze.errors import InvalidError
from shouze.gateway.asking import Visitor
from shouze.gateway.usage.asking import MOST, UsageAppended, UsageBatch, UsagePurged, UsageRecord
from shouze.language import Text
from shouze.rules.document import explain
from shouze.rules.use import Actor
from shouze.vault.framing import frame
from shouze.wiring import Installation

_BATCH = b"shouze/usage-lines/1"
_LONGEST = 1024 * 1024
"""Bytes of the longest line that is read."""


@click.group(
    cls=Group, words=Text("服务使用记录：时间、地点、会话、流量等。", "Records of use: time, place, session, traffic.")
)
def usage() -> None:
    """Gather the commands of records of use."""


@command(
    "追加服务使用记录：每行一条 JSON（subject 或 identifier、at、items）。FILE 为 - 时读标准输入。"
    "中断后重来，已追加的批次不会重复。",
    "Append records of use, one JSON object a line (subject or identifier, at, items); FILE may be -. "
    "Run again after it was cut off, it appends no batch twice.",
    name="append", group=usage,
)  # fmt: skip
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@option("--service", required=True, zh="业务", en="the service")
@option("--purpose", required=True, zh="目的", en="the purpose")
@option("--account", zh="以哪个服务账号（默认为当前系统用户）", en="as which account (by default the system user)")
@option("--batch", type=click.IntRange(1, MOST), default=MOST, zh="每批条数", en="records in a batch")
@click.pass_context
def append(ctx: click.Context, file: Path, service: str, purpose: str, account: str | None, batch: int) -> None:
    """Append batch by batch; what was refused is counted at the end."""
    terminal: Terminal = ctx.obj
    visitor = Visitor(Actor("service", account or terminal.by, session=terminal.by))
    progress, counts = Progress(terminal, Text("已读取", "read")), Counter[str]()

    async def act(opened: Installation) -> None:
        with ExitStack() as stack:
            lines = _numbered(_opened(file, stack))
            while some := list(islice(lines, batch)):
                records = tuple(_record(number, line) for number, line in some)
                name = opened.ring.lookup_mac(frame(_BATCH, service, purpose, *(line for _, line in some))).hex()
                given = UsageBatch(service=service, purpose=purpose, records=records, name=name)
                counts.update(_counted(await opened.door.append_usage(visitor, given)))
                progress.step(len(some))

    at_work(terminal, act)
    progress.end()
    appended, before = counts.pop("appended", 0), counts.pop("before", 0)
    terminal.say(f"追加 {appended} 条，此前已有 {before} 条", f"{appended} appended, {before} there before")
    for code, count in sorted(counts.items()):
        terminal.say(f"{code}：{count} 条未追加", f"{code}: {count} not appended")
    if counts:
        ctx.exit(FAILED)


@command(
    "清除保存期已满的服务使用记录（按十天一段整段删除），先写入操作记录。",
    "Drop records of use whose retention has ended, ten days at a time; recorded first.",
    name="purge", group=usage,
)  # fmt: skip
@click.pass_obj
def purge(terminal: Terminal) -> None:
    """Purge until nothing is left to do."""

    async def act(opened: Installation) -> UsagePurged:
        done = UsagePurged()
        while (more := await opened.door.purge_usage()) != UsagePurged():
            sums = (
                was + now for was, now in zip(msgspec.structs.astuple(done), msgspec.structs.astuple(more), strict=True)
            )
            done = UsagePurged(*sums)
        return done

    print_json(msgspec.structs.asdict(at_work(terminal, act)))


def _opened(file: Path, stack: ExitStack) -> IO[bytes]:
    if str(file) == "-":
        return sys.stdin.buffer
    try:
        return stack.enter_context(file.open("rb"))
    except OSError:
        read_input(file)
        raise


def _numbered(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not empty with their numbers; however long the file is, one line is in memory."""
    number = 0
    while line := stream.readline(_LONGEST + 1):
        number += 1
        if len(line) > _LONGEST:
            raise InvalidError(Text("行过长", "The line is too long"), line=number)
        if line.strip():
            yield number, line.strip()


def _record(number: int, line: bytes) -> UsageRecord:
    try:
        return msgspec.json.decode(line, type=UsageRecord)
    except msgspec.ValidationError as problem:
        field, detail, remedy = explain(problem)
        raise InvalidError(detail, field=field or None, line=number, remedy=remedy) from None
    except (ValueError, RecursionError):
        remedy = Text("每行写一个 JSON 对象", "Write one JSON object a line")
        raise InvalidError(Text("不是 JSON", "It is not JSON"), line=number, remedy=remedy) from None


def _counted(done: UsageAppended) -> dict[str, int]:
    unknown = {"subject-unknown": done.unknown} if done.unknown else {}
    return {"before" if done.replayed else "appended": done.appended, **done.refused, **unknown}
