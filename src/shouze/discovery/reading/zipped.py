"""ZIP containers: what they say they unfold to, before anything is unfolded."""

from __future__ import annotations

import zipfile
from typing import BinaryIO

from shouze.discovery.reading.piece import Limits, TooMuchError


def check_zip(file: BinaryIO, limits: Limits) -> zipfile.ZipFile:
    """Open a ZIP whose members unfold within the limits; TooMuchError for a bomb, BadZipFile for none."""
    archive = zipfile.ZipFile(file)
    members = archive.infolist()
    packed = sum(each.compress_size for each in members)
    unfolded = sum(each.file_size for each in members)
    if len(members) > limits.members or unfolded > limits.most_expanded:
        raise TooMuchError
    if unfolded > 1024 * 1024 and unfolded > packed * limits.ratio:
        raise TooMuchError
    return archive
