"""Follows logs on the terminal: a line for each finding as it comes."""

from __future__ import annotations

import signal
from pathlib import Path

import click
import msgspec

from shouze.cli.terminal import Terminal
from shouze.discovery.finding import Finding
from shouze.discovery.following import Followed, follow
from shouze.discovery.scanning import Scanner
from shouze.errors import NotFoundError
from shouze.language import Text


def follow_logs(terminal: Terminal, sources: tuple[str, ...], scanner: Scanner) -> None:
    """Print findings as JSON lines until SIGINT or SIGTERM."""
    for source in sources:
        if not Path(source).is_file():
            words = Text("只能跟随已有的文件", "Only files that exist can be followed")
            raise NotFoundError(words, field=source, remedy=Text("核对路径", "Check its path"))
    stopped: list[int] = []
    before = {number: signal.signal(number, lambda number, _frame: stopped.append(number))
              for number in (signal.SIGINT, signal.SIGTERM)}  # fmt: skip
    logs = [Followed(Path(source), Path(source).name) for source in sources]
    terminal.note("跟随中，Ctrl-C 停止", "Following; Ctrl-C stops it")
    try:
        for lines in follow(logs, lambda: bool(stopped)):
            for outcome in scanner.lines(lines.place, lines):
                if isinstance(outcome, Finding):
                    click.echo(msgspec.json.encode(outcome.row(terminal.language)))
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
