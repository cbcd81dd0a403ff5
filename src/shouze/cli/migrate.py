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
from shouze.settings import load_settings


@command(
    "建立或升级表，补齐缺少的密钥文件。重复运行不改变任何内容。",
    "Make or upgrade the tables and make key files that are missing. Running it again changes nothing.",
)
@option(
    "--roles",
    is_flag=True,
    zh="建立并授权数据库角色（PostgreSQL）",
    en="make and grant the database roles",
)
@click.pass_obj
def migrate(terminal: Terminal, roles: bool) -> None:
    """Prepare the installation; on PostgreSQL, as the tables' owner."""
    settings = load_settings(terminal.home, os.environ)
    if roles and not settings.database:
        remedy = Text("仅用于 PostgreSQL", "It is for PostgreSQL only")
        raise InvalidError(Text("SQLite 没有角色", "SQLite has no roles"), field="--roles", remedy=remedy)
    for name in wiring.prepare(terminal.home, settings):
        terminal.say(f"已建立 {name}", f"created {name}")
    if roles:
        asyncio.run(wiring.grant_roles(settings))
        terminal.say("数据库角色已授权", "the database roles are granted")
    terminal.say(f"已是最新：{terminal.home}", f"up to date: {terminal.home}")
