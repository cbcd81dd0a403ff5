"""The detectors that the package carries, and those of the operator's own files."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from importlib import resources
from pathlib import Path

from shouze.discovery.checks import CHECKS
from shouze.discovery.detector import Detector, Family, read_family
from shouze.errors import InvalidError
from shouze.language import Text

_NOT_DETECTORS = "lexicons.toml"


@cache
def families() -> dict[str, Family]:
    """Return the families that the package carries, by the names of their files."""
    folder = resources.files("shouze.discovery") / "detectors"
    files = sorted(each.name for each in folder.iterdir() if each.name.endswith(".toml"))
    return {
        name: read_family(name, (folder / name).read_bytes(), CHECKS, None) for name in files if name != _NOT_DETECTORS
    }


def detectors(own: Sequence[Path] = (), items: Collection[str] | None = None) -> tuple[Detector, ...]:
    """Return all detectors; one's own replaces the one that has its id. InvalidError says what is wrong with a file."""
    found = {each.id: each for family in families().values() for each in family.detector}
    for path in own:
        family = read_family(path.name, _read(path), CHECKS, items)
        found.update({each.id: each for each in family.detector})
    return tuple(found.values())


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        words = Text("无法读取检测规则", "The file of detectors cannot be read")
        raise InvalidError(words, field=str(path), remedy=Text("核对路径和权限", "Check path and rights")) from None
