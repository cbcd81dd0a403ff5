"""The sealed form of records of use: what goes in comes out, and nowhere else."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.errors import TamperedError
from shouze.gateway.usage.blocks import DAY, columns_of, keys_named, moment_of, open_columns, place_in_time, seal_block
from shouze.gateway.usage.ports import Block
from shouze.vault.suites import SUITES, Suite

ITEMS = ("call-record", "session", "traffic")
PLACE = ("s" * 26, "mobile/billing", 20_780, b"b" * 16)
values = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)
records = st.lists(
    st.tuples(st.integers(0, DAY - 1), st.dictionaries(st.sampled_from(ITEMS), values, min_size=1)),
    min_size=1,
    max_size=30,
)
moments = st.datetimes(timezones=st.just(UTC)).filter(lambda at: at.year < 9999)


class Keys(NamedTuple):
    suite: Suite
    opening: dict[int, bytes]

    @property
    def sealing(self) -> dict[str, tuple[Suite, int, bytes]]:
        pairs = zip(ITEMS, self.opening.items(), strict=True)
        return {item: (self.suite, version, key) for item, (version, key) in pairs}


def keys(suite: Suite) -> Keys:
    return Keys(suite, {number: os.urandom(suite.key_bytes) for number in (1, 77, 2**32 - 1)})


def sealed(noted: list[tuple[int, dict[str, str]]], ring: Keys) -> Block:
    ordered = sorted(noted, key=lambda pair: pair[0])
    times, values = [time for time, _ in ordered], [items for _, items in ordered]
    return seal_block(PLACE, times, values, ring.sealing, os.urandom)


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
@given(noted=records)
def test_every_record_comes_back(suite: Suite, noted: list[tuple[int, dict[str, str]]]) -> None:
    ring = keys(suite)
    block = sealed(noted, ring)
    columns = open_columns(block, ITEMS, ring.opening)
    assert set(columns) == {item for _, items in noted for item in items}
    back = [
        (
            next(iter(columns.values())).times[n],
            {item: value for item, each in columns.items() if (value := each.values[n])},
        )
        for n in range(block.n)
    ]
    assert sorted(map(_ordered, back)) == sorted(map(_ordered, noted))


def _ordered(record: tuple[int, dict[str, str]]) -> tuple[int, list[tuple[str, str]]]:
    return record[0], sorted(record[1].items())


@given(noted=records, gone=st.sampled_from(ITEMS))
def test_without_an_items_key_the_others_open(noted: list[tuple[int, dict[str, str]]], gone: str) -> None:
    ring = keys(SUITES[0])
    block = sealed(noted, ring)
    left = {version: key for version, key in ring.opening.items() if version != ring.sealing[gone][1]}
    assert set(open_columns(block, ITEMS, left)) == set(columns_of(block)) - {gone}


@given(noted=records)
def test_a_block_opens_at_its_place_only(noted: list[tuple[int, dict[str, str]]]) -> None:
    ring = keys(SUITES[0])
    block = sealed(noted, ring)
    moved = (
        block._replace(subject="t" * 26), block._replace(ground="mobile/other"), block._replace(day=block.day + 1),
        block._replace(batch=b"c" * 16), block._replace(n=block.n + 1), block._replace(sealed=b"\x00"),
    )  # fmt: skip
    for other in moved:
        with pytest.raises(TamperedError):
            open_columns(other, ITEMS, ring.opening)


def test_columns_cannot_stand_for_one_another() -> None:
    ring = keys(SUITES[0])
    block = sealed([(1, dict.fromkeys(ITEMS, "x"))], ring)
    swapped = columns_of(block)
    swapped["session"], swapped["traffic"] = swapped["traffic"], swapped["session"]
    with pytest.raises(TamperedError):
        open_columns(block._replace(sealed=msgspec.msgpack.encode(swapped)), ("session",), ring.opening)


def test_a_block_names_its_keys() -> None:
    ring = keys(SUITES[0])
    assert keys_named(sealed([(1, {"session": "x"})], ring)) == {ring.sealing["session"][1]}


@given(moments, st.integers(-14 * 60, 14 * 60))
def test_a_moment_is_the_same_in_every_zone(at: datetime, minutes: int) -> None:
    elsewhere = at.astimezone(timezone(timedelta(minutes=minutes)))
    assert place_in_time(elsewhere) == place_in_time(at)
    assert moment_of(*place_in_time(elsewhere)) == at
