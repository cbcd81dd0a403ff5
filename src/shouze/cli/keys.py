"""``shouze keys``: the epochs of the key ring."""

from __future__ import annotations

import click

from shouze.cli.opening import at_work, settings_of
from shouze.cli.terminal import Terminal
from shouze.cli.words import Group, command
from shouze.journal.record import Record
from shouze.language import Text
from shouze.ledger.entry import Draft, Verdict, What, Where, Who
from shouze.vault.key_file import FileKeyRing
from shouze.wiring import Installation
from shouze.wiring.preparing import KEY_RING


@click.group(cls=Group, words=Text("密钥环的各期密钥。", "The epochs of the key ring."))
def keys() -> None:
    """Gather the commands of the key ring."""


@command(
    "启用新一期密钥；此后的密钥用它封装，旧各期仍可开启。",
    "Begin a new epoch: keys made from now on are wrapped under it, and older epochs still open.",
    name="rotate", group=keys,
)  # fmt: skip
@click.pass_obj
def rotate(terminal: Terminal) -> None:
    """Add an epoch, recorded; running gateways take it up when they first meet it or start again."""

    async def act(opened: Installation) -> int:
        draft = Draft(Who("staff", terminal.by), Where(), What("rotate-keys", (), (), 0), Verdict("permitted"))
        await opened.journal.record(Record(draft))
        return opened.ring.add_epoch(opened.clock.now())

    epoch = at_work(terminal, act)
    terminal.say(f"当前为第 {epoch} 期", f"epoch {epoch} is current")


@command(
    "列出各期密钥的编号，不显示密钥。", "List the numbers of the epochs; no key is shown.", name="list", group=keys
)
@click.pass_obj
def show(terminal: Terminal) -> None:
    """List the epochs."""
    settings_of(terminal)
    ring = FileKeyRing.open(terminal.home / KEY_RING)
    for epoch, made in ring.epochs().items():
        current = Text("（当前）", " (current)") if epoch == ring.current_epoch() else Text("", "")
        terminal.say(f"第 {epoch} 期  {made.isoformat()}{current.zh}", f"epoch {epoch}  {made.isoformat()}{current.en}")
