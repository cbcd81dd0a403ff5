"""Drawing by lot: repeated by the published recipe, every leaf once, none favoured."""

from __future__ import annotations

import re
from collections import Counter
from hashlib import sha256
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.ledger.checkpoint import Checkpoint
from shouze.ledger.drawing import drawn, seed_of
from tests.conftest import ROOT

SIZES = st.integers(1, 300)


@pytest.fixture(scope="module")
def recipe() -> Any:
    """The function that docs/spec/draw.md publishes."""
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/spec/draw.md").read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)
    return names["draw"]


@given(size=SIZES, nonce=st.text("0123456789abcdef", min_size=1, max_size=32), root=st.binary(min_size=32, max_size=32))
def test_anybody_repeats_the_draw_by_the_published_recipe(recipe: Any, size: int, nonce: str, root: bytes) -> None:
    checkpoint = Checkpoint("example.org/log", size, root)
    assert list(islice(drawn(seed_of(checkpoint, nonce), size), 40)) == recipe("example.org/log", size, root, nonce, 40)


@given(SIZES, st.binary(min_size=32, max_size=32))
def test_every_leaf_is_drawn_once_if_one_goes_on(size: int, seed: bytes) -> None:
    assert sorted(drawn(seed, size)) == list(range(size))


def test_an_empty_log_has_nothing_to_draw() -> None:
    assert list(drawn(b"\0" * 32, 0)) == []


def test_another_nonce_root_or_size_draws_others() -> None:
    first = Checkpoint("example.org/log", 10_000, b"\1" * 32)
    others = [(first, "b"), (Checkpoint("example.org/log", 10_000, b"\2" * 32), "a")]
    before = list(islice(drawn(seed_of(first, "a"), 10_000), 20))
    assert all(list(islice(drawn(seed_of(each, nonce), 10_000), 20)) != before for each, nonce in others)


def test_no_leaf_is_favoured() -> None:
    counts = Counter(next(drawn(sha256(bytes([n % 256, n // 256])).digest(), 7)) for n in range(7_000))
    assert all(850 < counts[each] < 1_150 for each in range(7)), counts
