"""The files of a dispatch, as rows keep them."""

from __future__ import annotations

from collections.abc import Mapping

from shouze.link.dispatch import Dispatch
from shouze.registers.acting import Attached


def attached(dispatch: Dispatch, contents: Mapping[str, bytes]) -> list[Attached]:
    """Return the files that came with a dispatch (their bytes by SHA-256), under the names that it gives them."""
    named = {each.sha256: each for each in dispatch.attachments}
    return [Attached(named[digest].name, named[digest].media, raw) for digest, raw in contents.items()]
