"""``shouze keys``: the epochs and the index key of the key ring, and the clock of the erasure bound."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import click

from shouze.cli.opening import at_work, settings_of, with_stores
from shouze.cli.terminal import Progress, Terminal, print_json, shown_moment
from shouze.cli.words import Group, command, option
from shouze.gateway import reindexing as tagging
from shouze.gateway import rewrapping
from shouze.gateway.clock import SteadyClock
from shouze.gateway.rewrapping import Standing, Walk
from shouze.language import Text
from shouze.ledger.entry import Who
from shouze.store.opening import Stores
from shouze.store.rotation import StoredKeyTurning
from shouze.vault.key_file import FileKeyRing
from shouze.wiring import Installation
from shouze.wiring.preparing import KEY_RING
from shouze.wiring.rotation import reindexing, turning

EXCEEDED = 1
"""The exit code of ``status`` when something erased may be recoverable for longer than the bound."""


@click.group(cls=Group, words=Text("密钥环的各期密钥与删除时限。", "The epochs of the key ring and the erasure bound."))
def keys() -> None:
    """Gather the commands of the key ring."""


@command(
    "启用新一期密钥；此后的密钥用它封装，旧各期仍可开启。",
    "Begin a new epoch: keys made from now on are wrapped under it, and older epochs still open.",
    name="rotate", group=keys,
)  # fmt: skip
@click.pass_obj
def rotate(terminal: Terminal) -> None:
    """Add an epoch, recorded; running gateways take it up when they first meet it or within a minute."""

    async def act(opened: Installation) -> int:
        return await rewrapping.rotate(turning(opened, _who(terminal)))

    epoch = at_work(terminal, act)
    terminal.say(f"当前为第 {epoch} 期", f"epoch {epoch} is current")


@command(
    "把全部用户密钥改用当前一期封装；网关照常服务，可随时停止、重来。",
    "Wrap every subject key anew under the current epoch, while gateways serve; may be stopped and begun again.",
    name="rewrap", group=keys,
)  # fmt: skip
@click.pass_obj
def rewrap(terminal: Terminal) -> None:
    """Walk over the keys once, recorded."""
    progress = Progress(terminal, Text("已检查密钥", "keys looked at"))

    async def act(opened: Installation) -> Walk:
        return await rewrapping.rewrap(turning(opened, _who(terminal)), progress.step)

    walk = at_work(terminal, act)
    progress.end()
    terminal.say(
        f"检查 {walk.seen:,} 个密钥，改封 {walk.rewrapped:,} 个",
        f"{walk.seen:,} keys looked at, {walk.rewrapped:,} wrapped anew",
    )


@command(
    "销毁已不封装任何密钥的旧各期。先改封尚余的密钥，再等一分钟。",
    "Destroy the older epochs once they wrap no living key: what is left is wrapped anew first, then a minute passes.",
    name="retire", group=keys,
)  # fmt: skip
@option("--no-wait", is_flag=True, zh="不等待，告知何时再来", en="do not wait: say when to come again")
@click.pass_obj
def retire(terminal: Terminal, no_wait: bool) -> None:
    """Retire, recorded; what was found is kept, so that stopping here loses nothing."""
    progress = Progress(terminal, Text("已检查密钥", "keys looked at"))

    async def act(opened: Installation) -> datetime | None:
        keys = turning(opened, _who(terminal))
        return await _step_by_step(terminal, opened, lambda: rewrapping.retire(keys, progress.step), no_wait)

    again = at_work(terminal, act)
    progress.end()
    if again is None:
        terminal.say("只剩当前一期", "only the current epoch is left")
    else:
        terminal.say(f"旧各期可在 {shown_moment(again)} 之后销毁", f"come again after {shown_moment(again)}")


@command(
    "更换索引密钥：为每个标识另制标签，切换，再忘掉旧标签。会开启标识的值，并写入记录。可随时停止、重来。",
    "Replace the index key: tag every identifier anew, switch, forget the old tags. Opens the identifiers' values,"
    " recorded. May be stopped and begun again.",
    name="reindex", group=keys,
)  # fmt: skip
@option("--no-wait", is_flag=True, zh="不等待，告知何时再来", en="do not wait: say when to come again")
@click.pass_obj
def reindex(terminal: Terminal, no_wait: bool) -> None:
    """Go on where it was left, or begin; twice a minute passes for gateways to hear of it."""
    progress = Progress(terminal, Text("已检查标识", "identifiers looked at"))

    async def act(opened: Installation) -> datetime | None:
        work = reindexing(opened, _who(terminal))
        return await _step_by_step(terminal, opened, lambda: tagging.reindex(work, progress.step), no_wait)

    again = at_work(terminal, act)
    progress.end()
    if again is None:
        terminal.say(f"已更换，检查 {progress.done:,} 个标识", f"replaced; {progress.done:,} identifiers looked at")
    else:
        terminal.say(f"{shown_moment(again)} 之后再运行", f"come again after {shown_moment(again)}")


@command(
    "显示删除时限的时钟：何时之前删除的内容已不可恢复。超出时限则退出码为 1。",
    "Show the clock of the erasure bound: what was erased before when is beyond recovery. Exits 1 past the bound.",
    name="status", group=keys,
)  # fmt: skip
@option("--json", "as_json", is_flag=True, zh="输出 JSON", en="print JSON")
@click.pass_context
def status(ctx: click.Context, as_json: bool) -> None:
    """Show epochs, the keys under each, and the bound."""
    terminal: Terminal = ctx.obj
    bound = settings_of(terminal).erasure_bound_days
    ring, now = FileKeyRing.open(terminal.home / KEY_RING), SteadyClock().now()

    async def act(stores: Stores) -> Standing:
        keys = StoredKeyTurning(stores.databases["keys"])
        return await rewrapping.standing(ring, keys, timedelta(days=bound), now)

    found = with_stores(terminal, act)
    if as_json:
        print_json(_as_json(found, bound))
    else:
        _tell(terminal, found, bound, now)
    if found.exceeded:
        ctx.exit(EXCEEDED)


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
        at = shown_moment(made)
        terminal.say(f"第 {epoch} 期  {at}{current.zh}", f"epoch {epoch}  {at}{current.en}")


async def _step_by_step(
    terminal: Terminal, opened: Installation, step: Callable[[], Awaitable[datetime | None]], no_wait: bool
) -> datetime | None:
    """Take steps until none is left, waiting between them as each says; return when to come again."""
    while (again := await step()) is not None and not no_wait:
        terminal.note(f"等到 {shown_moment(again)}", f"waiting until {shown_moment(again)}")
        await asyncio.sleep(max(0.0, (again - opened.clock.now()).total_seconds()))
    return again


def _who(terminal: Terminal) -> Who:
    return Who("staff", terminal.by)


def _as_json(found: Standing, bound: int) -> dict[str, object]:
    return {
        "epochs": [
            {"epoch": epoch, "made_at": made.isoformat(), "keys": found.keys.get(epoch, 0)}
            for epoch, made in found.epochs.items()
        ],
        "current": found.current,
        "keys_of_no_epoch": _lost(found),
        "bound_days": bound,
        "beyond_recovery_before": found.beyond.isoformat(),
        "exceeded_at": found.late_at.isoformat(),
        "exceeded": found.exceeded,
    }


def _tell(terminal: Terminal, found: Standing, bound: int, now: datetime) -> None:
    for epoch, made in found.epochs.items():
        days, count = (now - made).days, found.keys.get(epoch, 0)
        current = Text("（当前）", " (current)") if epoch == found.current else Text("", "")
        terminal.say(
            f"第 {epoch} 期{current.zh}：{days} 天，封装 {count:,} 个密钥",
            f"epoch {epoch}{current.en}: {days} days old, wraps {count:,} keys",
        )
    if lost := _lost(found):
        terminal.say(f"{lost:,} 个密钥所属的一期已销毁，不可开启", f"{lost:,} keys of destroyed epochs open nothing")
    beyond = shown_moment(found.beyond)
    terminal.say(
        f"{beyond} 之前删除的内容已不可恢复（时限 {bound} 天）",
        f"what was erased before {beyond} is beyond recovery (the bound is {bound} days)",
    )
    if found.exceeded:
        late = shown_moment(found.late_at)
        terminal.say(
            f"已超出时限（{late}）：运行 shouze keys retire", f"past the bound ({late}): run shouze keys retire"
        )


def _lost(found: Standing) -> int:
    return sum(count for epoch, count in found.keys.items() if epoch not in found.epochs)
