"""Commands and options that explain themselves in the reader's language."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

from shouze.language import Language, Text, preferred

F = TypeVar("F", bound=Callable[..., Any])
_HEADINGS = {
    "Usage": Text("用法", "Usage"),
    "Options": Text("选项", "Options"),
    "Commands": Text("命令", "Commands"),
}


def spoken(ctx: click.Context | None = None) -> Language:
    """Return the language of ``--lang``, else of the locale (LC_ALL, then LANG), else Chinese."""
    ctx = ctx or click.get_current_context(silent=True)
    given = ctx.find_root().params.get("lang") if ctx else None
    return preferred(given or os.environ.get("LC_ALL") or os.environ.get("LANG"))


class Formatter(click.HelpFormatter):
    """Writes help with its headings in the reader's language."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line of usage."""
        super().write_usage(prog, args, prefix or _HEADINGS["Usage"].to(spoken()) + ": ")

    def write_heading(self, heading: str) -> None:
        """Write a heading."""
        super().write_heading(_HEADINGS[heading].to(spoken()) if heading in _HEADINGS else heading)


class Context(click.Context):
    """A context whose help is written by ``Formatter``."""

    formatter_class = Formatter


class _Explained(click.Command):
    """What commands and groups share: words in both languages."""

    context_class = Context

    def __init__(self, *args: Any, words: Text, **more: Any) -> None:
        self.words = words
        super().__init__(*args, **more)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the command's words in the reader's language."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(self.words.to(spoken(ctx)))

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002 - click's own signature
        """Return the first sentence."""
        return self.words.to(spoken()).split("。")[0].split(". ")[0].removesuffix(".")

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option that shows the help."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = Text("显示本说明", "Show this message").to(spoken(ctx))
        return option


class Command(_Explained):
    """A command whose help stands in both languages."""


class Group(_Explained, click.Group):
    """A group of commands whose help stands in both languages."""


class Option(click.Option):
    """An option whose help stands in both languages."""

    def __init__(self, *args: Any, words: Text, **more: Any) -> None:
        self.words = words
        super().__init__(*args, **more)

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return names and help in the reader's language."""
        self.help = self.words.to(spoken(ctx))
        return super().get_help_record(ctx)


def command(
    zh: str, en: str, *, name: str | None = None, group: click.Group | None = None
) -> Callable[[Callable[..., Any]], Command]:
    """Return a decorator that makes a command with these words, in the group where one is given."""

    def made(act: Callable[..., Any]) -> Command:
        found = click.command(name, cls=Command, words=Text(zh, en))(act)
        if group is not None:
            group.add_command(found)
        return found

    return made


def option(*names: str, zh: str, en: str, **more: Any) -> Callable[[F], F]:
    """Return a decorator that adds an option with these words."""
    return click.option(*names, cls=Option, words=Text(zh, en), **more)
