"""Sealed streams: whole or refused, for recipients only, in bounded memory, and what age itself reads."""

from __future__ import annotations

import io
import tracemalloc
import zlib
from collections.abc import Iterator

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.errors import InvalidError, SealedError, TamperedError
from shouze.vault.armour import fresh_pair, open_stream, read_identities, read_recipients, seal_stream

PAIR = fresh_pair()


def sealed(*pieces: bytes) -> bytes:
    target = io.BytesIO()
    seal_stream(pieces, target, [PAIR.recipient])
    return target.getvalue()


def opened(content: bytes) -> bytes:
    found = bytearray()
    open_stream(io.BytesIO(content), [PAIR.identity], found.extend)
    return bytes(found)


WHOLE = sealed(bytes(range(256)) * 300)


@given(st.lists(st.binary(max_size=200_000), max_size=4))
def test_what_was_sealed_in_pieces_opens_whole(pieces: list[bytes]) -> None:
    assert opened(sealed(*pieces)) == b"".join(pieces)


def test_age_and_zlib_open_it_without_us() -> None:
    assert zlib.decompress(pyrage.decrypt(sealed(b"one", b"two"), [PAIR.identity])) == b"onetwo"


@given(st.data())
def test_whatever_was_changed_or_cut_is_refused(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(WHOLE) - 1))
    changed = WHOLE[:at] if data.draw(st.booleans()) else WHOLE[:at] + bytes([WHOLE[at] ^ 1]) + WHOLE[at + 1 :]
    with pytest.raises((TamperedError, SealedError)):
        opened(changed)


def test_nobody_else_opens_it() -> None:
    with pytest.raises(SealedError):
        open_stream(io.BytesIO(sealed(b"x")), [fresh_pair().identity], lambda _: None)


def test_a_stream_that_is_no_zlib_is_refused() -> None:
    with pytest.raises(TamperedError):
        opened(pyrage.encrypt(b"not compressed", [pyrage.x25519.Recipient.from_str(PAIR.recipient)]))


def test_what_goes_wrong_around_it_comes_out_as_it_is() -> None:
    def broken() -> Iterator[bytes]:
        yield b"x" * 100_000
        raise KeyboardInterrupt

    def refuse(_: bytes) -> None:
        raise LookupError

    with pytest.raises(KeyboardInterrupt):
        seal_stream(broken(), io.BytesIO(), [PAIR.recipient])
    with pytest.raises(LookupError):
        open_stream(io.BytesIO(sealed(b"y" * 1_000_000)), [PAIR.identity], refuse)


def test_a_stream_that_grows_without_end_in_opening_does_not_fill_memory() -> None:
    bomb = sealed(*[bytes(1 << 20)] * 64)
    assert len(bomb) < 1 << 20
    largest = 0

    def take(piece: bytes) -> None:
        nonlocal largest
        largest = max(largest, len(piece))

    tracemalloc.start()
    open_stream(io.BytesIO(bomb), [PAIR.identity], take)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert largest <= 1 << 16
    assert peak < 4 << 20


def test_keys_are_read_once_each_and_checked() -> None:
    assert read_recipients([PAIR.recipient, PAIR.recipient], "to") == [PAIR.recipient]
    for wrong in ([], ["age1nonsense"], [PAIR.recipient, ""]):
        with pytest.raises(InvalidError, match="to"):
            read_recipients(wrong, "to")


def test_an_identity_is_read_from_the_file_that_age_keygen_writes() -> None:
    content = f"# created: today\n# public key: {PAIR.recipient}\n{PAIR.identity}\n".encode()
    [identity] = read_identities(content, "file")
    assert str(identity.to_public()) == PAIR.recipient
    with pytest.raises(InvalidError) as caught:
        read_identities(b"AGE-SECRET-KEY-1QQQQ\n", "file")
    assert "QQQQ" not in str(caught.value)


def test_a_pair_does_not_show_its_secret() -> None:
    assert "SECRET" not in repr(PAIR)
