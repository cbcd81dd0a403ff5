"""Takes what a scan found into the desk of an installation, from a command: its tables, without pages or door."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from shouze.errors import ConflictError
from shouze.language import Text
from shouze.registers.findings.reading import read
from shouze.settings import Settings
from shouze.wiring.desk import configure


class TakenIn(NamedTuple):
    """The number of the row that tells of it, and how many places are new, known, to be judged anew, gone."""

    number: str
    fresh: int
    known: int
    again: int
    gone: int


def take_in_findings(home: Path, settings: Settings, name: str, content: bytes) -> TakenIn:
    """Take a file in; what it makes the log note is sent by the desk when it runs. InvalidError for any other file.

    ConflictError where Django is not installed.
    """
    if find_spec("django") is None:
        remedy = Text("安装 shouze[desk]", "Install shouze[desk]")
        raise ConflictError(Text("桌面需要 Django", "The desk needs Django"), field="desk", remedy=remedy)
    read(content)  # what is none is told before anything is made ready for it
    configured = configure(home, settings, None, None)
    configured.migrate()
    with configured.connected():
        made = configured.registered.take_in(name, content)
    return TakenIn(made.number, made.fresh, made.known, made.again, made.gone)
