"""``shouze link``: this installation as a party to dispatches: its fingerprint, its key, and courier's files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from shouze.cli.failing import FAILED
from shouze.cli.opening import read_input, settings_of
from shouze.cli.terminal import Terminal
from shouze.cli.words import Group, command, option
from shouze.errors import InvalidError
from shouze.language import Text
from shouze.link.packet import Packet, write_courier


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
def _joined(terminal: Terminal) -> Iterator[Path]:
    """Set the registers up over this installation, with its key and without its door."""
    from shouze.registers.ports import GIVEN  # noqa: PLC0415 - Django loads where it is needed
    from shouze.wiring.desk import configure  # noqa: PLC0415 - see above
    from shouze.wiring.link import own_of, read_link_key  # noqa: PLC0415 - see above

    settings = settings_of(terminal)
    configure(terminal.home, settings, None, None)
    GIVEN.own = own_of(read_link_key(terminal.home), settings, "")
    from django.db import connection  # noqa: PLC0415 - see above

    try:
        yield terminal.home
    finally:
        connection.close()


@command(
    "显示本方的公文名称和密钥指纹，供对方核对。",
    "Show this party's name and the fingerprint of its key, for others to compare.", group=link,
)  # fmt: skip
@click.pass_obj
def identity(terminal: Terminal) -> None:
    """Print the name and the fingerprint."""
    from shouze.registers.ports import own  # noqa: PLC0415 - see above

    with _joined(terminal):
        click.echo(own().party)
        click.echo(own().key.public.fingerprint)


@command(
    "写出给某方的自我介绍，由信使带去；对方用 shouze link import 接收。",
    "Write this party's introduction to another as a file; there shouze link import takes it.", group=link,
)  # fmt: skip
@click.argument("party")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def introduce(terminal: Terminal, party: str, file: Path) -> None:
    """PARTY is the other's name, as its shouze link identity prints it."""
    from shouze.registers.peers.introducing import introduction  # noqa: PLC0415 - see above

    with _joined(terminal):
        file.write_bytes(b"".join(write_courier([Packet(introduction(party))])))
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
    with _joined(terminal):
        from shouze.registers.dispatches.models import DispatchRow  # noqa: PLC0415 - see above
        from shouze.registers.dispatches.posting import packet_of  # noqa: PLC0415 - see above

        rows = DispatchRow.objects.filter(peer__party=party, state="waiting").order_by("id")
        count = 0
        with file.open("wb") as out:
            for line in write_courier(packet_of(row) for row in rows.iterator(chunk_size=50)):
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
    with _joined(terminal):
        from shouze.link.refusing import RejectedError  # noqa: PLC0415 - see above
        from shouze.registers.dispatches.courier import bring  # noqa: PLC0415 - see above

        back, refused = [], 0
        for number, line in enumerate(lines, 1):
            try:
                receipt = bring(line)
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
    with _joined(terminal) as home:
        from shouze.registers.peers.renewing import announce  # noqa: PLC0415 - see above
        from shouze.wiring.link import replace_link_key  # noqa: PLC0415 - see above

        key, told = announce()
        replace_link_key(home, key)
    terminal.say(f"已通知 {told} 个往来单位；新指纹 {key.public.fingerprint}",
                 f"{told} peers are told; the new fingerprint is {key.public.fingerprint}")  # fmt: skip
