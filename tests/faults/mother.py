"""A process with the shim beneath it that bears a child for each order: loading the code anew takes a second.

``Mother`` is the test's side. The other side reads an order a line and forks; the child's lines, ``child PID`` before
them and ``exit CODE`` after them (below 0: what killed it) come back on one pipe.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import msgspec

from tests.conftest import ROOT
from tests.faults.disk import Disk
from tests.faults.scenario import Order, work

PATIENCE = 120
"""Seconds after which a child that says nothing is ended by the clock of its own process, on any machine."""


class Mother:
    """The process that bears children, one at a time."""

    def __init__(self, folder: Path) -> None:
        self.disk = Disk(folder / "disk")
        environment = {**os.environ, **self.disk.environment(), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(self.disk.path)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment,
        )  # fmt: skip

    def __enter__(self) -> Mother:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.kill()
        with self._process:
            pass

    def bear(
        self, order: Order, heard: Callable[[int, str], None] = lambda _pid, _line: None,
        born: Callable[[int], None] = lambda _pid: None,
    ) -> tuple[int, list[str]]:  # fmt: skip
        """Let a child carry out an order; return its exit code and its lines.

        ``born`` hears the child's number before it does anything, ``heard`` each line with that number.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.disk.heal()
        self._process.stdin.write(msgspec.json.encode(order, enc_hook=str).decode() + "\n")
        self._process.stdin.flush()
        pid, lines = 0, list[str]()
        for line in self._process.stdout:
            word, _, rest = line.rstrip("\n").partition(" ")
            if word == "child":
                pid = int(rest)
                born(pid)
                self._process.stdin.write("go\n")
                self._process.stdin.flush()
            elif word == "exit":
                return int(rest), lines
            else:
                lines.append(line.rstrip("\n"))
                heard(pid, lines[-1])
        raise AssertionError(lines)


def main(disk: Disk) -> None:
    """Bear a child for each line."""
    for line in sys.stdin:
        told, tell = os.pipe()
        child = os.fork()
        if child == 0:
            os.read(told, 1)
            _live(msgspec.json.decode(line, type=Order, dec_hook=lambda kind, value: kind(value)), disk)
        os.write(1, f"child {child}\n".encode())
        sys.stdin.readline()
        os.write(tell, b"!")
        for end in (told, tell):
            os.close(end)
        _, status = os.waitpid(child, 0)
        os.write(1, f"exit {os.waitstatus_to_exitcode(status)}\n".encode())


def _live(order: Order, disk: Disk) -> None:
    code = 1
    signal.alarm(PATIENCE)
    try:
        asyncio.run(work(order, disk))
        code = 0
    except BaseException:  # noqa: BLE001 - the child says what it died of
        os.write(1, traceback.format_exc().encode())
    finally:
        os._exit(code)


if __name__ == "__main__":
    main(Disk(Path(sys.argv[1])))
