"""Tells the story at a terminal: chapters, plain lines, and what the door said."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

import click

from shouze.cli.terminal import Terminal
from shouze.errors import ShouzeError
from shouze.language import Text
from shouze.rules.citing import article_words, numeral
from shouze.rules.refusal import RefusedError

T = TypeVar("T")


class Teller:
    """Speaks one language; remembers which refusals it has told of."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.refusals: list[str] = []
        self._chapter = 0

    def chapter(self, zh: str, en: str) -> None:
        """Begin a chapter."""
        self._chapter += 1
        heading = Text(f"{numeral(str(self._chapter))}、{zh}", f"{self._chapter}. {en}")
        click.echo(f"\n{click.style(self.terminal.show(heading), bold=True, fg='cyan')}")

    def line(self, zh: str, en: str) -> None:
        """Tell one thing."""
        click.echo(f"  {self.terminal.show(Text(zh, en))}")

    def code(self, text: str) -> None:
        """Show what a program would read or write."""
        click.echo(click.style(f"    {text}", dim=True))

    async def permitted(self, zh: str, en: str, use: Awaitable[T]) -> T:
        """Tell of a use that the door permits."""
        answer = await use
        mark = click.style(self.terminal.show(Text("✓ 允许", "✓ permitted")), fg="green")
        click.echo(f"  {mark}  {self.terminal.show(Text(zh, en))}")
        return answer

    async def refused(self, code: str, zh: str, en: str, use: Awaitable[object]) -> None:
        """Tell of a use that the door refuses, with the code and the article it rests on."""
        try:
            await use
        except RefusedError as error:
            refusal = error.refusal
            if refusal.code != code:
                raise _otherwise(code) from error
        else:
            raise _otherwise(code)
        self.refusals.append(code)
        mark = click.style(self.terminal.show(Text("✗ 拒绝", "✗ refused")), fg="red")
        why = f"{self.terminal.show(article_words(refusal.article))}  {self.terminal.show(refusal.kind.title)}"
        click.echo(f"  {mark}  {self.terminal.show(Text(zh, en))}")
        click.echo(f"          {click.style(refusal.code, bold=True)}  {why}")


def _otherwise(code: str) -> ShouzeError:
    words = Text(f"演示没有按预期进行：应为 {code}", f"The story went otherwise: it should have been {code}")
    return ShouzeError(words)
