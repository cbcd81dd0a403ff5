"""``shouze witness``: cosign the checkpoints of other installations' logs, over HTTP or by courier."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import click

from shouze.api.serving import server
from shouze.api.witness import create_witness
from shouze.cli.failing import FAILED
from shouze.cli.opening import read_input, settings_of
from shouze.cli.serving import at, listen, run, stopping, url_of
from shouze.cli.terminal import Terminal, print_rows
from shouze.cli.words import Group, command, option
from shouze.language import Text
from shouze.settings import Settings
from shouze.wiring.witness import (
    WitnessRoom,
    create_witness_key,
    open_witness,
    renew_witness_key,
    retire_witness_key,
)

T = TypeVar("T")
_PAGE = 256


@click.group(cls=Group, words=Text("见证其他安装的操作日志。", "Witness the logs of other installations."))
def witness() -> None:
    """Gather the commands of the witness."""


@command(
    "建立见证人的密钥，打印其公钥。", "Make the witness's key and print its public side.", name="create", group=witness
)
@click.argument("name")
@click.pass_obj
def create(terminal: Terminal, name: str) -> None:
    """NAME is a URL without scheme, such as authority.example/witness."""
    settings_of(terminal)
    click.echo(create_witness_key(terminal.home, name).vkey)


@command("打印见证人的公钥。", "Print the witness's public key.", name="vkey", group=witness)
@click.pass_obj
def vkey(terminal: Terminal) -> None:
    """Print the verifier key, for operators' settings."""

    async def act(room: WitnessRoom) -> str:
        return room.verifier.vkey

    click.echo(_with(terminal, act))


@command(
    "登记一个日志的公钥；须先经当面核对。",
    "Follow the log of a public key that two people have compared.",
    group=witness,
)
@click.argument("log_vkey")
@click.pass_obj
def follow(terminal: Terminal, log_vkey: str) -> None:
    """Begin to follow; again, it changes nothing."""
    origin = _with(terminal, lambda room: room.witness.follow(log_vkey))
    terminal.say(f"已登记 {origin}", f"{origin} is followed")


@command(
    "登记一个日志移交给的下一日志：信使带来移交证明（shouze log handover）。旧密钥已签署，无须再次核对。",
    "Follow the log that a followed one was handed over to, by the proof that a courier brings (shouze log handover). "
    "The old key signed it: nobody has to compare keys again.",
    name="succeed", group=witness,
)  # fmt: skip
@click.argument("proof", type=click.Path(path_type=Path))
@click.pass_context
def succeed(ctx: click.Context, proof: Path) -> None:
    """Judge as over HTTP; exit 0 only if the next log is followed now."""
    raw = read_input(proof)
    reply = _with(ctx.obj, lambda room: room.witness.add_successor(raw))
    click.echo(reply.body, nl=False)
    ctx.exit(0 if reply.status == 200 else FAILED)


@command(
    "换用新的密钥，打印其公钥。此后新旧密钥同时签名，直到各经营者都登记了新公钥，再运行 shouze witness retire。",
    "Take a new key and print its public side. Both keys sign until every operator has the new one: then run shouze "
    "witness retire.",
    name="renew", group=witness,
)  # fmt: skip
@click.pass_obj
def renew(terminal: Terminal) -> None:
    """Keep the former key beside the new one."""
    settings_of(terminal)
    click.echo(renew_witness_key(terminal.home).vkey)


@command("销毁前一密钥。", "Destroy the former key.", name="retire", group=witness)
@click.pass_obj
def retire(terminal: Terminal) -> None:
    """Let only the new key sign."""
    settings_of(terminal)
    retire_witness_key(terminal.home)
    terminal.say("前一密钥已销毁", "the former key is destroyed")


@command("列出所见证的日志。", "List the logs that are followed.", name="list", group=witness)
@click.pass_obj
def listing(terminal: Terminal) -> None:
    """Print a line for each."""
    followed = _with(terminal, lambda room: room.tables.all_followed())
    rows = [(each.origin, str(each.size), each.root.hex()) for each in followed]
    if rows:
        print_rows(rows)


@command(
    "签署信使带来的提交文件，打印答复。", "Answer a submission that a courier brings; print the answer.", group=witness
)
@click.argument("submission", type=click.Path(path_type=Path))
@click.pass_context
def answer(ctx: click.Context, submission: Path) -> None:
    """Judge as over HTTP; exit 0 only if it was cosigned."""
    raw = read_input(submission)
    reply = _with(ctx.obj, lambda room: room.witness.add_checkpoint(raw))
    click.echo(reply.body, nl=False)
    ctx.exit(0 if reply.status == 200 else FAILED)


@command(
    "把矛盾的提交写入目录，作为证据。", "Write submissions that contradict into a folder, as evidence.", group=witness
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.pass_obj
def evidence(terminal: Terminal, folder: Path) -> None:
    """Write each submission, and the checkpoint that was held when it came."""

    async def act(room: WitnessRoom) -> int:
        after, count = b"", 0
        while found := await room.tables.evidence(after, _PAGE):
            for each in found:
                name = each.digest.hex()
                await asyncio.to_thread((folder / f"{name}.submission").write_bytes, each.submission)
                await asyncio.to_thread((folder / f"{name}.held").write_text, each.held or "")
            after, count = found[-1].digest, count + len(found)
        return count

    settings_of(terminal)
    folder.mkdir(parents=True, exist_ok=True)
    count = _with(terminal, act)
    terminal.say(f"{count} 份证据写入 {folder}", f"{count} pieces of evidence in {folder}")


@command("以 HTTP 提供见证（C2SP tlog-witness）。", "Serve as a witness over HTTP (C2SP tlog-witness).", group=witness)
@option("--port", type=click.IntRange(0, 65535), zh="端口（默认 8420，0 为任选）", en="port (8420; 0 takes a free one)")
@option("--host", zh="监听地址（默认 127.0.0.1）", en="address to listen on (127.0.0.1)")
@option("--public", is_flag=True, zh="允许其他机器访问", en="let other machines reach it")
@click.pass_obj
def serve(terminal: Terminal, port: int | None, host: str | None, public: bool) -> None:
    """Answer until told to stop."""
    settings = settings_of(terminal)
    with listen(*at(settings, host, port), public=public) as listening:
        terminal.say(f"见证地址 {url_of(listening)}", f"witness at {url_of(listening)}")
        run(_serve(terminal, settings, listening), settings.log_level)


async def _serve(terminal: Terminal, settings: Settings, listening: socket.socket) -> None:
    async with stopping() as stop, open_witness(terminal.home, settings) as room:
        serving = server(create_witness(room.witness), settings)
        answering = asyncio.create_task(serving.serve(sockets=[listening]))
        waiting = asyncio.create_task(stop.wait())
        await asyncio.wait([answering, waiting], return_when=asyncio.FIRST_COMPLETED)
        serving.should_exit = True
        waiting.cancel()
        await answering


def _with(terminal: Terminal, act: Callable[[WitnessRoom], Awaitable[T]]) -> T:
    settings = settings_of(terminal)

    async def acted() -> T:
        async with open_witness(terminal.home, settings) as room:
            return await act(room)

    return asyncio.run(acted())
