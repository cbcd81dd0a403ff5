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
    sounded: frozenset[str]
    """Characters that names of other languages are written with."""
    given: frozenset[str]
    given_alone: frozenset[str]
    before: frozenset[str]
    """Last characters of what stands before a name."""
    after: frozenset[str]
    """First characters of what stands after a name."""
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
        sounded=frozenset(plain["sounded"]),
        given=frozenset(plain["given"]),
        given_alone=frozenset(plain["given_alone"]),
        before=frozenset(each[-1] for each in plain["before"].split("|")) | frozenset(plain["role"]),
        after=_firsts(plain["after"]),
        mobile_prefixes=_numbers(plain["mobile_prefixes"]),
        area_codes=_numbers(plain["area_codes"]),
        regions=_numbers(plain["regions"]),
        issuers=tuple(_issuer(each["prefix"], each["lengths"]) for each in plain["issuers"]),
    )


def _patterns(plain: dict[str, str]) -> dict[str, str]:
    name = rf"(?:(?:{plain['compound']})[\p{{Han}}]{{1,2}}|[{plain['surname']}][\p{{Han}}]{{1,2}})"
    surname, given, alone = f"[{plain['surname']}]", f"[{plain['given']}]", f"[{plain['given_alone']}]"
    longer = f"(?:{plain['compound']}){given}{{1,2}}"
    sounded = f"[{plain['sounded']}]"
    listed = {each: f"(?:{plain[each]})" for each in ("province", "ethnicity", "verb", "after", "before", "label")}
    return {
        **listed,
        "name": name,
        "border": rf"(?:^|[^\p{{Han}}·]|{plain['before']}|[{plain['role']}])",
        "given_name": f"(?:{longer}|{surname}{given}{{2}}|{surname}{alone})",
        "longer_name": f"(?:{longer}|[{plain['common']}]{given}{{2}})",
        "sounded": sounded,
        "sounded_name": f"(?:{sounded}{{2,8}}·{sounded}{{2,8}}(?:·{sounded}{{2,8}})?)",
        "latin": r"(?:[A-Z][a-z]{1,14}(?: [A-Z][A-Za-z'’-]{1,20}){1,2}\b"
        r"|[A-Z]{2,14} (?:[A-Z]{2,14}|[A-Z][a-z]{1,14})\b)",
        "common": f"[{plain['common']}]",
        "surname": surname,
        "place": _without(plain["not_placed"]),
        "han": r"\p{Han}",
    }


def _firsts(pattern: str) -> frozenset[str]:
    """Return the first characters of a class and of the words after it."""
    listed, _, words = pattern[1:].partition("]|")
    return frozenset(listed) | {each[0] for each in words.split("|")}


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
