"""Measures the scanner's speed on one core, with the same findings on every side.

``python benchmarks/discovery/speed.py`` prints a table; the sides are those that issue and reference name: Python's
``re`` with the same checks, Hyperscan's own pass over the same patterns with nothing but counting, and, where it is
installed, presidio's recognisers. Every side of a round runs right after the other; the median of the rounds counts.
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
from discovery.material import bank_card, email, ipv4, mobile, plate, resident_id

from shouze.cli.scan_running import new_scanner
from shouze.discovery.carried import detectors
from shouze.discovery.checks import CHECKS, Spans
from shouze.discovery.finding import Finding
from shouze.discovery.matching import Matcher
from shouze.discovery.reading.piece import Lines

TODAY = date(2026, 11, 1)
SIX = ("resident-id", "mobile", "bank-card", "email", "plate", "ipv4")
"""The kinds that the reference measured."""
CHARACTERS = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"


def text(seed: int, size: int, between: int) -> bytes:
    """Return Chinese text with a value of the six kinds every ``between`` bytes, about, and as many numbers that are none."""
    chance = Random(seed)
    draws = (resident_id, mobile, bank_card, email, plate, ipv4)
    parts, length = [], 0
    while length < size:
        filling = "".join(chance.choices(CHARACTERS, k=max(between // 3, 4)))
        part = f"{filling}，{chance.choice(draws)(chance)}。{chance.randrange(10**5)}元\n"
        parts.append(part)
        length += len(part.encode())
    return "".join(parts).encode()


def blocks(content: bytes, size: int = 1024 * 1024) -> list[bytes]:
    """Return whole lines in blocks, as the reader yields them."""
    found, start = [], 0
    while start < len(content):
        end = content.rfind(b"\n", start, start + size) + 1 or len(content)
        found.append(content[start:end])
        start = end
    return found


def raw(matcher: Matcher) -> Callable[[bytes], int]:
    """Return a pass of Hyperscan that counts ends, over the same patterns."""
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    listed = [each.trigger or each.pattern for each in matcher.detectors if each.pattern]
    wide = [each.unicode for each in matcher.detectors if each.pattern]
    database.compile(expressions=[str(each).encode() for each in listed], ids=list(range(len(listed))),
                     elements=len(listed), flags=[hyperscan.HS_FLAG_UTF8 * each for each in wide])  # fmt: skip

    def count(content: bytes) -> int:
        ends = 0

        def on_match(_number: int, _start: int, _end: int, _flags: int, _context: object) -> None:
            nonlocal ends
            ends += 1

        database.scan(content, match_event_handler=on_match)
        return ends

    return count


def with_re(matcher: Matcher) -> Callable[[bytes], set[tuple[int, int, int]]]:
    """Return what finds the same with Python's ``re`` on text, one value after the other, with the same checks."""
    patterns = [(number, re.compile(str(each.pattern), re.ASCII), each) for number, each in enumerate(matcher.detectors)]

    def find(content: bytes) -> set[tuple[int, int, int]]:
        said, found = content.decode(), set()
        for number, pattern, each in patterns:
            for match in pattern.finditer(said):
                value = match[0].encode()
                around = said[max(match.start() - 2, 0) : match.start()].encode(), said[match.end() : match.end() + 2].encode()
                piece = around[0] + value + around[1]
                import numpy as np

                start = np.array([len(around[0])])
                if CHECKS[str(each.check)](Spans(piece, start, start + len(value), TODAY))[0]:
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


def main() -> None:
    """Print the rates of all sides on dense and sparse text, and their ratios."""
    parser = argparse.ArgumentParser(description="Measure the scanner's speed on one core.")
    parser.add_argument("--megabytes", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    six = Matcher([each for each in detectors() if each.id in SIX], TODAY)
    whole = new_scanner((), 0.5, TODAY)
    sides: dict[str, Callable[[bytes], object]] = {
        "hyperscan, ends only, six kinds": raw(six),
        "extents and checks, six kinds": six.hits,
        "extents and checks, all kinds": whole.matcher.hits,
        "findings as told, all kinds": lambda block: sum(
            isinstance(each, Finding) for each in whole.lines("s", Lines("a", 1, block))
        ),
        "python re with checks, six kinds": with_re(six),
    }
    sample = text(1, 200_000, 200)
    print("same findings as python re:", same(six, sample) == with_re(six)(sample))
    for title, between in (("dense (a value in 200 B)", 200), ("sparse (a value in 10 kB)", 10_000)):
        content = blocks(text(2, given.megabytes * 1_000_000, between))
        short = content[: max(len(content) // 5, 1)]
        rates: dict[str, list[float]] = {name: [] for name in sides}
        for _ in range(given.rounds):
            for name, act in sides.items():
                rates[name].append(rate(act, short if "python" in name else content))
        print(f"\n| {title} | MB/s |\n|---|---:|")
        for name, found in rates.items():
            print(f"| {name} | {median(found):,.0f} |")


if __name__ == "__main__":
    main()
