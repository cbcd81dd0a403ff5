"""``shouze link``: this installation as a party to dispatches: its fingerprint, its key, and courier's files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shouze.cli.failing import FAILED
from shouze.cli.log import keys_of
from shouze.cli.opening import read_input, settings_of
from shouze.cli.terminal import Terminal
from shouze.cli.words import Group, command, option
from shouze.errors import InvalidError
from shouze.language import Text
from shouze.link.packet import Packet, write_courier
from shouze.link.refusing import RejectedError
from shouze.wiring.desk import configure
from shouze.wiring.link import LINK_KEY, enrol_cosigner, enrol_link, read_cosigner, read_link_key, replace_link_key

if TYPE_CHECKING:
    from shouze.wiring.party import Party


@click.group(
    cls=Group,
    words=Text(
        "公文往来：本方的指纹和密钥，以及信使携带的文件。",
        "Dispatches: this party's fingerprint and key, and courier's files.",
    ),
)
def link() -> None:
    """Gather the commands."""


@contextmanager
def joined(terminal: Terminal) -> Iterator[Party]:
    """Set the registers up over this installation, with its key and without its door."""
    configured = configure(terminal.home, settings_of(terminal), None, None)
    configured.join_link(read_link_key(terminal.home), "", read_cosigner(terminal.home))
    with configured.connected():
        yield configured.party


@command(
    "在所有者的目录中生成公文密钥 link.key（已有则保留），供复制到桌面的目录。",
    "Make the key of dispatches, link.key, in the owner's folder, where there is none; copy it to the desk's folder.",
    group=link,
)
@click.pass_obj
def enrol(terminal: Terminal) -> None:
    """Make the key by which peers know this installation."""
    settings = settings_of(terminal)
    [log] = keys_of(terminal, None)[:1]
    enrol_cosigner(terminal.home, enrol_link(terminal.home, log), settings)
    path = terminal.home / LINK_KEY
    terminal.say(
        f"公文密钥在 {path}；复制到运行 shouze serve desk 的目录", f"{path}: copy it to the folder of shouze serve desk"
    )


@command(
    "显示本方的公文名称和密钥指纹，供对方核对。",
    "Show this party's name and the fingerprint of its key, for others to compare.", group=link,
)  # fmt: skip
@click.pass_obj
def identity(terminal: Terminal) -> None:
    """Print the name and the fingerprint."""
    with joined(terminal) as party:
        click.echo(party.own.party)
        click.echo(party.own.key.public.fingerprint)


@command(
    "写出给某方的自我介绍，由信使带去；对方用 shouze link import 接收。",
    "Write this party's introduction to another as a file; there shouze link import takes it.", group=link,
)  # fmt: skip
@click.argument("party")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def introduce(terminal: Terminal, party: str, file: Path) -> None:
    """PARTY is the other's name, as its shouze link identity prints it."""
    with joined(terminal) as mine:
        file.write_bytes(b"".join(write_courier([mine.introduction(party)])))
    terminal.say(f"已写出 {file}", f"{file} is written")


@command(
    "把待送达的公文写入文件，由信使带去。回执带回之前仍为待送达。",
    "Write the dispatches that wait into a file for a courier; they wait on until the receipts are back.",
    name="export", group=link,
)  # fmt: skip
@click.argument("party")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def export_(terminal: Terminal, party: str, file: Path) -> None:
    """Write a line for each, in their order."""
    count = 0
    with joined(terminal) as mine, file.open("wb") as out:
        for line in write_courier(mine.waiting(party)):
            out.write(line)
            count += 1
    terminal.say(f"{count} 份公文写入 {file}", f"{count} dispatches in {file}")


@command(
    "接收信使带来的公文和回执。--receipts 写出给对方的回执。有被拒绝的，退出码为 1。",
    "Take the dispatches and receipts that a courier brought; --receipts writes what goes back. Exit 1 if some were "
    "refused.", name="import", group=link,
)  # fmt: skip
@click.argument("file", type=click.Path(path_type=Path))
@option("--receipts", type=click.Path(path_type=Path), zh="写出回执的文件", en="the file for the receipts")
@click.pass_context
def import_(ctx: click.Context, file: Path, receipts: Path | None) -> None:
    """Take each line; refused ones are kept as evidence and told of."""
    terminal: Terminal = ctx.obj
    lines = [line for line in read_input(file).split(b"\n") if line]
    if not lines:
        raise InvalidError(Text("文件是空的", "The file is empty"), field=str(file))
    with joined(terminal) as mine:
        back, refused = [], 0
        for number, line in enumerate(lines, 1):
            try:
                receipt = mine.bring(line)
            except RejectedError as problem:
                refused += 1
                terminal.note(f"第 {number} 行：{problem.detail.zh}", f"line {number}: {problem.detail.en}")
            else:
                back += [Packet(receipt=receipt)] if receipt else []
    if receipts is not None:
        receipts.write_bytes(b"".join(write_courier(back)))
    terminal.say(
        f"接收 {len(lines) - refused} 份，拒绝 {refused} 份", f"{len(lines) - refused} taken, {refused} refused"
    )
    ctx.exit(FAILED if refused else 0)


@command(
    "更换本方密钥：以旧密钥签署的通知发给各往来单位。随后重新启动服务。",
    "Take a new key: a notice that the old one signs goes to every peer. Restart the server afterwards.", group=link,
)  # fmt: skip
@click.pass_obj
def renew(terminal: Terminal) -> None:
    """Post the notices, then put the new key in place."""
    with joined(terminal) as mine:
        key, told = mine.announce()
        replace_link_key(terminal.home, key)
    terminal.say(f"已通知 {told} 个往来单位；新指纹 {key.public.fingerprint}",
                 f"{told} peers are told; the new fingerprint is {key.public.fingerprint}")  # fmt: skip
