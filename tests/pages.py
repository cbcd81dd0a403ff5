"""Django's settings for tests and for the type checker: an empty folder, no door."""

from __future__ import annotations

import tempfile
from pathlib import Path

from shouze.registers.ports import GIVEN
from shouze.settings import Settings
from shouze.web.configuring import Installed, configuration
from shouze.wiring.statutes import read_statutes

_HOME = Path(tempfile.gettempdir()) / "shouze-pages"
GIVEN.statutes = read_statutes()
globals().update(configuration(Installed(_HOME, Settings(), "a secret of the tests alone")))
