"""The words and prefixes that detectors share, ready for patterns and for checks."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

_HAN = (0x4E00, 0x9FFF)


@dataclass(frozen=True)
class Lexicon:
    """What ``lexicons.toml`` holds: parts of patterns by name, and sets for checks."""

    patterns: dict[str, str]
    surnames: frozenset[str]
    compounds: frozenset[str]
    not_named: frozenset[str]
    mobile_prefixes: frozenset[int]
    area_codes: frozenset[int]
    regions: frozenset[int]
    issuers: tuple[tuple[int, int, int, frozenset[int]], ...]
    """Digits of the prefix, first, last, and the lengths of the number."""


@cache
def lexicon() -> Lexicon:
    """Return the lexicon that the package carries, read once."""
    content = resources.files("shouze.discovery").joinpath("detectors/lexicons.toml").read_bytes()
    plain = tomllib.loads(content.decode("utf-8"))
    return Lexicon(
        patterns=_patterns(plain),
        surnames=frozenset(plain["surname"]),
        compounds=frozenset(plain["compound"].split("|")),
        not_named=frozenset(plain["not_named"].split()),
        mobile_prefixes=_numbers(plain["mobile_prefixes"]),
        area_codes=_numbers(plain["area_codes"]),
        regions=_numbers(plain["regions"]),
        issuers=tuple(_issuer(each["prefix"], each["lengths"]) for each in plain["issuers"]),
    )


def _patterns(plain: dict[str, str]) -> dict[str, str]:
    name = rf"(?:(?:{plain['compound']})[\p{{Han}}]{{1,2}}|[{plain['surname']}][\p{{Han}}]{{1,2}})"
    listed = {each: f"(?:{plain[each]})" for each in ("province", "ethnicity", "verb", "after", "before")}
    return {
        **listed,
        "name": name,
        "common": f"[{plain['common']}]",
        "surname": f"[{plain['surname']}]",
        "place": _without(plain["not_placed"]),
        "han": r"\p{Han}",
    }


def _without(characters: str) -> str:
    """Return a class of the Chinese characters without these."""
    ranges, first = [], _HAN[0]
    for point in sorted(map(ord, set(characters))):
        if first < point:
            ranges.append(f"{chr(first)}-{chr(point - 1)}")
        first = point + 1
    return f"[{''.join(ranges)}{chr(first)}-{chr(_HAN[1])}]"


def _numbers(text: str) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split():
        first, _, last = part.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return frozenset(found)


def _issuer(prefix: str, lengths: list[int]) -> tuple[int, int, int, frozenset[int]]:
    first, _, last = prefix.partition("-")
    return len(first), int(first), int(last or first), frozenset(lengths)
