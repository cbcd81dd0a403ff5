"""Runs Django's own commands for the pages: ``tools/pages.py makemigrations``; the tables are a throw-away's."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from shouze.settings import Settings
from shouze.wiring.desk import configure


def main() -> None:
    """Set Django up over an empty folder and pass the command on."""
    with tempfile.TemporaryDirectory() as folder:
        configure(Path(folder), Settings(), None, None)
        from django.core.management import execute_from_command_line  # noqa: PLC0415 - settings come first

        execute_from_command_line(["pages", *sys.argv[1:]])


if __name__ == "__main__":
    main()
