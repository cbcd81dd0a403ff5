"""``shouze association``: the installation of an industry association, which is nobody's supervisor."""

from __future__ import annotations

import click

from shouze.cli.houses import beside, reached, run_house
from shouze.cli.terminal import Terminal
from shouze.cli.words import Group, command
from shouze.language import Text

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
    ctx.obj = beside(ctx.obj, FOLDER)


@command(
    "运行协会的全部：补齐缺少的内容，然后提供服务，直到收到停止信号。",
    "Run the whole of an association: create what is missing, then serve until told to stop.",
    group=association,
)
@reached(PORT)
@click.pass_obj
def up(terminal: Terminal, port: int, host: str | None, public: bool) -> None:
    """Say whose installation this is, then do as the operator's does."""
    run_house(terminal, "association", host, port, public=public)
