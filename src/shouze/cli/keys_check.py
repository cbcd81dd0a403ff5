"""``shouze keys check``: which keys the key ring opens, and whether the tables are marked as its own."""

from __future__ import annotations

import click

from shouze.cli.keys import keys
from shouze.cli.opening import at_work, settings_of, with_stores
from shouze.cli.terminal import Progress, Terminal
from shouze.cli.words import command, option
from shouze.errors import ConflictError
from shouze.journal.record import Record
from shouze.language import Text
from shouze.ledger.entry import Draft, Verdict, What, Where, Who
from shouze.store.driver import Schema
from shouze.store.opening import Stores
from shouze.vault.key_file import FileKeyRing
from shouze.wiring import Installation
from shouze.wiring.own_ring import Look, Marks, adopt_ring, check_adoptable, look_through, others_of, read_marks
from shouze.wiring.preparing import KEY_RING

__all__ = ["keys"]
DOUBTFUL = 1
"""The exit code where a key does not open, or tables are marked as another ring's."""
_TABLES: dict[Schema, Text] = {
    "keys": Text("密钥的表", "the tables of keys"), "custody": Text("用户的表", "the tables of users"),
}  # fmt: skip


@command(
    "逐一检查密钥环能否开启各用户密钥，表上的标记是否为此环；不改变任何内容。有不能开启的或标记不符则退出码为 1。",
    "Look whether the key ring opens every subject key, and whether the tables have its mark; nothing is changed. Exits"
    " 1 where a key does not open or a mark is another's.",
    name="check", group=keys,
)  # fmt: skip
@option(
    "--adopt", is_flag=True, zh="认定此环即这些表的密钥环，写入标记并记录（由表的所有者运行）",
    en="say that this is the ring of these tables: mark them, recorded (as their owner)",
)  # fmt: skip
@click.pass_context
def check(ctx: click.Context, adopt: bool) -> None:
    """Look at all keys while gateways serve; the ring's mark is written on the operator's word only."""
    terminal: Terminal = ctx.obj
    settings_of(terminal)
    ring = FileKeyRing.open(terminal.home / KEY_RING)
    progress = Progress(terminal, Text("已检查密钥", "keys looked at"))

    async def act(stores: Stores) -> tuple[Look, Marks]:
        look = await look_through(ring, stores.databases["keys"], progress.step)
        return look, await read_marks(stores.databases)

    look, marks = with_stores(terminal, act)
    progress.end()
    _tell_keys(terminal, look)
    _tell_marks(terminal, marks, ring)
    if adopt:
        check_adoptable(ring, look, marks)
        _adopt(terminal, look)
    elif not look.everything or others_of(ring, marks):
        _advise(terminal, look, marks, ring)
        ctx.exit(DOUBTFUL)


def _adopt(terminal: Terminal, look: Look) -> None:
    async def act(opened: Installation) -> None:
        what = What("adopt-key-ring", (), (), look.opened.total())
        await opened.journal.record(Record(Draft(Who("staff", terminal.by), Where(), what, Verdict("permitted"))))
        await adopt_ring(opened.ring, opened.stores.databases, look)

    at_work(terminal, act, checked=False)
    terminal.say("已标记：此环即这些表的密钥环", "marked: this is the key ring of these tables")


def _tell_keys(terminal: Terminal, look: Look) -> None:
    for epoch in sorted({*look.opened, *look.closed}):
        opened, closed = look.opened[epoch], look.closed[epoch]
        terminal.say(
            f"第 {epoch} 期：可开启 {opened:,} 个密钥，不能开启 {closed:,} 个",
            f"epoch {epoch}: {opened:,} keys open, {closed:,} do not",
        )
    for epoch, count in sorted(look.lost.items()):
        terminal.say(
            f"第 {epoch} 期：此环已无这一期，{count:,} 个密钥不能开启",
            f"epoch {epoch}: the ring has it no more, {count:,} keys do not open",
        )
    if not look.opened and look.everything:
        terminal.say("没有用户密钥", "there are no subject keys")


def _tell_marks(terminal: Terminal, marks: Marks, ring: FileKeyRing) -> None:
    others = others_of(ring, marks)
    for schema, mark in marks.items():
        tables = _TABLES[schema]
        if mark is None:
            terminal.say(f"{tables.zh}还没有标记", f"{tables.en} have no mark yet")
        elif schema in others:
            terminal.say(f"{tables.zh}标记的是别的密钥环", f"{tables.en} have the mark of another ring")
        else:
            terminal.say(f"{tables.zh}标记的是此环", f"{tables.en} have the mark of this ring")


def _advise(terminal: Terminal, look: Look, marks: Marks, ring: FileKeyRing) -> None:
    if not look.everything:
        terminal.say(
            "不能开启的密钥可能由别的密钥环封装、已损坏或所属一期已销毁",
            "keys that do not open may be another ring's, damaged, or of an epoch that is destroyed",
        )
    try:
        check_adoptable(ring, look, marks)
    except ConflictError as problem:
        terminal.say(problem.remedy.zh, problem.remedy.en)
    else:
        if others_of(ring, marks) or None in marks.values():
            terminal.say(
                "若此环确属该安装：shouze keys check --adopt",
                "if this ring is the installation's own: shouze keys check --adopt",
            )
