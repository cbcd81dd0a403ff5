"""Opens the installation for one command, and closes it whatever happens."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from shouze import wiring
from shouze.cli.terminal import Terminal
from shouze.errors import InvalidError, NotFoundError, ShouzeError
from shouze.language import Text
from shouze.settings import Settings, load_settings
from shouze.store.opening import Stores

T = TypeVar("T")


def settings_of(terminal: Terminal) -> Settings:
    """Return the settings of the installation, which has to be there."""
    settings = load_settings(terminal.home, os.environ)
    if not wiring.is_prepared(terminal.home, settings):
        raise NotFoundError(
            Text("此目录没有守则的安装", "There is no installation in this folder"),
            field=str(terminal.home),
            remedy=Text(
                "先运行 shouze up 或 shouze migrate，或用 --home 指明目录", "Run shouze up or shouze migrate first"
            ),
        )
    return settings


def at_work(terminal: Terminal, act: Callable[[wiring.Installation], Awaitable[T]], *, checked: bool = True) -> T:
    """Open the installation, act, close it; in one folder, a checkpoint then covers what was recorded.

    ``checked``: the key ring has to be that of the tables.
    """
    settings = settings_of(terminal)
    return asyncio.run(_acted(terminal.home, settings, act, checked))


def with_stores(terminal: Terminal, act: Callable[[Stores], Awaitable[T]]) -> T:
    """Open the stores to read registers; nothing is recorded."""
    settings = settings_of(terminal)

    async def acted() -> T:
        stores = wiring.open_stores(terminal.home, settings)
        try:
            return await act(stores)
        finally:
            await stores.close()

    return asyncio.run(acted())


def read_input(path: Path) -> bytes:
    """Return the content of a file that the caller named; an error names it."""
    try:
        return path.read_bytes()
    except OSError as problem:
        missing = isinstance(problem, FileNotFoundError)
        detail = Text("文件不存在", "There is no such file") if missing else Text("无法读取", "It cannot be read")
        remedy = Text("核对文件名和权限", "Check its name and permissions")
        raise InvalidError(detail, field=str(path), remedy=remedy) from None


async def _acted(
    home: Path, settings: Settings, act: Callable[[wiring.Installation], Awaitable[T]], checked: bool
) -> T:
    async with wiring.installation(home, settings, covered=not settings.database, checked=checked) as opened:
        try:
            return await act(opened)
        except ShouzeError as error:
            problem = error
    raise problem
