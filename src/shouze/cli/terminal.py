"""Speaks to whoever sits at the terminal: lines, headings, progress, rows."""

from __future__ import annotations

import json
import os
import pwd
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import click

from shouze.chinatime import SHANGHAI
from shouze.language import Language, Text


@dataclass(frozen=True)
class Terminal:
    """Where a command runs: the reader's language and the installation's folder."""

    language: Language
    home: Path
    home_given: bool = False
    """``--home`` was written out, not taken from the environment or by default."""

    @property
    def by(self) -> str:
        """Return who acts, as records and registers name it: the system user."""
        try:
            return f"cli:{pwd.getpwuid(os.geteuid()).pw_name}"
        except KeyError:
            return f"cli:{os.geteuid()}"

    def say(self, zh: str, en: str) -> None:
        """Print a line for people on standard output."""
        click.echo(Text(zh, en).to(self.language))

    def note(self, zh: str, en: str) -> None:
        """Print a line for people on standard error, where standard output is for a program."""
        click.echo(Text(zh, en).to(self.language), err=True)

    def show(self, text: Text) -> str:
        """Return a text in the reader's language."""
        return text.to(self.language)


@dataclass
class Progress:
    """A line that counts up on a terminal; elsewhere nothing is printed until the end."""

    terminal: Terminal
    label: Text
    total: int | None = None
    done: int = 0
    _live: bool = field(default_factory=sys.stderr.isatty)

    def step(self, by: int = 1) -> None:
        """Count on; the line is drawn again now and then."""
        before, self.done = self.done // 100, self.done + by
        if self._live and before != self.done // 100:
            of = f" / {self.total:,}" if self.total else ""
            click.echo(f"\r  {self.terminal.show(self.label)} {self.done:,}{of}", nl=False, err=True)

    def end(self) -> None:
        """Take the line away: what is said next replaces it."""
        if self._live:
            click.echo("\r\x1b[2K", nl=False, err=True)


def shown_moment(moment: datetime) -> str:
    """Return a moment as people read it here: China's time with its offset, to the second, whatever the machine's."""
    return moment.astimezone(SHANGHAI).isoformat(timespec="seconds")


def print_json(content: object) -> None:
    """Print JSON with its characters as they are."""
    click.echo(json.dumps(content, ensure_ascii=False, indent=2))


def print_rows(rows: Iterable[Sequence[str]]) -> None:
    """Print columns; the last one is not padded."""
    listed = [tuple(row) for row in rows]
    widths = [max(map(_width, column)) for column in zip(*listed, strict=True)]
    for row in listed:
        padded = [cell + " " * (width - _width(cell)) for cell, width in zip(row[:-1], widths, strict=False)]
        click.echo("  ".join((*padded, row[-1])))


def _width(text: str) -> int:
    """Return how many columns a text takes: a Chinese character takes two."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)
