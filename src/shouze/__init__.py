"""Shouze: personal information behind one door.

``async with shouze.open(url) as door`` opens the door of an installation within this process, ``shouze.open_sync``
the same for programs without an event loop. The planes are then rooms, not walls: who runs the process can read all.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shouze.gateway.door import Door
    from shouze.gateway.synchronous import SynchronousDoor


def open(url: str) -> AbstractAsyncContextManager[Door]:  # noqa: A001 - ``shouze.open`` is what callers read
    """Open the door of the installation at ``url`` (``sqlite:///folder`` or ``postgresql://…``)."""
    from shouze.wiring import open_door  # noqa: PLC0415 - importing shouze loads nothing

    return open_door(url)


def open_sync(url: str) -> AbstractContextManager[SynchronousDoor]:
    """Open the same door for a program without an event loop."""
    from shouze.wiring import open_door_synchronously  # noqa: PLC0415 - importing shouze loads nothing

    return open_door_synchronously(url)
