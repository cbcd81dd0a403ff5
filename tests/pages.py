"""Django's settings for tests and for the type checker: an empty folder, no door."""

from __future__ import annotations

import tempfile
from pathlib import Path

from shouze.registers.ports import GIVEN
from shouze.settings import Settings
from shouze.vault.suites import AES256GCM_SHA256
from shouze.web.configuring import Installed, configuration
from shouze.wiring.letters import Sealer
from shouze.wiring.statutes import read_penalties, read_statutes, read_working_days

_HOME = Path(tempfile.gettempdir()) / "shouze-pages"
GIVEN.statutes, GIVEN.working, GIVEN.penalties = read_statutes(), read_working_days(), read_penalties()
GIVEN.sealer = Sealer(AES256GCM_SHA256, b"a key of the tests alone, 32 by.")
globals().update(configuration(Installed(_HOME, Settings(), "a secret of the tests alone")))
