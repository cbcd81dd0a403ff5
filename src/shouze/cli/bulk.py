"""``shouze bulk``: export, copy and destroy in bulk under another person's approval.

Whoever acts is known by the token in SHOUZE_TOKEN or ``--token-file``: asking and approving take two people's.
"""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from shouze.api.identity import Identity
from shouze.cli.bulk_telling import plain, state_of, tell, tell_all, tell_traced
from shouze.cli.failing import FAILED
from shouze.cli.opening import at_work, read_input
from shouze.cli.terminal import Progress, Terminal, print_json
from shouze.cli.words import Group, command, option
from shouze.errors import InvalidError, UnauthenticatedError
from shouze.gateway.asking import Visitor
from shouze.gateway.bulk.certificate import page
from shouze.gateway.bulk.office import Bulk
from shouze.gateway.bulk.request import Form, Job, Listed, Remarks
from shouze.language import Text
from shouze.rules.document import explain
from shouze.rules.use import Place
from shouze.wiring import Installation
from shouze.wiring.bulk import bulk_of

T = TypeVar("T")
TOKEN = "SHOUZE_TOKEN"  # noqa: S105 - the variable's name, no secret
ACTIONS, REACHES, FORMATS = ("export", "copy", "destroy"), ("users", "users-and-former", "listed"), ("csv", "ndjson")


@click.group(
    cls=Group, words=Text("批量导出、复制、销毁，须经他人批准。", "Bulk operations, approved by another person.")
)
@option(
    "--token-file",
    type=click.Path(path_type=Path),
    zh=f"令牌文件（否则用环境变量 {TOKEN}）",
    en=f"file with the token (or {TOKEN})",
)
@option("--site", zh="所在场所", en="the site you stand at")
@click.pass_context
def bulk(ctx: click.Context, token_file: Path | None, site: str | None) -> None:
    """Keep who acts and from where."""
    ctx.meta["shouze.token"] = read_input(token_file).decode().strip() if token_file else os.environ.get(TOKEN, "")
    ctx.meta["shouze.site"] = site


@command(
    "申请批量操作；须由另一人批准。",
    "Ask for a bulk operation; another person has to approve it.",
    name="request",
    group=bulk,
)
@option("--service", required=True, zh="业务", en="the service")
@option("--purpose", required=True, zh="目的", en="the purpose")
@option("--action", type=click.Choice(ACTIONS), required=True, zh="导出、复制或销毁", en="export, copy or destroy")
@option("--item", "items", multiple=True, required=True, zh="信息项（可重复）", en="an item (repeat for more)")
@option("--reach", type=click.Choice(REACHES), default="users", zh="范围", en="whom it is about (users)")
@option(
    "--subjects",
    type=click.Path(path_type=Path),
    zh="名单文件，首行为 id 或信息项",
    en="file that lists them; its first line is id or an item",
)
@option("--consented", zh="只含同意该目的者", en="only who has consented to this purpose")
@option("--volume", type=click.IntRange(1, 10**9), required=True, zh="最多用户数", en="the most subjects")
@option("--reason", required=True, zh="理由", en="the reason")
@option("--ticket", zh="工单", en="the ticket")
@option("--recipient", zh="接收方", en="who receives the result")
@option("--provided-to", zh="对外提供：已声明的接收方编号", en="provided to: the id of a declared recipient")
@option("--key", zh="接收方的 age 公钥", en="the recipient's age public key")
@option("--format", "kind", type=click.Choice(FORMATS), default="csv", zh="格式", en="format of the result (csv)")
@option(
    "--decide-days", type=click.IntRange(1, 30), default=3, zh="几日内审查（3）", en="days within which to decide (3)"
)
@option(
    "--keep-days", type=click.IntRange(1, 30), default=7, zh="批准后保存几日（7）", en="days that the result lives (7)"
)
@click.pass_obj
def request(terminal: Terminal, /, subjects: Path | None, **given: Any) -> None:
    """Take in a request."""
    listed = _listed(subjects) if subjects else None
    reach = "listed" if listed and given["reach"] == "users" else given["reach"]
    written = {
        "service": given["service"], "purpose": given["purpose"], "action": given["action"], "items": given["items"],
        "volume": given["volume"], "provided_to": given["provided_to"],
        "recipient_key": given["key"], "format": given["kind"],
        "scope": {"reach": reach, "consented": given["consented"]},
        "decide_days": given["decide_days"], "keep_days": given["keep_days"],
    }  # fmt: skip
    form = _converted(written, Form)
    remarks = _converted({name: given[name] for name in ("reason", "ticket", "recipient")}, Remarks)
    job = _acting(terminal, lambda office, visitor: office.request(visitor, form, remarks, listed))
    tell(terminal, job, remarks)
    terminal.say(
        f"下一步：另一人运行 shouze bulk approve {job.id}", f"next: somebody else runs shouze bulk approve {job.id}"
    )


@command(
    "批准他人的申请并公布批准。", "Approve another's request and publish the approval.", name="approve", group=bulk
)
@click.argument("request_id", metavar="ID")
@click.pass_obj
def approve(terminal: Terminal, request_id: str) -> None:
    """Approve."""
    tell(terminal, _acting(terminal, lambda office, visitor: office.approve(visitor, request_id)))


@command("拒绝他人的申请。", "Refuse another's request.", name="refuse", group=bulk)
@click.argument("request_id", metavar="ID")
@click.pass_obj
def refuse(terminal: Terminal, request_id: str) -> None:
    """Refuse."""
    tell(terminal, _acting(terminal, lambda office, visitor: office.refuse(visitor, request_id)))


@command(
    "列出与你有关的申请，最新的在前。", "List the requests that concern you, the newest first.", name="list", group=bulk
)
@click.pass_obj
def overview(terminal: Terminal) -> None:
    """List."""
    tell_all(terminal, _acting(terminal, lambda office, visitor: office.overview(visitor)))


@command("查看申请和进度。", "Show a request and its progress.", name="show", group=bulk)
@click.argument("request_id", metavar="ID")
@option("--json", "as_json", is_flag=True, zh="以 JSON 输出", en="print it as JSON")
@click.pass_obj
def show(terminal: Terminal, request_id: str, as_json: bool) -> None:
    """Show."""
    job, remarks = _acting(terminal, lambda office, visitor: office.show(visitor, request_id))
    if as_json:
        print_json({**plain(job), "remarks": plain(remarks)})
        return
    tell(terminal, job, remarks)


@command(
    "执行已批准的申请；中断后再次运行即从下一批继续。",
    "Run an approved request; run it again to go on after a stop.",
    name="run",
    group=bulk,
)
@click.argument("request_id", metavar="ID")
@click.pass_context
def run(ctx: click.Context, request_id: str) -> None:
    """Run to the end."""
    terminal: Terminal = ctx.obj
    progress = Progress(terminal, Text("已处理", "treated"))

    def watch(job: Job) -> None:
        progress.step(job.counts.seen - progress.done)

    job = _acting(terminal, lambda office, visitor: office.run(visitor, request_id, watch))
    progress.end()
    tell(terminal, job)
    if job.state != "done":
        terminal.note(f"没有完成：{state_of(terminal, job)}", f"it is not done: {state_of(terminal, job)}")
        ctx.exit(FAILED)


@command("停止执行；可再次运行。", "Stop a run; it may be run on.", name="stop", group=bulk)
@click.argument("request_id", metavar="ID")
@click.pass_obj
def stop(terminal: Terminal, request_id: str) -> None:
    """Stop."""
    tell(terminal, _acting(terminal, lambda office, visitor: office.stop(visitor, request_id)))


@command(
    "取得结果：一个 tar 归档，内为只有接收方私钥能打开的 age 文件。",
    "Fetch the result: a tar archive of age files that only the recipient's key opens.",
    name="fetch",
    group=bulk,
)
@click.argument("request_id", metavar="ID")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def fetch(terminal: Terminal, request_id: str, file: Path) -> None:
    """Fetch."""

    async def act(office: Bulk, visitor: Visitor) -> None:
        await _written(file, await office.fetch(visitor, request_id))

    _acting(terminal, act)
    terminal.say(f"已写入 {file}", f"written to {file}")


@command(
    "读入泄露的片段，指出它出自哪次导出。",
    "Read a leaked piece and name the export that it comes from.",
    name="trace",
    group=bulk,
)
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def trace(ctx: click.Context, file: Path) -> None:
    """Trace."""
    piece = read_input(file).decode(errors="replace")
    traced = _acting(ctx.obj, lambda office, visitor: office.trace(visitor, piece))
    tell_traced(ctx.obj, traced)
    if not traced:
        ctx.obj.say("没有找到标记", "no marks found")
        ctx.exit(FAILED)


@command(
    "取得销毁证明（JSON），可另写可打印的页面。",
    "Print the certificate of a destruction as JSON, or write it as a page.",
    name="certificate",
    group=bulk,
)
@click.argument("request_id", metavar="ID")
@option(
    "--page", "file", type=click.Path(path_type=Path), zh="写入可打印页面（HTML）", en="write a page to print (HTML)"
)
@click.pass_obj
def certificate(terminal: Terminal, request_id: str, file: Path | None) -> None:
    """Certify."""
    certified = _acting(terminal, lambda office, visitor: office.certificate(visitor, request_id))
    if file is None:
        print_json(plain(certified))
        return
    file.write_text(page(certified, terminal.language), encoding="utf-8")
    terminal.say(f"已写入 {file}", f"written to {file}")


def _acting(terminal: Terminal, act: Callable[[Bulk, Visitor], Awaitable[T]]) -> T:
    """Act as the bearer of the token; UnauthenticatedError where it is none that stands."""
    meta = click.get_current_context().meta

    async def acted(opened: Installation) -> T:
        identity = Identity(opened.door, opened.stores.custody.first_seen, time.monotonic)
        try:
            caller = await identity.caller(f"Bearer {meta['shouze.token']}")
            actor = await identity.actor(caller, None, b"")
        except UnauthenticatedError:
            remedy = Text(
                f"把你的令牌放入环境变量 {TOKEN} 或 --token-file", f"Put your token into {TOKEN} or --token-file"
            )
            raise UnauthenticatedError(field=TOKEN, remedy=remedy) from None
        return await act(bulk_of(opened), Visitor(actor, Place(meta["shouze.site"])))

    return at_work(terminal, acted)


def _listed(file: Path) -> Listed:
    """Return the subjects that a file lists, one a line under a line that says by what."""
    try:
        lines = [line.strip() for line in read_input(file).decode("utf-8-sig").splitlines()]
    except UnicodeDecodeError:
        raise InvalidError(Text("文件不是 UTF-8 编码", "The file is not UTF-8"), field=str(file)) from None
    values = [line for line in lines[1:] if line]
    if not lines or not values:
        remedy = Text("首行写 id 或信息项，其后每行一个", "Write id or an item first, then one a line")
        raise InvalidError(Text("名单是空的", "The list is empty"), field=str(file), remedy=remedy)
    return _converted({"by": lines[0], "values": values}, Listed)


def _converted(written: dict[str, Any], kind: type[T]) -> T:
    try:
        return msgspec.convert({name: value for name, value in written.items() if value is not None}, kind)
    except msgspec.ValidationError as problem:
        field, detail, remedy = explain(problem, kind)
        raise InvalidError(detail, field=field or None, remedy=remedy) from None


async def _written(file: Path, parts: AsyncIterator[bytes]) -> None:
    """Write the parts beside the file, then give it its name."""
    beside = file.with_name(f"{file.name}.part")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        async for part in parts:
            out.write(part)
    beside.replace(file)
