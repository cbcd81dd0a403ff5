"""The command line's entrance: finds the command, and says every error in one line.

A command's module is imported when the command is called; until then only its line in the table is known.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from keyword import iskeyword
from pathlib import Path
from typing import Any

import click

from shouze.cli.failing import WRONG, line_of, usage_line
from shouze.cli.terminal import Terminal
from shouze.cli.words import Group, option, spoken
from shouze.language import LANGUAGES, Text

_COMMANDS: dict[str, tuple[str, Text]] = {
    "demo": (
        "demo",
        Text("用虚构的经营者和用户演示全过程", "Play the whole on an invented operator and invented users"),
    ),
    "up": ("up", Text("在一个进程、一个目录中运行全部", "Run everything in one process and one folder")),
    "serve": ("serve", Text("分开运行网关或定序器（PostgreSQL）", "Run gateway or sequencer apart (PostgreSQL)")),
    "migrate": ("migrate", Text("建立或升级表，补齐缺少的文件", "Make or upgrade tables, and files that are missing")),
    "declare": ("declare", Text("公布收集使用规则", "Publish rules for collecting and using")),
    "policy": ("policy", Text("写入或查看策略", "Write policy entries, or show the policy")),
    "token": ("token", Text("签发、吊销、列出令牌", "Issue, revoke and list tokens")),
    "collect": ("collect", Text("从 CSV 文件收集用户信息", "Take in users from a CSV file")),
    "import": ("import_", Text("接收另一系统中的用户", "Take over the users of another system")),
    "scan": ("scan", Text("查找未申报的个人信息", "Find personal information that nobody declared")),
    "findings": ("findings", Text("把扫描结果导入桌面", "Take what a scan found into the desk")),
    "usage": ("usage", Text("追加、清除服务使用记录", "Append and purge records of use of the service")),
    "erase": ("erase", Text("删除到期内容", "Erase what has come to its end")),
    "bulk": ("bulk", Text("经他人批准的批量导出、复制、销毁", "Export, copy and destroy in bulk, approved by another")),
    "keys": ("keys_check", Text("检查、轮换、改封、销毁密钥，查看删除时限", "Check and turn keys; the erasure bound")),
    "backup": ("backup", Text("加密备份，密钥另放一处", "Sealed backups, keys apart; destroy expired ones")),
    "restore": ("restore", Text("从备份恢复为新的安装", "Put a backup back as a new installation")),
    "log": ("log_export", Text("核验、发布、查阅、导出操作日志", "Verify, publish, read and export the log")),
    "report": ("report", Text("制作报告：PDF 或数据", "Make reports: PDF or data")),
    "pack": ("pack", Text("制作、核验证据包", "Make and verify evidence packs")),
    "witness": ("witness", Text("见证其他安装的操作日志", "Witness the logs of other installations")),
    "duties": ("duties", Text("逐项回答第 24 号令的义务", "Where you stand in each duty of Order No. 24")),
    "authority": ("authority", Text("电信管理机构的安装", "A telecommunications authority's installation")),
    "association": ("association", Text("行业协会的安装", "An industry association's installation")),
    "link": ("link_openings", Text("公文往来：指纹、密钥、信使文件", "Dispatches: fingerprint, key, courier's files")),
    "items": ("statutes", Text("信息项清单", "The items of personal information")),
    "app-types": ("statutes", Text("应用类型及其必要信息", "Types of app and what is necessary for each")),
    "instruments": (
        "statutes",
        Text("相关法律、行政法规和其他文件", "The laws and other instruments beside the Order"),
    ),
    "errors": ("errors", Text("全部错误和拒绝代码", "Every error and refusal")),
}


class Program(Group):
    """The group of all commands."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own signature
        """Return the names in the order of use."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's own
        """Import the command's module and return the command, None when there is no such command."""
        if cmd_name not in _COMMANDS:
            return None
        attribute = cmd_name.replace("-", "_") + "_" * iskeyword(cmd_name)
        found: click.Command = getattr(import_module(f"shouze.cli.{_COMMANDS[cmd_name][0]}"), attribute)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        language = spoken(ctx)
        with formatter.section("Commands"):
            formatter.write_dl([(name, words.to(language)) for name, (_, words) in _COMMANDS.items()])

    def make_context(self, *args: Any, **more: Any) -> click.Context:
        """Read the global options."""
        with _told(None):
            return super().make_context(*args, **more)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with _told(ctx):
            return super().invoke(ctx)


@contextmanager
def _told(ctx: click.Context | None) -> Iterator[None]:
    """Say an error in one line in the reader's language, and leave with its code."""
    language = spoken(ctx)
    prefix = Text("错误：", "Error: ").to(language)
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        click.echo(prefix + usage_line(error, language), err=True)
        raise click.exceptions.Exit(WRONG) from None
    except Exception as error:  # what has words is told in them; the rest is raised
        told = line_of(error, language)
        if told is None:
            raise
        click.echo(prefix + told[0], err=True)
        raise click.exceptions.Exit(told[1]) from None


def _home() -> Path:
    folder = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(folder) / "shouze"


def _print_version(ctx: click.Context, _option: click.Parameter, value: bool) -> None:
    if value:
        click.echo(f"shouze {import_module('importlib.metadata').version('shouze')}")
        ctx.exit()


@click.group(
    cls=Program,
    words=Text(
        "守则：把第 24 号令作为软件运行，用户个人信息只从一扇门出入。",
        "Shouze runs Order No. 24 as software: users' personal information has one door.",
    ),
)
@option(
    "--lang",
    type=click.Choice(LANGUAGES),
    is_eager=True,
    zh="语言（默认依环境变量 LC_ALL、LANG）",
    en="language (by LC_ALL, LANG)",
)
@option(
    "--home", type=click.Path(path_type=Path), envvar="SHOUZE_HOME", zh="安装目录（环境变量 SHOUZE_HOME）",
    en="the installation's folder (or SHOUZE_HOME)",
)  # fmt: skip
@option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, zh="版本", en="version")
@click.pass_context
def main(ctx: click.Context, lang: str | None, home: Path | None) -> None:  # noqa: ARG001 - ``spoken`` reads ``lang``
    """Keep what every command needs to know."""
    if os.environ.get("NO_COLOR"):
        ctx.color = False
    given = ctx.get_parameter_source("home") is click.core.ParameterSource.COMMANDLINE
    ctx.obj = Terminal(spoken(ctx), (home or _home()).expanduser().absolute(), given)
