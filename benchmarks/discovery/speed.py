"""Measures the scanner's speed on one core, with the same findings on every side.

``python benchmarks/discovery/speed.py`` prints a table; the sides are those that issue and reference name: Python's
``re`` with the same checks, Hyperscan's own pass over the same patterns with nothing but counting, and, where it is
installed, Presidio's recognisers with the same patterns and checks. Every side of a round runs right after the other;
the median of the rounds counts.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import hyperscan

from discovery import presidio
from discovery.values import bank_card, email, ipv4, mobile, plate, resident_id
from shouze.cli.scan_running import new_scanner
from shouze.discovery.carried import detectors
from shouze.discovery.finding import Finding
from shouze.discovery.lexicon import lexicon
from shouze.discovery.matching import Matcher
from shouze.discovery.native import InBulk
from shouze.discovery.passes import UTF8, ByCalls, Wanted, quickest
from shouze.discovery.reading.piece import Lines
from shouze.discovery.reading.plain import BLOCK
from shouze.rules.forms import reading
from shouze.rules.forms.check_digits import luhn_holds

TODAY = date(2026, 11, 1)
SIX = ("resident-id", "mobile", "bank-card", "email", "plate", "ipv4")
"""The kinds that the reference measured."""
OURS = "extents and checks, six kinds"
SLOW = ("python", "presidio")
"""How the sides begin that see a part of the text."""
CHARACTERS = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种"
    "面而方后多定行学法所民得经"
)


def text(seed: int, size: int, between: int) -> bytes:
    """Return Chinese text with a value of the six kinds about every ``between`` bytes, and as many other numbers."""
    chance = Random(seed)
    draws = (resident_id, mobile, bank_card, email, plate, ipv4)
    parts, length = [], 0
    while length < size:
        filling = "".join(chance.choices(CHARACTERS, k=max(between // 3, 4)))
        part = f"{filling}，{chance.choice(draws)(chance)}。{chance.randrange(10**5)}元\n"
        parts.append(part)
        length += len(part.encode())
    return "".join(parts).encode()


def blocks(content: bytes, size: int = BLOCK) -> list[bytes]:
    """Return whole lines in blocks, as the reader yields them."""
    found, start = [], 0
    while start < len(content):
        end = content.rfind(b"\n", start, start + size) + 1 or len(content)
        found.append(content[start:end])
        start = end
    return found


def _as_written(matcher: Matcher) -> list[Wanted]:
    return [Wanted(str(each.trigger or each.pattern).encode(), number, UTF8 * each.unicode)
            for number, each in enumerate(each for each in matcher.detectors if each.pattern)]  # fmt: skip


def raw(matcher: Matcher) -> Callable[[bytes], int]:
    """Return a pass of python-hyperscan that counts ends, over the same patterns."""
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    expressions, ids, flags = map(list, zip(*_as_written(matcher), strict=True))
    database.compile(expressions=expressions, ids=ids, elements=len(ids), flags=flags)

    def count(content: bytes) -> int:
        ends = 0

        def on_match(_number: int, _start: int, _end: int, _flags: int, _context: object) -> None:
            nonlocal ends
            ends += 1

        database.scan(content, match_event_handler=on_match)
        return ends

    return count


def raw_in_bulk(matcher: Matcher) -> Callable[[bytes], int]:
    """Return the same pass, of the library that writes its matches without Python."""
    found = quickest()
    found.add(_as_written(matcher))
    return lambda content: len(found.rows(content))


def _is_card(text: str) -> bool:
    number = re.sub("[ -]", "", text)
    issued = any(first <= int(number[:width]) <= last and len(number) in lengths
                 for width, first, last, lengths in lexicon().issuers)  # fmt: skip
    return issued and luhn_holds(number) and len(set(number[:13])) > 1


def _is_id(text: str) -> bool:
    day = text[6:14]
    return (
        int(text[:2]) in lexicon().regions and reading.id_number(text) is not None and "19000101" <= day <= "20261101"
    )


SCALAR: dict[str, Callable[[str], bool]] = {
    "resident-id": _is_id,
    "mobile": lambda text: int(re.sub(r"\D", "", text)[-11:-8]) in lexicon().mobile_prefixes,
    "bank-card": _is_card,
    "email": lambda text: ".." not in text,
    "plate": lambda text: any(character.isdigit() for character in text[2:]),
    "ipv4": lambda text: all(int(part) < 256 for part in text.split(".")) and not text.endswith((".0", ".255"))
    and 0 < int(text.split(".")[0]) < 224 and not text.startswith("127."),
}  # fmt: skip
"""The same checks for one value at a time."""


def with_re(matcher: Matcher) -> Callable[[bytes], set[tuple[int, int, int]]]:
    """Return what finds the same with Python's ``re`` in one alternation, one value after the other."""
    names = [each.id.replace("-", "_") for each in matcher.detectors]
    parts = (f"(?P<{name}>{each.pattern})" for name, each in zip(names, matcher.detectors, strict=True))
    pattern = re.compile("|".join(parts), re.ASCII)
    checks = {
        name: (number, SCALAR[each.id])
        for number, (name, each) in enumerate(zip(names, matcher.detectors, strict=True))
    }

    def find(content: bytes) -> set[tuple[int, int, int]]:
        found = set()
        for match in pattern.finditer(content.decode()):
            number, check = checks[str(match.lastgroup)]
            if check(match[0]):
                found.add((number, match.start(), match.end()))
        return found

    return find


def same(matcher: Matcher, content: bytes) -> set[tuple[int, int, int]]:
    """Return the hits in characters."""
    hits = matcher.hits(content)
    return {
        (number, len(content[:start].decode()), len(content[:end].decode()))
        for number, start, end in zip(hits.detectors.tolist(), hits.starts.tolist(), hits.ends.tolist(), strict=True)
    }


def rate(act: Callable[[bytes], object], content: list[bytes]) -> float:
    """Return MB of text a second of this process's own time."""
    begun = time.process_time()
    for block in content:
        act(block)
    return sum(map(len, content)) / (time.process_time() - begun) / 1e6


def compared(six: Matcher) -> dict[str, Callable[[bytes], object]]:
    """Return the sides; the ways to Hyperscan's matches apart, where both can be had."""
    whole = new_scanner((), 0.5, TODAY)
    in_bulk = isinstance(quickest(), InBulk)
    print(f"matches are written in bulk: {in_bulk}")
    sides: dict[str, Callable[[bytes], object]] = {
        "hyperscan, ends only, six kinds": raw(six),
        OURS: six.hits,
        "first pass alone, all kinds": whole.matcher.candidates,
        "extents and checks, all kinds": whole.matcher.hits,
        "findings as told, all kinds": lambda block: sum(
            isinstance(each, Finding) for each in whole.lines("s", Lines("a", 1, block))
        ),
        "python re with checks, six kinds": with_re(six),
    }
    if in_bulk:
        sides["hyperscan, ends only in bulk, six kinds"] = raw_in_bulk(six)
        sides["extents and checks by calls of Python, six kinds"] = Matcher(six.detectors, TODAY, ByCalls).hits
    if presidio.installed():
        sides |= {"presidio, recognisers, six kinds": presidio.directly(six, SCALAR),
                  "presidio, AnalyzerEngine, six kinds": presidio.by_engine(six, SCALAR)}  # fmt: skip
    return sides


def main() -> None:
    """Print the rates of all sides on dense and sparse text, and their ratios."""
    parser = argparse.ArgumentParser(description="Measure the scanner's speed on one core.")
    parser.add_argument("--megabytes", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    six = Matcher([each for each in detectors() if each.id in SIX], TODAY)
    sides = compared(six)
    sample = text(1, 200_000, 200)
    expected = same(six, sample)
    for name in sides:
        if name.startswith(SLOW):
            print(f"same findings as {name}: {sides[name](sample) == expected}")
    for title, between in (("dense (a value in 200 B)", 200), ("sparse (a value in 10 kB)", 10_000)):
        content = blocks(text(2, given.megabytes * 1_000_000, between))
        short = content[: max(len(content) // 5, 1)]
        rates: dict[str, list[float]] = {name: [] for name in sides}
        for _ in range(given.rounds):
            for name, act in sides.items():
                rates[name].append(rate(act, short if name.startswith(SLOW) else content))
        print(f"\n| {title} | MB/s | extents and checks of six kinds, as a multiple |\n|---|---:|---:|")
        for name, found in rates.items():
            multiples = [ours / theirs for ours, theirs in zip(rates[OURS], found, strict=True)]
            multiple = (
                f"{median(multiples):,.2f} ({min(multiples):,.2f}..{max(multiples):,.2f})" if "six" in name else ""
            )
            print(f"| {name} | {median(found):,.1f} | {multiple} |")


if __name__ == "__main__":
    main()
