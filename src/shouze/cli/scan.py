"""``shouze scan``: find personal information wherever it is kept, and compare it with what is declared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from shouze.cli.failing import FAILED
from shouze.cli.terminal import Terminal
from shouze.cli.words import command, option
from shouze.discovery.installed import extra

_AT_LEAST = 0.5


@command(
    "查找个人信息。SOURCE 是文件、目录、数据库地址（可写 env:变量名）或对象存储地址（s3:// 等）。不保存任何值，"
    "只留遮盖后的样本。有未申报且不在基线中的发现时，退出码为 1。",
    "Find personal information. SOURCE is a file, a folder, a database's URL (or env:NAME) or an object store's "
    "(s3:// …). No value is kept, only a masked sample. The exit code is 1 when something is found that is neither "
    "declared nor in the baseline.",
)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@option(
    "--depth",
    type=click.Choice(["schema", "sample", "whole"]),
    default="sample",
    zh="数据库读多少：只读结构、抽样、全部",
    en="how much of a database: its schema, a sample, the whole",
)
@option("--sample", type=click.IntRange(1), default=10_000, zh="每表抽样行数", en="rows of a sample")
@option("--rate", type=click.IntRange(0), default=0, zh="数据库每秒行数上限", en="rows a second at most")
@option("--timeout", type=click.IntRange(1), default=60, zh="每条查询的时限（秒）", en="seconds for one query")
@option("--schema", zh="数据库模式", en="the database's schema")
@option(
    "--detectors",
    "own",
    multiple=True,
    type=click.Path(path_type=Path),
    zh="自己的检测规则（TOML）",
    en="a TOML file of detectors of one's own",
)
@option("--jobs", type=click.IntRange(0, 256), zh="用几个进程（0：就在本进程）", en="processes (0: this one)")
@option(
    "--engine",
    type=click.Choice(["local", "spark"]),
    default="local",
    zh="在本机，或在自己的 Spark 集群上（文件和对象存储）",
    en="on this machine, or on your own Spark cluster (files and object stores)",
)
@option(
    "--master", metavar="URL", zh="Spark 主节点，例如 spark://主机:7077", en="Spark's master, such as spark://host:7077"
)
@option(
    "--archives",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    zh="随任务发送的 Python 环境（venv-pack 的 tar.gz）",
    en="a Python environment to send along (a tar.gz of venv-pack)",
)
@option("--conf", multiple=True, metavar="KEY=VALUE", zh="Spark 设置", en="a setting of Spark's")
@option("--at-least", type=click.FloatRange(0, 1), default=_AT_LEAST, zh="最低置信度", en="the least confidence told")
@option(
    "--jsonl",
    type=click.Path(path_type=Path),
    zh="每行一个发现的文件（- 为标准输出）",
    en="write one finding a line (- is standard output)",
)
@option("--sarif", type=click.Path(path_type=Path), zh="SARIF 文件", en="write SARIF")
@option("--html", type=click.Path(path_type=Path), zh="报告文件", en="write a report to read and print")
@option(
    "--inventory",
    type=click.Path(path_type=Path),
    zh="清单文件；已有则先比较再更新",
    en="the inventory's file: compared with, if there, then written",
)
@option(
    "--baseline",
    type=click.Path(path_type=Path),
    zh="基线清单：其中已有的不算新发现",
    en="an inventory: what it holds is not new",
)
@option("--resume", type=click.Path(path_type=Path), zh="续扫记录", en="a record to go on from")
@option("--places", type=click.Path(path_type=Path), zh="已申报的存放处（TOML）", en="the declared places (TOML)")
@option("--compare/--no-compare", default=None, zh="与本安装的申报比较", en="compare with what is declared here")
@option(
    "--match",
    "door",
    metavar="URL/SERVICE/PURPOSE",
    zh="向守则的门核对：其中约有多少用户（令牌在 SHOUZE_TOKEN）",
    en="ask a door about how many of its users are among what is found (token in SHOUZE_TOKEN)",
)
@option("--follow", is_flag=True, zh="跟随日志的新行，Ctrl-C 停止", en="follow logs as they grow, until Ctrl-C")
@click.pass_context
def scan(ctx: click.Context, /, **said: Any) -> None:
    """Scan, tell, and leave with a code for CI."""
    for library in ("numpy", "hyperscan", "re2"):
        extra(library)
    from shouze.cli.scan_running import order_of, run  # noqa: PLC0415 - it imports those libraries

    terminal: Terminal = ctx.obj
    if run(terminal, order_of(said)):
        ctx.exit(FAILED)
