"""Commit to many subjects in one leaf.

Each subject has a disclosure of its own, ``["salt", "subject", id]`` (``shouze.ledger.disclosure``). Their texts are
the leaves of a small Merkle tree (RFC 6962), and the record's private field ``subjects`` is its root in base64. Who
shows the record's opening of ``subjects``, one text and its path proves that the record concerns this one subject,
and tells nothing of the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from shouze.errors import InvalidError, TamperedError
from shouze.language import Text
from shouze.ledger.disclosure import SALT_SIZE, Entropy, disclose_texts, read_disclosure
from shouze.ledger.strict import base64_of
from shouze.ledger.tree import leaf_hash, root_of

FIELD = "subjects"
MOST = 1_000
"""Subjects in one roll, so that a leaf's opening stays small (DESIGN: leaves of up to 1,000 subjects)."""


class Roll(NamedTuple):
    """The root over the subjects' commitments, in base64, and the disclosure of each, in their order."""

    root: str
    texts: tuple[str, ...]


def enrol(subjects: Sequence[str], entropy: Entropy) -> Roll:
    """Return the roll of 1 to 1,000 subjects; InvalidError for fewer or more."""
    if not 0 < len(subjects) <= MOST:
        words = Text("一条记录最多涉及 1000 个用户", "One record speaks of 1 to 1,000 subjects")
        raise InvalidError(words, field=FIELD, remedy=Text("分批记录", "Record them in several batches"))
    texts = tuple(disclose_texts("subject", subjects, entropy(SALT_SIZE * len(subjects))))
    return Roll(root_over(texts), texts)


def root_over(texts: Sequence[str]) -> str:
    """Return the root, in base64, of a tree over these disclosures."""
    return base64_of(root_of([leaf_hash(text.encode()) for text in texts]))


def read_roll(texts: Sequence[str], root: str) -> tuple[str, ...]:
    """Return the subjects of a roll; TamperedError when its texts do not lead to this root."""
    if root_over(texts) != root:
        raise TamperedError(Text("名册与记录不符", "The roll is not the record's"), field=FIELD)
    return tuple(str(value) for _, value in map(read_disclosure, texts))
