"""Calls the command line within the test, or as a program of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner, Result

from shouze.cli import main

PATIENCE = 180.0
"""Seconds that a program may take on a busy machine."""


@dataclass(frozen=True)
class Shell:
    """The command line over one installation's folder, in one language."""

    home: Path
    language: str = "en"

    def __call__(self, *words: str, code: int = 0) -> str:
        """Run a command; return what it printed, standard error included, once its exit code is as expected."""
        result = self.result(*words)
        assert result.exit_code == code, result.output
        return result.output

    def result(self, *words: str) -> Result:
        """Run a command; nothing but an exit may leave it."""
        arguments = ["--lang", self.language, "--home", str(self.home), *words]
        result = CliRunner().invoke(main, arguments)
        assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
        assert "Traceback" not in result.output
        return result


def program(*words: str, **environment: str) -> list[str]:
    """Return the command that runs the command line as a program of its own."""
    return [sys.executable, "-c", "from shouze.cli import main; main(prog_name='shouze')", *words]


@contextmanager
def running(home: Path, *words: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Run a command that stays until it is told to stop; it is gone when this is left."""
    arguments = program("--lang", "en", "--home", str(home), *words)
    started = subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment}
    )
    try:
        with started:
            try:
                yield started
            finally:
                if started.poll() is None:
                    started.kill()
    finally:
        started.wait(PATIENCE)


def address(started: subprocess.Popen[str]) -> str:
    """Return the address that the program says it serves at."""
    assert started.stdout is not None
    deadline = time.monotonic() + PATIENCE
    for line in started.stdout:
        if "http://" in line and "openapi" not in line and "desk." not in line and "portal." not in line:
            return line.split()[-1]
        assert time.monotonic() < deadline
    raise AssertionError(started.stderr.read() if started.stderr else "")
