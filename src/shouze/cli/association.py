"""``shouze association``: the installation of an industry association, which is nobody's supervisor."""

from __future__ import annotations

import os
from dataclasses import replace

import click

from shouze.cli.authority import found
from shouze.cli.terminal import Terminal
from shouze.cli.up import run_everything
from shouze.cli.words import Group, command, option
from shouze.language import Text
from shouze.settings import load_settings

FOLDER = "shouze-association"
PORT = 8440


@click.group(
    cls=Group,
    words=Text(
        "行业协会的安装：自有目录、数据库、密钥、日志和人员，会员的材料不在监管者处。",
        "An industry association's installation: a folder, tables, keys, log and people of its own, so that its "
        "members' papers do not lie with their supervisor.",
    ),
)
@click.pass_context
def association(ctx: click.Context) -> None:
    """Find the association's folder: the one named, else one beside the operator's."""
    terminal: Terminal = ctx.obj
    if not terminal.home_given and "SHOUZE_HOME" not in os.environ:
        ctx.obj = replace(terminal, home=terminal.home.with_name(FOLDER))


@command(
    "运行协会的全部：补齐缺少的内容，然后提供服务，直到收到停止信号。",
    "Run the whole of an association: create what is missing, then serve until told to stop.",
    group=association,
)
@option("--port", type=click.IntRange(0, 65535), zh="端口（默认 8440，0 为任选）", en="port (8440; 0 takes a free one)")
@option("--host", zh="监听地址（默认 127.0.0.1）", en="address to listen on (127.0.0.1)")
@option("--public", is_flag=True, zh="允许其他机器访问", en="let other machines reach it")
@click.pass_obj
def up(terminal: Terminal, port: int | None, host: str | None, public: bool) -> None:
    """Say whose installation this is, then do as the operator's does."""
    found(terminal.home, "association")
    settings = load_settings(terminal.home, os.environ)
    run_everything(terminal, settings, host, PORT if port is None else port, public=public)
