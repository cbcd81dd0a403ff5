"""Borrows from the tests of this clone: their PostgreSQL, and the operator of their story."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests import installation, postgres

__all__ = ["installation", "postgres"]
