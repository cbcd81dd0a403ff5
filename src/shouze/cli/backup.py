"""``shouze backup``: copy values and log to one place and keys to another, sealed; destroy what has expired."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from shouze.cli.opening import settings_of
from shouze.cli.terminal import Progress, Terminal, print_json
from shouze.cli.words import Group, command, option
from shouze.errors import InvalidError
from shouze.gateway.clock import SteadyClock
from shouze.language import Text
from shouze.sequencer.private_file import create
from shouze.store.copying.desk import DESK
from shouze.store.copying.shelf import Backup, Shelf
from shouze.vault.armour import fresh_pair
from shouze.vault.key_file import FileKeyRing
from shouze.wiring.backup import LETTERS, Aim, back_up, letters_key_left_out, list_erasures
from shouze.wiring.letters import LETTERS_KEY
from shouze.wiring.preparing import KEY_RING

FOLDER = click.Path(path_type=Path)


@click.group(
    cls=Group,
    invoke_without_command=True,
    words=Text(
        "加密备份：内容和日志放一处，密钥放另一处。不停止服务，写后整份读回核对；失败则不留下任何文件。",
        "Sealed backups: values and log to one place, keys to another, while serving. Each is read back in full; a run "
        "that fails leaves nothing.",
    ),
)
@option("--to", "values", type=FOLDER, zh="内容和日志的备份目录", en="folder for values and log")
@option("--keys", type=FOLDER, zh="密钥的备份目录（另一处）", en="folder for the keys: another place")
@option(
    "--recipient", multiple=True, zh="内容备份的 age 公钥（默认取设置）", en="age public key for values (or settings)"
)
@option(
    "--keys-recipient",
    multiple=True,
    zh="密钥备份的 age 公钥（默认取设置）",
    en="age public key for keys (or settings)",
)
@option(
    "--erasures", is_flag=True, zh="只写删除清单（很小，可每小时一次）", en="write the list of erasures only: often"
)
@option("--json", "as_json", is_flag=True, zh="以 JSON 输出", en="print JSON")
@click.pass_context
def backup(
    ctx: click.Context,
    values: Path | None,
    keys: Path | None,
    recipient: Sequence[str],
    keys_recipient: Sequence[str],
    erasures: bool,
    as_json: bool,
) -> None:
    """Back up, unless a subcommand is called."""
    if ctx.invoked_subcommand is not None:
        return
    terminal: Terminal = ctx.obj
    settings = settings_of(terminal)
    first = Aim(_named(values, "--to"), recipient or settings.backup_recipients.split())
    progress = Progress(terminal, Text("已备份行数", "rows"))
    if erasures:
        made = [list_erasures(terminal.home, settings, first, step=progress.step)]
    else:
        second = Aim(_named(keys, "--keys"), keys_recipient or settings.backup_keys_recipients.split())
        made = back_up(terminal.home, settings, first, second, step=progress.step)
    progress.end()
    _tell(terminal, made, as_json=as_json)
    if not (erasures or as_json) and all(DESK not in each.label.revisions for each in made):
        terminal.note("此处尚无桌面，备份中不含桌面", "there is no desk here: none is in the backup")
    if any(each.label.tables.get(LETTERS) for each in made) and not (terminal.home / LETTERS_KEY).exists():
        raise letters_key_left_out(terminal.home)


@command(
    "销毁已过期的备份和已被取代的删除清单。每个备份目录都要定期执行。",
    "Destroy backups that have expired, and lists that newer ones replace. Run it for every folder, regularly.",
    group=backup,
)
@click.argument("folder", type=FOLDER)
@option(
    "--retired", is_flag=True, zh="同时销毁含有已销毁期次密钥的备份（先做一次新备份）",
    en="also those that hold an epoch which was destroyed since: back up first",
)  # fmt: skip
@option("--json", "as_json", is_flag=True, zh="以 JSON 输出", en="print JSON")
@click.pass_obj
def prune(terminal: Terminal, folder: Path, retired: bool, as_json: bool) -> None:
    """Destroy files."""
    living = FileKeyRing.open(terminal.home / KEY_RING).epochs() if retired else None
    shelf = Shelf(folder)
    with shelf.alone():
        gone = shelf.prune(SteadyClock().now(), living)
    _tell(terminal, gone, as_json=as_json, zh="已销毁", en="destroyed")


@command(
    "生成一对 age 密钥：私钥写入文件，公钥打印出来。私钥不要放在本机。",
    "Make a pair for age: the identity goes into a file, the public key is printed. Keep the identity elsewhere.",
    group=backup,
)
@click.argument("file", type=FOLDER)
@click.pass_obj
def identity(terminal: Terminal, file: Path) -> None:
    """Write an identity as age-keygen does."""
    pair = fresh_pair()
    create(file, f"# public key: {pair.recipient}\n{pair.identity}\n".encode())
    terminal.note(
        f"私钥已写入 {file}：移到安全处，丢失则备份无法恢复",
        f"the identity is in {file}: move it to safety; without it no backup can be restored",
    )
    click.echo(pair.recipient)


def _named(folder: Path | None, field: str) -> Path:
    if folder is None:
        remedy = Text(f"用 {field} 指明备份目录", f"Name a folder with {field}")
        raise InvalidError(Text("没有说明备份目录", "No folder is named"), field=field, remedy=remedy)
    return folder


def _tell(
    terminal: Terminal,
    backups: Sequence[Backup],
    *,
    as_json: bool,
    zh: str = "已写入并核对",
    en: str = "written and read back",
) -> None:
    if as_json:
        print_json([{"path": str(each.path), **msgspec.to_builtins(each.label)} for each in backups])
        return
    for each in backups:
        rows = sum(each.label.tables.values())
        until = f"{each.label.expires_at:%Y-%m-%d %H:%M}Z"
        terminal.say(
            f"{zh} {each.path}（{rows:,} 行，{each.label.bytes:,} 字节，有效至 {until}）",
            f"{en} {each.path} ({rows:,} rows, {each.label.bytes:,} bytes, good until {until})",
        )
    if not backups:
        terminal.say("没有可销毁的备份", "nothing to destroy")
