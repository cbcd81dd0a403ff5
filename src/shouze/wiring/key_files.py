"""Writes and reads the key files of faces: whole or not there, and nobody else's to read."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.sequencer import private_file

T = TypeVar("T", bound=msgspec.Struct)


def write_key_file(path: Path, keys: msgspec.Struct) -> None:
    """Write what ``read_key_file`` reads; UnavailableError where the disk does not take it."""
    private_file.replace(path, msgspec.json.encode(keys))


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
