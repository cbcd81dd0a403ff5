"""Houses beside the operator's: whose a folder is, where it lies, and how such an installation is run."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, TypeVar

import click

from shouze.cli.terminal import Terminal
from shouze.cli.up import run_everything
from shouze.cli.words import option
from shouze.errors import ConflictError
from shouze.language import Text
from shouze.settings import FILE, load_settings

F = TypeVar("F", bound=Callable[..., Any])
House = Literal["authority", "association"]
"""Houses that a command of their own begins; a folder without a word of it is an operator's."""


def beside(terminal: Terminal, folder: str) -> Terminal:
    """Return the terminal over the folder that was named, else over one beside the operator's."""
    if terminal.home_given or "SHOUZE_HOME" in os.environ:
        return terminal
    return replace(terminal, home=terminal.home.with_name(folder))


def reached(port: int) -> Callable[[F], F]:
    """Return a decorator that asks where to listen; ``port`` is taken unless another is named."""

    def asked(run: F) -> F:
        shown = option("--public", is_flag=True, zh="允许其他机器访问", en="let other machines reach it")(run)
        shown = option("--host", zh="监听地址（默认 127.0.0.1）", en="address to listen on (127.0.0.1)")(shown)
        words = {"zh": f"端口（默认 {port}，0 为任选）", "en": f"port ({port}; 0 takes a free one)"}
        return option("--port", type=click.IntRange(0, 65535), default=port, **words)(shown)

    return asked


def run_house(terminal: Terminal, house: House, host: str | None, port: int, *, public: bool) -> None:
    """Say whose installation this is, then run the whole of it."""
    found(terminal.home, house)
    run_everything(terminal, load_settings(terminal.home, os.environ), host, port, public=public)


def found(home: Path, house: House) -> None:
    """Write down whose the folder is; ConflictError where it is of another house."""
    path = home / FILE
    if not path.exists():
        if home.exists() and any(home.iterdir()):
            raise conflict(home, house)
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text(f'house = "{house}"\n', encoding="utf-8")
    elif tomllib.loads(path.read_text(encoding="utf-8")).get("house") != house:
        raise conflict(home, house)


def conflict(home: Path, house: House) -> ConflictError:
    """Return the error that a folder is another house's."""
    detail = Text("此目录是另一种安装", "This folder is another kind of installation")
    remedy = Text(f"用 --home 指明另一目录，或在其 {FILE} 中写 house = \"{house}\"",
                  f'Name another folder with --home, or write house = "{house}" into its {FILE}')  # fmt: skip
    return ConflictError(detail, field=str(home), remedy=remedy)
