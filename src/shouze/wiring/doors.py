"""Opens the door of an installation by its URL, within the calling process."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from shouze.errors import InvalidError, NotFoundError
from shouze.gateway.door import Door
from shouze.gateway.synchronous import SynchronousDoor
from shouze.language import Text
from shouze.settings import Settings, changed, load_settings
from shouze.wiring.joining import installation, sequencing
from shouze.wiring.preparing import prepare


def place_of(url: str) -> tuple[Path, Settings]:
    """Return folder and settings for the URL of an installation.

    ``sqlite:///folder`` is the folder itself. ``postgresql://…`` needs the folder of key ring and signing key in the
    environment, as SHOUZE_HOME.
    """
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite" and rest.startswith("/") and len(rest) > 1:
        home = Path(rest[1:])  # as SQLAlchemy reads it: three slashes before a relative path, four before "/…"
        return home, load_settings(home, os.environ)
    if scheme in {"postgresql", "postgres"}:
        folder = os.environ.get("SHOUZE_HOME")
        if not folder:
            remedy = Text("设置环境变量 SHOUZE_HOME", "Set SHOUZE_HOME")
            raise NotFoundError(Text("没有说明密钥环所在的文件夹", "The key ring's folder is not named"), remedy=remedy)
        return Path(folder), changed(load_settings(Path(folder), os.environ), database=url)
    detail = Text("不认识的安装地址", "It is not the URL of an installation")
    raise InvalidError(
        detail, field="url", remedy=Text("用 sqlite:///文件夹 或 postgresql://…", "Use sqlite:///folder")
    )


@asynccontextmanager
async def open_door(url: str) -> AsyncIterator[Door]:
    """Open the door of the installation at ``url`` within this process, creating what is missing."""
    home, settings = place_of(url)
    prepare(home, settings)
    async with installation(home, settings, covered=True) as opened, sequencing(opened):
        yield opened.door


@contextmanager
def open_door_synchronously(url: str) -> Iterator[SynchronousDoor]:
    """Open the door for a program without an event loop."""
    with asyncio.Runner() as runner, contextlib.ExitStack() as stack:
        door = open_door(url)
        opened = runner.run(door.__aenter__())
        stack.callback(lambda: runner.run(door.__aexit__(None, None, None)))
        yield SynchronousDoor(opened, runner.run)
