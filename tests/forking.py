"""Programs that a test kills, each forked from one that has loaded the code: loading it anew takes a second."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Callable, Coroutine
from multiprocessing import get_context
from pathlib import Path
from typing import Any

LOADED = ["tests.gateway.bulk.dying"]
PATIENCE = 300.0
"""Seconds that a program may take on a busy machine."""


def forked(main: Callable[..., Coroutine[Any, Any, None]], *arguments: object) -> tuple[int, str]:
    """Run ``main`` in a process of its own; return its exit code (below 0: what killed it) and what it wrote."""
    context = get_context("forkserver")
    context.set_forkserver_preload(LOADED)
    with tempfile.NamedTemporaryFile() as said:
        process = context.Process(target=_run, args=(said.name, main, arguments))
        process.start()
        process.join(PATIENCE)
        if process.exitcode is None:
            process.kill()
            process.join()
        code = process.exitcode
        process.close()
        assert code is not None
        return code, Path(said.name).read_text()


def _run(said: str, main: Callable[..., Coroutine[Any, Any, None]], arguments: tuple[object, ...]) -> None:
    written = os.open(said, os.O_WRONLY | os.O_APPEND)
    for standard in (1, 2):
        os.dup2(written, standard)
    asyncio.run(main(*arguments))
