"""``shouze migrate``: bring an installation to the present version."""

from __future__ import annotations

import asyncio
import os

import click

from shouze import wiring
from shouze.cli.terminal import Terminal
from shouze.cli.words import command, option
from shouze.errors import InvalidError
from shouze.language import Text
from shouze.settings import Settings, load_settings
from shouze.store import formats
from shouze.wiring.desk_tables import make_desk_on_server


@command(
    "建立或升级表，补齐缺少的密钥文件。中断后再次运行即继续；重复运行不改变任何内容。",
    "Make or upgrade the tables and make key files that are missing. Run again, it goes on where it was cut off; "
    "then it changes nothing.",
)
@option(
    "--roles",
    is_flag=True,
    zh="建立桌面的表，建立并授权数据库角色（PostgreSQL）",
    en="make the desk's tables, and make and grant the database roles (PostgreSQL)",
)
@option(
    "--finish",
    is_flag=True,
    zh="已无旧版本的网关运行：从此写入新的存储格式（PostgreSQL）",
    en="no gateway of an older release runs any more: write the new stored format from now on",
)
@click.pass_obj
def migrate(terminal: Terminal, roles: bool, finish: bool) -> None:
    """Prepare the installation; on PostgreSQL, as the tables' owner."""
    settings = load_settings(terminal.home, os.environ)
    for given, name in ((roles, "--roles"), (finish, "--finish")):
        if given and not settings.database:
            raise _for_servers(name)
    for name in wiring.prepare(terminal.home, settings, tell=lambda name: terminal.say(f"表 {name}", f"tables {name}")):
        terminal.say(f"已建立 {name}", f"created {name}")
    if roles:
        if make_desk_on_server(terminal.home, settings):
            terminal.say("桌面的表已是最新", "the desk's tables are up to date")
        asyncio.run(wiring.grant_roles(settings))
        terminal.say("数据库角色已授权", "the database roles are granted")
    if finish:
        wiring.finish(settings)
    _tell(terminal, settings)
    terminal.say(f"已是最新：{terminal.home}", f"up to date: {terminal.home}")


def _tell(terminal: Terminal, settings: Settings) -> None:
    """Say what is left to do, where something is, and which tables are newer than this program."""
    found, newest = wiring.look(terminal.home, settings), formats.KNOWN.newest
    for schema, revision in found.revisions.items():
        if revision > (known := formats.newest_revision(schema)):
            terminal.say(
                f"{schema} 的表（第 {revision} 版）比本程序（第 {known} 版）新，未作改动",
                f"the tables of {schema} (revision {revision}) are newer than this program ({known}): left as they are",
            )
    writes = found.stored.writes
    terminal.say(f"存储格式 {writes}", f"stored format {writes}")
    if writes < newest:
        terminal.say(
            f"全部网关换成新版本后，运行 shouze migrate --finish，改用格式 {newest}",
            f"once every gateway is of this release: shouze migrate --finish, to write format {newest}",
        )


def _for_servers(name: str) -> InvalidError:
    remedy = Text("仅用于 PostgreSQL", "It is for PostgreSQL only")
    return InvalidError(Text("SQLite 文件不需要", "SQLite files need none"), field=name, remedy=remedy)
