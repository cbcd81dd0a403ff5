"""Tries the scanner on material whose contents are known, and reports precision, recall and F1 of each kind.

``python benchmarks/discovery/quality.py`` prints the tables that docs/discovery.md holds.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from discovery.material import KINDS, tables
from discovery.sentences import CHECKABLE, FREE, Line, checkable_lines, free_lines
from shouze.discovery.carried import detectors
from shouze.discovery.finding import Finding
from shouze.discovery.reading.opening import read_bytes
from shouze.discovery.scanning import Scanner
from shouze.wiring.statutes import read_statutes

TODAY = date(2026, 11, 1)
SEED = 20130901


@dataclass
class Score:
    """What was right, wrongly found and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Return the part of what was found that is right."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Return the part of what there is that was found."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        """Return the harmonic mean of the two."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def __add__(self, other: Score) -> Score:
        return Score(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)


def scanner() -> Scanner:
    """Return the scanner as the command line makes it."""
    titles = {item: row.text for item, row in read_statutes().items.items()}
    return Scanner(detectors(), titles, TODAY)


def of_columns(found: Scanner, seed: int, count: int, rows: int = 60) -> dict[str, Score]:
    """Return the scores of each kind over columns; a wrong finding counts for the item that was found."""
    scores = {kind: Score() for kind in KINDS}
    by_item = {found.item: kind for kind, found in reversed(KINDS.items())}
    for table in tables(seed, count, rows):
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow([each.name for each in table])
        writer.writerows(zip(*(each.cells for each in table), strict=True))
        told: dict[str, set[str]] = {}
        for outcome in found.scan("x", read_bytes(text.getvalue().encode(), "t.csv")):
            if isinstance(outcome, Finding):
                told.setdefault(outcome.place.removeprefix("t.csv."), set()).add(outcome.item)
        for column in table:
            said = told.get(column.name, set())
            if column.item is not None:
                score = scores[column.kind]
                score.right += column.item in said
                score.missed += column.item not in said
                if column.item not in said:
                    score.examples.append(f"missed {column.name}: {column.cells[:2]}")
            for item in said - {column.item}:
                wrong = scores[column.kind if column.item else by_item.get(item, "name")]
                wrong.wrong += 1
                wrong.examples.append(f"{item} in {column.name} ({column.kind}): {column.cells[:2]}")
    return scores


def of_lines(found: Scanner, lines: list[Line], kinds: tuple[str, ...]) -> dict[str, Score]:
    """Return the scores of each kind over lines: right is the same item at the same place."""
    scores = {kind: Score() for kind in kinds}
    items = {KINDS[kind].item for kind in kinds}
    by_item = {KINDS[kind].item: kind for kind in reversed(kinds)}
    content = "\n".join(line.text for line in lines).encode()
    told: dict[int, set[tuple[int, int, str]]] = {}
    for outcome in found.scan("x", read_bytes(content, "t.log")):
        if isinstance(outcome, Finding):
            number = int(outcome.place.rpartition(":")[2])
            told.setdefault(number, set()).update((span.start, span.end, outcome.item) for span in outcome.spans)
    for number, line in enumerate(lines, 1):
        said = {each for each in told.get(number, set()) if each[2] in items}
        there = {(place.start, place.end, place.item): place.kind for place in line.places}
        for place, kind in there.items():
            scores[kind].right += place in said
            scores[kind].missed += place not in said
            if place not in said:
                scores[kind].examples.append(f"missed in: {line.text}")
        for place in said - there.keys():
            wrong = scores[by_item[place[2]]]
            wrong.wrong += 1
            wrong.examples.append(f"{line.text[place[0] : place[1]]} as {place[2]} in: {line.text}")
    return scores


def table(title: str, scores: dict[str, Score]) -> str:
    """Return a table of Markdown."""
    rows = [f"| {title} | right | wrong | missed | precision | recall | F1 |", "|---|---:|---:|---:|---:|---:|---:|"]
    for kind, each in [*scores.items(), ("all", sum(scores.values(), Score()))]:
        counts = f"{each.right} | {each.wrong} | {each.missed}"
        rows.append(f"| {kind} | {counts} | {each.precision:.3f} | {each.recall:.3f} | {each.f1:.3f} |")
    return "\n".join(rows)


def main() -> None:
    """Print the three tables; with ``--examples`` what went wrong."""
    parser = argparse.ArgumentParser(description="Try the scanner on material whose contents are known.")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--tables", type=int, default=600)
    parser.add_argument("--lines", type=int, default=6_000)
    parser.add_argument("--examples", action="store_true")
    given = parser.parse_args()
    found = scanner()
    parts = {
        "columns": of_columns(found, given.seed, given.tables),
        "in text, checkable": of_lines(found, checkable_lines(given.seed, given.lines), CHECKABLE),
        "in free text": {
            kind: of_lines(found, free_lines(given.seed, given.lines // 4, kind), (kind,))[kind] for kind in FREE
        },
    }
    for title, scores in parts.items():
        print(table(title, scores), end="\n\n")
        if given.examples:
            for kind, each in scores.items():
                for example, times in Counter(each.examples).most_common(4):
                    print(f"    {kind} ×{times}: {example}")


if __name__ == "__main__":
    main()
