"""The stated rules by which judgements teach (docs/discovery.md):

* A judgement holds for its place while the count is no more than twice what it was, or less than ten more.
* The score of a finding is (2 · confidence + right) / (2 + right + wrong): the scanner's confidence weighs as much as
  two judgements; right and wrong are the judgements of the same kind in columns or files of the same name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

WEIGHT = 2
GREW, AT_LEAST = 2, 10
RIGHT = frozenset({"true", "declared", "ticket"})
WRONG = frozenset({"false"})


class Judged(NamedTuple):
    """How many judgements found a kind in columns or files of a name to be right, and how many wrong."""

    right: int = 0
    wrong: int = 0


def tallied(counts: Mapping[str, int]) -> Judged:
    """Return the tally of judgements counted by their names."""
    return Judged(
        sum(n for name, n in counts.items() if name in RIGHT), sum(n for name, n in counts.items() if name in WRONG)
    )


def score(confidence: float, judged: Judged) -> float:
    """Return how sure a finding is after what was judged of its like; without judgements, the scanner's confidence."""
    return (WEIGHT * confidence + judged.right) / (WEIGHT + judged.right + judged.wrong)


def outgrown(judged_count: int, count: int) -> bool:
    """Tell whether so much more lies there now that the judgement has to be made again."""
    return count > GREW * judged_count and count >= judged_count + AT_LEAST


def name_of(place: str) -> str:
    """Return the column's or file's own name, in small letters: ``crm.users.ID_NO`` gives ``id_no``."""
    path = place.replace("\\", "/")
    last = path.rpartition("/")[2]
    is_file = "/" in path and last.count(".") == 1
    return (last if is_file else last.rpartition(".")[2] or last).lower()[:200]
