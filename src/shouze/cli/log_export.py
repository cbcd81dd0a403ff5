"""``shouze log export``: a folder for an inspector, with the means to verify it."""

from __future__ import annotations

import os
import shutil
import tarfile
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from shouze import wiring
from shouze.cli import log_turn  # noqa: F401 - its commands and these make one group
from shouze.cli.log import log
from shouze.cli.log_records import check_subject, follow_index, kept_logs, moment_of
from shouze.cli.opening import at_work, settings_of
from shouze.cli.terminal import Terminal
from shouze.cli.words import command, option
from shouze.errors import ConflictError, InvalidError
from shouze.gateway.log_export import LogExport, note_export, open_fields
from shouze.language import Text
from shouze.ledger.disclosure import is_field
from shouze.ledger.entry import Leaf, Who
from shouze.sequencer import verifier_wheel
from shouze.sequencer.exporting import Order
from shouze.sequencer.exporting_logs import Kept, export_logs
from shouze.store.opening_reading import StoredOpenings
from shouze.vault.armour import read_recipients
from shouze.verifier.export import Asked, Manifest
from shouze.verifier.meter import Meter
from shouze.wiring import Installation

__all__ = ["log"]
SEALED = ".tar.age"


@command(
    "为检查人员导出记录及其证明、检查点、切片和核验程序；导出本身记入日志。再次运行则从中断处继续。",
    "Export records for an inspector, with proofs, checkpoint, tiles and the program that verifies them; the export is "
    "itself recorded. Run again after it was cut off, it goes on.",
    name="export", group=log,
)  # fmt: skip
@click.argument("folder", type=click.Path(path_type=Path))
@option("--for", "recipient", required=True, zh="交给谁（机关、人员）", en="who is given it (body, officer)")
@option("--reason", required=True, zh="依据（如检查通知书文号）", en="on what ground (the inspection's notice)")
@option("--since", zh="自某时（如 2026-11-01，北京时间）", en="from a moment on (UTC+8 without offset)")
@option("--until", zh="至某时之前", en="up to, not including, a moment")
@option("--actor", zh="行为人的编号", en="the id of whoever acted")
@option("--subject", zh="用户的编号（不是电话等标识）", en="a subject's id (no telephone or other identifier)")
@option("--item", zh="信息项", en="an item")
@option(
    "--openings", "fields", multiple=True, zh="开启的私密字段（可重复；默认不开启），如 subject、ticket",
    en="a private field to open (repeat for more; none by default), such as subject, ticket",
)  # fmt: skip
@option("--entries", is_flag=True, zh="附全部条目，可核验有无遗漏（条目载有员工）",
        en="with all entries, so that omissions show (they name staff)")  # fmt: skip
@option(
    "--wheels", type=click.Path(path_type=Path, exists=True, file_okay=False),
    zh="附核验程序所需的 wheel 文件（核对散列值）", en="folder with the wheels that the verifier needs, to go along",
)  # fmt: skip
@option(
    "--key", "keys", multiple=True, zh="接收方的 age 公钥（可重复）：只留加密文件",
    en="the recipient's age public key (repeat for more): only a sealed file is left",
)  # fmt: skip
@click.pass_obj
def export_log(
    terminal: Terminal, /, folder: Path, fields: tuple[str, ...], keys: tuple[str, ...], **given: Any
) -> None:
    """Record the export, then write it."""
    settings_of(terminal)
    check_subject(given["subject"])
    asked = Asked(given["actor"], given["item"], _at(given["since"]), _at(given["until"]), bool(given["subject"]))
    recipients = read_recipients(keys, "--key") if keys else []
    wheels = verifier_wheel.needed(given["wheels"]) if given["wheels"] else None
    _check(fields)
    if recipients and _sealed(folder).exists():
        raise ConflictError(Text("文件已存在", "The file is there already"), field=str(_sealed(folder)))
    names = tuple(name for name in ("since", "until", "actor", "item") if given[name])
    noted = LogExport(given["recipient"], given["reason"], names, fields, given["subject"])

    async def act(opened: Installation) -> list[Manifest]:
        receipt = await note_export(opened.door.room, Who("staff", terminal.by), noted)
        room = opened.door.room
        tags = room.tags_of(given["subject"], [*(room.policy.silences or {})]) if given["subject"] else ()
        recorded = f"{receipt.node}/{receipt.boot}/{receipt.nseq}"
        order = Order(
            asked, opened.clock.now(), recorded, tags[0] if tags else None, fields, given["entries"], wheels, tags[1:]
        )
        return await exported(terminal, opened, folder, order)

    manifests = at_work(terminal, act)
    if recipients:
        _seal(folder, recipients)
        folder = _sealed(folder)
    for made in manifests:
        log_name = made.vkey.partition("+")[0]
        terminal.say(
            f"已写出 {folder}：日志 {log_name} 的 {made.records} 条记录，检查点大小 {made.size}",
            f"{folder} is written: {made.records} records of the log {log_name}, checkpoint of size {made.size}",
        )
    terminal.say(f"此次导出的记录：{manifests[-1].recorded}", f"recorded as {manifests[-1].recorded}")


async def exported(terminal: Terminal, opened: Installation, folder: Path, order: Order) -> list[Manifest]:
    """Write the export that was noted, one folder a log."""
    openings = StoredOpenings(opened.stores.databases["log"])
    meter = Meter(terminal.language, Text("已导出", "exported"))

    async def opening(leaf: Leaf, hashed: bytes) -> tuple[tuple[str, ...], str]:
        return await open_fields(opened.door.room, openings, leaf, hashed, order.fields)

    async with wiring.open_log(terminal.home, opened.settings) as room:
        for name in [each.verifier.name for each in room.shards if each.stored.deleted is not None]:
            terminal.note(
                f"日志 {name} 已到保存期限，不在导出之内", f"the log {name} is past its retention: not exported"
            )
        for shard in (logs := kept_logs(room)):
            await follow_index(terminal, shard, subjects=order.tag is not None)
        kept = [Kept(each.stored, each.published, each.places, each.verifier) for each in logs]
        try:
            return await export_logs(kept, folder, order, opening, meter)
        finally:
            meter.end()


def _at(written: str | None) -> datetime | None:
    return moment_of(written) if written else None


def _check(fields: tuple[str, ...]) -> None:
    for name in fields:
        if not is_field(name):
            remedy = Text("如 subject、ticket、reason", "Such as subject, ticket, reason")
            raise InvalidError(Text("不是私密字段的名称", "It is no private field's name"), field="--openings",
                               remedy=remedy)  # fmt: skip


def _sealed(folder: Path) -> Path:
    return folder.with_name(folder.name + SEALED)


def _seal(folder: Path, recipients: list[str]) -> None:
    """Leave of the folder only an archive that the recipients' keys open (``age -d | tar -x``)."""
    from pyrage import encrypt_file, x25519  # noqa: PLC0415 - only sealed exports need it

    plain, fresh = folder.with_name(folder.name + ".tar"), _sealed(folder).with_suffix(".part")
    os.close(os.open(plain, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        with tarfile.open(plain, "w") as archive:
            archive.add(folder, folder.name)
        encrypt_file(str(plain), str(fresh), [x25519.Recipient.from_str(key) for key in recipients])
    finally:
        plain.unlink()
    os.sync()
    fresh.replace(_sealed(folder))
    os.sync()
    shutil.rmtree(folder)
