"""Fast reading: it accepts what the strict reader accepts, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.errors import ShouzeError
from shouze.ledger.chain import Chain
from shouze.ledger.entry import parse_leaf
from shouze.ledger.reading import Broken, Reader
from shouze.ledger.strict import base64_of
from shouze.ledger.tree import leaf_hash
from tests.ledger.building import leaves

SIZE = 40


@cache
def _leaves() -> tuple[bytes, ...]:
    return tuple(leaves(SIZE))


def read(entries: list[bytes], reader: Reader | None = None) -> list[Broken]:
    return (reader or Reader()).read(0, entries, [leaf_hash(entry) for entry in entries])


def put(entries: list[bytes], place: int, entry: bytes) -> list[bytes]:
    """Return the entries with another in one place, and those behind it chained to it: nothing else is wrong."""
    changed = [*entries[:place], entry]
    for each in entries[place + 1 :]:
        prev = base64_of(leaf_hash(changed[-1])).encode()
        changed.append(re.sub(rb'"prev":"[^"]*"', rb'"prev":"' + prev + b'"', each, count=1))
    return changed


def strictly(entries: list[bytes]) -> list[Broken]:
    """Return what the strict reader and the chain say, one record after another."""
    broken, chains = [], dict[tuple[int, str], Chain]()
    for place, entry in enumerate(entries):
        try:
            leaf = parse_leaf(entry)
        except ShouzeError:
            broken.append(Broken(place, "leaf"))
            continue
        key = (leaf.node, leaf.boot)
        chain = chains.get(key)
        if chain is not None and (leaf.nseq, leaf.prev) != (chain.last_nseq + 1, chain.prev):
            broken.append(Broken(place, "chain"))
        chains[key] = Chain(*key).rejoin(leaf, leaf_hash(entry))
    return broken


def test_records_that_hold_are_read_and_their_chain_is_told() -> None:
    reader, entries = Reader(), list(_leaves())
    assert read(entries, reader) == []
    ((key, link),) = reader.links().items()
    assert key == (1, parse_leaf(entries[0]).boot)
    assert (link.place, link.nseq, link.prev) == (0, 1, "")
    assert (link.last_nseq, link.last_hash) == (SIZE, leaf_hash(entries[-1]))
    assert reader.links() == {}


def test_a_chain_may_begin_anywhere_and_others_run_between() -> None:
    one, two = leaves(20, node=1)[7:], leaves(13, node=2)
    mixed = [entry for pair in zip(one, two, strict=True) for entry in pair]
    reader = Reader()
    assert read(mixed, reader) == []
    assert sorted(link.nseq for link in reader.links().values()) == [1, 8]


@given(st.integers(0, SIZE - 1), st.data())
def test_of_a_changed_record_both_readers_say_the_same(place: int, data: st.DataObject) -> None:
    entries, reader = list(_leaves()), Reader()
    assert read(entries, reader) == []
    reader.links()
    raw = bytearray(entries[place])
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] = data.draw(st.integers(0, 255))
    entries = put(entries, place, bytes(raw))
    assert read(entries, reader) == strictly(entries)


_CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "a digest twice": lambda raw: re.sub(rb'("[\w-]{43}"),"[\w-]{43}"', rb"\1,\1", raw, count=1),
    "digests out of order": lambda raw: re.sub(rb'("[\w-]{43}"),("[\w-]{43}")', rb"\2,\1", raw, count=1),
    "a digest too few": lambda raw: re.sub(rb'"[\w-]{43}",', b"", raw, count=1),
    "a digest of another alphabet": lambda raw: re.sub(rb'"sd":\["..', b'"sd":["+/', raw, count=1),
    "no such day": lambda raw: raw.replace(b"2026-11-23T", b"2026-02-30T"),
    "hour 24": lambda raw: raw.replace(b"T11:", b"T24:"),
    "a time of another zone": lambda raw: re.sub(rb'Z","v"', b'z","v"', raw),
    "a fraction with a sign": lambda raw: re.sub(rb"\.\d{6}Z", b".+00001Z", raw),
    "a fraction that begins late": lambda raw: re.sub(rb"\.(\d)(\d{5})Z", rb"\1.\2Z", raw),
    "a quotation mark too early": lambda raw: re.sub(rb'(")([\w-]{42})([\w-])",', rb'\1\2"\3,', raw, count=1),
    "one before it by another name": lambda raw: raw.replace(b'"prev"', b'"Prev"'),
    "digests by another name": lambda raw: raw.replace(b'"sd":', b'"Sd":'),
    "another version": lambda raw: raw.replace(b'"v":1', b'"v":2'),
    "another algorithm": lambda raw: raw.replace(b"sha-256", b"sha-512"),
    "words that follow one another twice": lambda raw: raw + b"}",
    "a space": lambda raw: raw.replace(b'"rows":1', b'"rows": 1'),
    "a number with a leading zero": lambda raw: raw.replace(b'"nseq":', b'"nseq":0'),
    "its own node named otherwise": lambda raw: raw.replace(b'"node":1', b'"node":01'),
    "nothing": lambda _raw: b"",
}  # fmt: skip


@pytest.mark.parametrize("change", _CHANGES)
def test_a_record_that_only_seems_to_be_one_is_named(change: str) -> None:
    entries, reader = list(_leaves()), Reader()
    assert read(entries, reader) == []
    reader.links()
    changed = _CHANGES[change](entries[30])
    assert changed != entries[30]
    entries = put(entries, 30, changed)
    broken = read(entries, reader)
    assert broken == strictly(entries)
    assert Broken(30, "leaf") in broken


def test_records_of_more_commitments_are_read_too() -> None:
    twice = [entry.replace(b'"sd":[', b'"sd":[' + b",".join(b'"%s%042d"' % (b"-", n) for n in range(8)) + b",")
             for entry in _leaves()[:1]]  # fmt: skip
    assert read(twice) == strictly(twice) == []


@pytest.mark.parametrize("ends", [("A", "B"), ("B", "A"), ("A", "A")])
def test_digests_that_begin_alike_are_compared_to_their_end(ends: tuple[str, str]) -> None:
    entries, reader = list(_leaves()), Reader()
    assert read(entries, reader) == []
    reader.links()
    first, second = (b"--" + b"x" * 40 + end.encode() for end in ends)
    changed = re.sub(rb'"sd":\["[\w-]{43}","[\w-]{43}', b'"sd":["' + first + b'","' + second, entries[30])
    entries = put(entries, 30, changed)
    assert read(entries, reader) == strictly(entries)
    assert (Broken(30, "leaf") in read(entries, Reader())) == (ends != ("A", "B"))


@pytest.mark.parametrize("number", [SIZE - 1, SIZE + 1])
def test_the_last_record_bears_the_next_number_though_none_follows_that_would_miss_it(number: int) -> None:
    entries = list(_leaves())
    entries[-1] = entries[-1].replace(b'"nseq":%d' % SIZE, b'"nseq":%d' % number)
    assert read(entries) == strictly(entries) == [Broken(SIZE - 1, "chain")]


def test_numbers_are_read_where_they_take_a_digit_more() -> None:
    entries = leaves(130)
    assert read(entries) == strictly(entries) == []
    del entries[99]
    assert read(entries) == strictly(entries) == [Broken(99, "chain")]


@pytest.mark.parametrize("number", [b"30", b"32", b"99"])
def test_a_number_that_does_not_follow_is_named_though_all_behind_it_name_it_as_the_one_before(number: bytes) -> None:
    entries = list(_leaves())
    changed = put(entries, 30, entries[30].replace(b'"nseq":31', b'"nseq":' + number))
    assert read(changed) == strictly(changed)
    assert Broken(30, "chain") in read(changed)


def test_numbers_end_where_those_of_json_do() -> None:
    entries = list(_leaves()[1:5])
    for place, number in enumerate(range(2**53 - 3, 2**53 + 1)):
        entries = put(entries, place, entries[place].replace(b'"nseq":%d' % (place + 2), b'"nseq":%d' % number))
    assert read(entries) == strictly(entries) == [Broken(3, "leaf")]
