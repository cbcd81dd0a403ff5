"""The disk beneath a program: a shim (``shim.c``) between it and the system's calls, made to fail by a control file.

The calls that write are counted from the moment of arming: ``pwrite``, ``write``, ``fsync``, ``fdatasync``,
``ftruncate``, ``rename``, ``link``, ``unlink``, ``mkdir`` and making a file. Nothing of the program is changed.
"""

from __future__ import annotations

import atexit
import errno
import mmap
import shutil
import struct
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Literal

Fate = Literal["fails", "fails but is done", "hangs", "killed before", "killed after"]
FATES: tuple[Fate, ...] = ("fails", "fails but is done", "hangs", "killed before", "killed after")
ERRORS: dict[str, int] = {"broken": errno.EIO, "full": errno.ENOSPC, "read-only": errno.EROFS}
_FORM = struct.Struct("=iiiiqqq1024s")
_CONTROL = "SHOUZE_TEST_DISK"
_COUNT = struct.Struct("=q")
_LEFT_AT, _HITS_AT, _CLOCK_AT = 16, 24, 32


class Disk:
    """The control file of one program's disk; both sides map it."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(_FORM.size))
        self.path = path
        with path.open("r+b") as stream:
            self._control = mmap.mmap(stream.fileno(), _FORM.size)

    def environment(self) -> dict[str, str]:
        """Return what a program is started with so that the shim stands beneath it."""
        return {"LD_PRELOAD": str(shim()), _CONTROL: str(self.path)}

    def arm(
        self, fate: Fate, below: Path, *, nth: int = 1, error: str = "broken", sticky: bool = False, tell: int = 0
    ) -> None:
        """Let the nth call that writes below a folder meet its fate; ``sticky``: and each one after it.

        ``tell`` is a descriptor of the program to which each hit is written, as ``hit CALL FILE``.
        """
        self.heal()
        number, place = FATES.index(fate) + 1, str(below).encode()
        whole = _FORM.pack(number, ERRORS[error], sticky, tell, nth, 0, 0, place)
        self._control[4:_HITS_AT] = whole[4:_HITS_AT]
        self._control[_CLOCK_AT + 8 :] = whole[_CLOCK_AT + 8 :]
        self._control[:4] = whole[:4]

    def heal(self) -> None:
        """Let every call through again."""
        self._control[:4] = bytes(4)
        self._control[_HITS_AT : _HITS_AT + 8] = bytes(8)

    def move_clock(self, seconds: int) -> None:
        """Put the program's clock of the day so many seconds off."""
        self._control[_CLOCK_AT : _CLOCK_AT + 8] = _COUNT.pack(seconds)

    @property
    def hits(self) -> int:
        """How many calls have met their fate since arming."""
        return int(_COUNT.unpack_from(self._control, _HITS_AT)[0])

    @property
    def left(self) -> int:
        """How many calls are left until the chosen one."""
        return int(_COUNT.unpack_from(self._control, _LEFT_AT)[0])


@cache
def shim() -> Path:
    """Return the shim, compiled once in a process; needs the system's C compiler."""
    folder = Path(tempfile.mkdtemp(prefix="shouze-shim-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    folder.chmod(0o755)
    made, source = folder / "shim.so", Path(__file__).with_name("shim.c")
    command = ["cc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", str(made), str(source), "-ldl"]
    subprocess.run(command, check=True, capture_output=True, text=True)
    return made
