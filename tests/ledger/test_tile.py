"""Tile names and entry bundles."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.errors import InvalidError
from shouze.ledger.tile import (
    Bundle,
    Tile,
    bundle_path,
    decode_bundle,
    decode_tile,
    encode_bundle,
    packed_length,
    parse_path,
    partial_width,
    tile_path,
    touched,
)


def test_paths_are_spelt_as_the_specification_spells_them() -> None:
    assert tile_path(0, 1234067) == "tile/0/x001/x234/067"
    assert tile_path(63, 0, 255) == "tile/63/000.p/255"
    assert bundle_path(5, 3) == "tile/entries/005.p/3"
    assert bundle_path(1000) == "tile/entries/x001/000"


@given(st.integers(0, 63), st.integers(0, (1 << 63) - 1), st.integers(1, 256))
def test_a_path_reads_back_as_what_it_names(level: int, n: int, width: int) -> None:
    assert parse_path(tile_path(level, n, width)) == Tile(level, n, width)
    assert parse_path(bundle_path(n, width)) == Bundle(n, width)


@pytest.mark.parametrize(
    "path",
    ["", "tile/0/0", "tile/64/000", "tile/00/000", "tile/0/x000/001", "tile/0/000.p/0", "tile/0/000.p/256",
     "tile/0/000.p/03", "tile/0/001/002", "tile/0/x001", "tile/entries/000/", "/tile/0/000", "tile/0/000\n",
     "tile/0/٠٠٠", "tile/-1/000", "tile/entries/x999/x999/x999/x999/x999/x999/999", "tile/entries/../000"],
)  # fmt: skip
def test_any_other_spelling_of_a_path_is_refused(path: str) -> None:
    with pytest.raises(InvalidError):
        parse_path(path)


@given(st.text(alphabet="tile/nrsx0123456789.p-", max_size=40) | st.text(max_size=30))
def test_reading_a_path_raises_nothing_unexpected(path: str) -> None:
    try:
        place = parse_path(path)
    except InvalidError:
        return
    assert path == (tile_path(*place) if isinstance(place, Tile) else bundle_path(*place))


@pytest.mark.parametrize(
    "make",
    [lambda: tile_path(64, 0), lambda: tile_path(0, -1), lambda: bundle_path(0, 0), lambda: bundle_path(0, 257),
     lambda: bundle_path(1 << 63)],
)  # fmt: skip
def test_a_place_that_cannot_exist_has_no_path(make: Callable[[], str]) -> None:
    with pytest.raises(InvalidError):
        make()


def test_seventy_thousand_entries_have_the_tiles_of_the_specification() -> None:
    places = list(touched(0, 70_000))
    assert [place for place in places if place.width < 256] == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert [sum(place.level == level for place in places) for level in range(4)] == [274, 2, 1, 0]
    assert [partial_width(level, 70_000) for level in range(4)] == [112, 17, 1, 0]


@pytest.mark.parametrize(
    ("old", "size", "places"),
    [(5, 5, []), (0, 1, [(0, 0, 1)]), (255, 256, [(0, 0, 256), (1, 0, 1)]), (256, 257, [(0, 1, 1)]),
     (300, 513, [(0, 1, 256), (0, 2, 1), (1, 0, 2)]), (65535, 65536, [(0, 255, 256), (1, 0, 256), (2, 0, 1)])],
)  # fmt: skip
def test_only_tiles_that_change_are_touched(old: int, size: int, places: list[tuple[int, int, int]]) -> None:
    assert list(touched(old, size)) == places


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_a_bundle_reads_back_as_its_entries(entries: list[bytes]) -> None:
    assert decode_bundle(encode_bundle(entries), len(entries)) == entries


def test_the_longest_entry_fits_and_a_longer_one_is_refused() -> None:
    assert decode_bundle(encode_bundle([b"x" * 65535]), 1) == [b"x" * 65535]
    with pytest.raises(InvalidError):
        encode_bundle([b"x" * 65536])


@pytest.mark.parametrize("body", [b"", b"\x00", b"\x00\x02a", b"\x00\x01ab", b"\x00\x01a\x00\x01b", b"\x00\x01a\x00"])
def test_a_bundle_with_more_or_less_than_its_entries_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidError):
        decode_bundle(body, 1)


@given(st.binary(max_size=200), st.integers(0, 256))
def test_a_bundle_decodes_exactly_or_is_refused(body: bytes, width: int) -> None:
    try:
        assert encode_bundle(decode_bundle(body, width)) == body
    except InvalidError:
        return


def test_a_tile_of_another_length_is_refused() -> None:
    assert decode_tile(b"a" * 32 + b"b" * 32, 2) == [b"a" * 32, b"b" * 32]
    for body in (b"", b"a" * 31, b"a" * 96):
        with pytest.raises(InvalidError):
            decode_tile(body, 2)


@given(st.lists(st.binary(max_size=300), max_size=6), st.data())
def test_the_first_entries_of_a_bundle_are_as_long_as_they_are_alone(entries: list[bytes], data: st.DataObject) -> None:
    count = data.draw(st.integers(0, len(entries)))
    assert packed_length(encode_bundle(entries), count) == len(encode_bundle(entries[:count]))
