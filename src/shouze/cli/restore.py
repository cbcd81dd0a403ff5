"""``shouze restore``: put a backup back as a new installation."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from shouze.cli.opening import read_input
from shouze.cli.terminal import Progress, Terminal, print_json, shown_moment
from shouze.cli.words import command, option
from shouze.errors import InvalidError
from shouze.gateway.asking import SubjectRef
from shouze.language import Text
from shouze.settings import changed, load_settings
from shouze.store.copying.desk import DESK
from shouze.vault.armour import read_identities
from shouze.wiring.restore import Restored, Sources
from shouze.wiring.restore import restore as put_back

FOLDER = click.Path(path_type=Path)


@command(
    "把最新的备份恢复为新的安装：目录和数据库必须为空，要么全部完成，要么什么都不留下。已删除的不会恢复。",
    "Put the newest backup back as a new installation: folder and database have to be empty; all or nothing. What was "
    "erased stays erased.",
)
@option("--from", "values", type=FOLDER, required=True, zh="内容备份目录", en="folder with the values")
@option("--keys", type=FOLDER, required=True, zh="密钥备份目录", en="folder with the keys")
@option(
    "--identity", "identities", type=FOLDER, multiple=True, required=True, zh="age 私钥文件（可多次给出）",
    en="file with an age identity; may be given again",
)  # fmt: skip
@option(
    "--database",
    zh="恢复到 postgresql://…（默认依设置，否则为 SQLite）",
    en="restore into postgresql://… (or settings)",
)
@option("--keys-database", zh="密钥的另一数据库", en="another database for the keys")
@option(
    "--erased", type=FOLDER, zh="已知删除的用户，每行一个编号或 信息项=值",
    en="file of users known to be erased: an id or item=value on each line",
)  # fmt: skip
@option("--json", "as_json", is_flag=True, zh="以 JSON 输出", en="print JSON")
@click.pass_obj
def restore(
    terminal: Terminal,
    values: Path,
    keys: Path,
    identities: Sequence[Path],
    database: str | None,
    keys_database: str | None,
    erased: Path | None,
    as_json: bool,
) -> None:
    """Restore, and say what is not known."""
    settings = load_settings(terminal.home, os.environ)
    if database is not None:
        settings = changed(settings, database=database, keys_database=keys_database or "")
    opening = [each for file in identities for each in read_identities(read_input(file), str(file))]
    named = _read_names(erased) if erased else []
    progress = Progress(terminal, Text("行", "rows"))
    sources = Sources(values, keys, opening)
    done = put_back(terminal.home, settings, sources, terminal.by, erased=named, step=progress.step)
    progress.end()
    if as_json:
        print_json(_plain(done))
        return
    _tell(terminal, done)


def _read_names(file: Path) -> list[SubjectRef]:
    """Return the subjects of a file; InvalidError names the line, never what is in it."""
    found = []
    for number, line in enumerate(read_input(file).decode("utf-8-sig", errors="replace").splitlines(), 1):
        item, is_pair, value = line.strip().partition("=")
        if not item:
            continue
        form = {"identifiers": {item.strip(): value.strip()}} if is_pair else {"id": item}
        try:
            found.append(msgspec.convert(form, SubjectRef))
        except msgspec.ValidationError:
            remedy = Text("每行写一个用户编号，或 信息项=值", "Write a user's id or item=value on each line")
            detail = Text("无法读取", "It cannot be read")
            raise InvalidError(detail, field=str(file), line=number, remedy=remedy) from None
    return found


def _tell(terminal: Terminal, done: Restored) -> None:
    rows = sum(done.tables.values())
    terminal.say(
        f"已恢复 {rows:,} 行、{done.tables['custody.subject']:,} 个用户，截至 {shown_moment(done.made_at)}",
        f"restored {rows:,} rows, {done.tables['custody.subject']:,} users, as of {shown_moment(done.made_at)}",
    )
    terminal.say(
        f"日志以新名称 {done.origin} 继续，前 {done.size:,} 条即原日志 {done.former}",
        f"the log goes on as {done.origin}; its first {done.size:,} records are those of {done.former}",
    )
    terminal.say(
        f"按删除清单重新删除 {done.erased_again:,} 次变更（清单共 {done.listed:,} 条）",
        f"{done.erased_again:,} changes ended again what had been erased (of {done.listed:,} listed)",
    )
    if any(name.startswith(f"{DESK}.") for name in done.tables):
        terminal.say(
            "桌面已恢复：下次启动时更换其密钥，所有人重新登录",
            "the desk is back: it gets new keys at the next start, and all sign in anew",
        )
    for number in done.unknown:
        terminal.say(f"第 {number} 个名称没有对应的用户", f"name {number} is nobody's")
    terminal.note(
        f"无从知晓：{shown_moment(done.known_until)} 之后的删除和撤回。查明后以 shouze restore --erased 重新恢复，"
        "或逐一办理",
        f"not known: what was erased or withdrawn after {shown_moment(done.known_until)}. Find out, and restore "
        "again with --erased or do it one by one",
    )


def _plain(done: Restored) -> dict[str, object]:
    return {
        "run": done.run, "made_at": done.made_at.isoformat(), "known_until": done.known_until.isoformat(),
        "former": done.former, "origin": done.origin, "size": done.size, "tables": done.tables,
        "listed": done.listed, "erased_again": done.erased_again, "unknown": done.unknown,
    }  # fmt: skip
