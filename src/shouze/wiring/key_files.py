"""Writes the key files of faces: whole or not there, and nobody else's to read."""

from __future__ import annotations

import os
from pathlib import Path


def keep_private(path: Path, content: bytes) -> None:
    """Write a key file so that it is whole or not there, and nobody else's to read."""
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
