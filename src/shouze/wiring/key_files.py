"""Writes and reads the key files of faces: whole or not there, and nobody else's to read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

import msgspec

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.sequencer import private_file

T = TypeVar("T", bound=msgspec.Struct)


def keep_private(path: Path, content: bytes) -> None:
    """Write a key file so that it is whole or not there, and nobody else's to read."""
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def read_key_file(path: Path, shape: type[T]) -> T:
    """Return what a key file says.

    NotFoundError where there is none; InvalidError, which names the remedy, where it is damaged or others may read it.
    """
    try:
        return msgspec.json.decode(private_file.read(path), type=shape)
    except msgspec.MsgspecError:
        raise InvalidError(
            Text("密钥文件已损坏", "The key file is damaged"),
            field=str(path),
            remedy=Text(
                "从备份放回此文件（见 docs/servers.md）", "Put the file back from its copy (see docs/servers.md)"
            ),
        ) from None
