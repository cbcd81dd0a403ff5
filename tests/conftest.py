"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def vectors() -> Path:
    """Return the folder of published test vectors; a plain clone lacks it and says so, CI must have it."""
    folder = ROOT.parent / "shared" / "vectors"
    if not folder.is_dir():
        message = "published test vectors are not beside this clone (../shared/vectors)"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return folder
