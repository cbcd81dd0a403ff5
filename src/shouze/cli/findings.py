"""``shouze findings``: take what ``shouze scan`` wrote into the desk, to be judged there."""

from __future__ import annotations

from pathlib import Path

import click

from shouze.cli.opening import read_input, settings_of
from shouze.cli.terminal import Terminal
from shouze.cli.words import command
from shouze.wiring.findings import take_in_findings


@command(
    "把 shouze scan --inventory 或 --jsonl 写出的文件导入桌面，逐处判断。文件不含任何值。",
    "Take files that shouze scan --inventory or --jsonl wrote into the desk, to be judged there. They hold no values.",
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.pass_obj
def findings(terminal: Terminal, files: tuple[Path, ...]) -> None:
    """Take each file in, and say what came of it."""
    settings = settings_of(terminal)
    for path in files:
        told = take_in_findings(terminal.home, settings, path.name, read_input(path))
        terminal.say(
            f"{told.number} {path.name}：新发现 {told.fresh} 处，已知 {told.known} 处，须重新判断 {told.again} 处，"
            f"已不存在 {told.gone} 处",
            f"{told.number} {path.name}: {told.fresh} new, {told.known} known, {told.again} to be judged anew, "
            f"{told.gone} gone",
        )
