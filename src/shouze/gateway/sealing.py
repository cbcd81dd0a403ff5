"""Opens and seals one subject's values with its keys.

The values of one ground are sealed together, as one pack: a map from item to version and value under the item name
``PACK``. A value longer than ``LARGE`` has a row of its own, so that reading a name does not read a picture. (Version
0.1.0 gave every value a row of its own; such rows are read alike, and go when their ground is next written.) What was
corrected stands beside its item in the pack, so that it ends when the item does.

# Invariant: keys are read after the record is durable and kept for one passage only, so that a destroyed key is gone
# for the very next use.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from shouze.errors import TamperedError
from shouze.gateway.batching import together
from shouze.gateway.ports import EndedKey, KeyQuery, LivingKeys, SealedValue
from shouze.gateway.room import Room
from shouze.gateway.wrapping import keep_fresh_key
from shouze.vault.keys import unwrap_subject_key
from shouze.vault.seal import header, key_version_of, open_value, seal_value
from shouze.vault.suites import NONCE_BYTES, Suite, suite_numbered

PACK = ""
"""The item name of a ground's pack; no item is called so."""
LARGE = 1024
"""Characters from which on a value has a row of its own."""
MOST_FORMER = 10
"""Corrected values of one item that are kept, the latest."""


class Former(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A value that was corrected, and when, in microseconds."""

    text: str
    until: int


class Content(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An opened value and its version; ``former`` are those that were corrected, the oldest first."""

    version: int
    text: str
    former: tuple[Former, ...] = ()

    def corrected(self, version: int, text: str, at: int) -> Content:
        """Return the content after a correction; a long value is not kept twice."""
        if text == self.text or len(self.text) > LARGE:
            return Content(version, text, self.former)
        return Content(version, text, (*self.former, Former(self.text, at))[-MOST_FORMER:])


Contents = Mapping[str, Content]
"""What a ground holds, by item."""

_packs = msgspec.msgpack.Decoder(dict[str, Content])
_pack = msgspec.msgpack.Encoder().encode


async def open_values(room: Room, subject: str, values: Sequence[SealedValue]) -> dict[tuple[str, str], str]:
    """Return the values by (ground, item), those of packs too; one whose key is destroyed is left out.

    TamperedError when a value does not verify as this subject's.
    """
    opened = await open_grounds(room, subject, values)
    return {(ground, item): each.text for ground, held in opened.items() for item, each in held.items()}


async def open_grounds(room: Room, subject: str, values: Sequence[SealedValue]) -> dict[str, dict[str, Content]]:
    """Return what the values hold, by ground and item; errors as in ``open_values``."""
    grounds = tuple({value.ground: None for value in values})
    living = await room.fetch_keys(KeyQuery(subject, grounds)) if grounds else {}
    return opened_with(room, subject, values, living)


def opened_with(
    room: Room, subject: str, values: Sequence[SealedValue], living: LivingKeys
) -> dict[str, dict[str, Content]]:
    """Return what the values hold, opened with these keys of the subject; errors as in ``open_values``."""
    keys: dict[str, dict[int, bytes]] = {}
    opened: dict[str, dict[str, Content]] = {}
    for ground, item, version, sealed_bytes in values:
        number = key_version_of(sealed_bytes)
        wrapped = living.get(ground, {}).get(number)
        if wrapped is None:
            continue
        ring = keys.setdefault(ground, {})
        if number not in ring:
            ring[number] = unwrap_subject_key(room.ring, wrapped, subject, ground)
        plain = open_value(ring, sealed_bytes, subject, ground, item, version)
        if item != PACK:
            opened.setdefault(ground, {})[item] = Content(version, plain.decode())
        elif ground in opened:
            opened[ground] |= _unpacked(plain)
        else:
            opened[ground] = _unpacked(plain)
    return opened


class Sealer:
    """Seals what one subject's grounds hold, and opens what they held; asks for a ground's keys once."""

    def __init__(self, room: Room, subject: str, values: Sequence[SealedValue]) -> None:
        """``values`` are those now held: a ground with values goes on under the key they are sealed with."""
        self._room = room
        self._subject = subject
        self._values = values
        self._present = {value.ground: header(value.sealed).key_version for value in values}
        self._keys: dict[str, OpenKey] = {}
        self._living: LivingKeys = {}

    async def ready(self, grounds: Iterable[str]) -> None:
        """Fetch the keys of these grounds, or make those that there are none of, all at once."""
        wanted = sorted(set(grounds) - self._keys.keys())
        if present := tuple(ground for ground in wanted if ground in self._present):
            self._living = {**self._living, **await self._room.fetch_keys(KeyQuery(self._subject, present))}
        missing = [ground for ground in wanted if not self._has_key(ground)]
        await together([self.renew(ground) for ground in missing])

    def opened(self) -> dict[str, dict[str, Content]]:
        """Return what the grounds that were made ready held, opened; errors as in ``open_values``."""
        values = [value for value in self._values if value.ground in self._living]
        return opened_with(self._room, self._subject, values, self._living)

    def seal(self, ground: str, contents: Contents) -> list[SealedValue]:
        """Seal all that a ground, whose key is ready, holds from now on."""
        if not self._room.packs:
            return [self._sealed(ground, item, each.version, each.text.encode()) for item, each in contents.items()]
        large = {item: each for item, each in contents.items() if len(each.text) > LARGE and not each.former}
        small = {item: each for item, each in contents.items() if item not in large}
        rows = [self._sealed(ground, item, each.version, each.text.encode()) for item, each in large.items()]
        return [self._sealed(ground, PACK, self._next(ground), _pack(small)), *rows] if small else rows

    def gone(self, ground: str, puts: Iterable[SealedValue]) -> list[tuple[str, str]]:
        """Return the rows of the ground that ``puts`` do not replace."""
        kept = {value.item for value in puts if value.ground == ground}
        return [(ground, value.item) for value in self._values if value.ground == ground and value.item not in kept]

    async def renew(self, ground: str) -> None:
        """Make a new key for a ground: what is sealed from now on does not open with the old one."""
        room, version = self._room, fresh_version(self._room)
        key, wrapped = await keep_fresh_key(room, self._subject, ground, version)
        self._keys[ground] = (suite_numbered(wrapped.suite), version, key)

    def _has_key(self, ground: str) -> bool:
        """Take the key that the ground's values are sealed with, if it is there."""
        version = self._present.get(ground)
        wrapped = None if version is None else self._living.get(ground, {}).get(version)
        if version is None or wrapped is None:
            return False
        key = unwrap_subject_key(self._room.ring, wrapped, self._subject, ground)
        self._keys[ground] = (suite_numbered(wrapped.suite), version, key)
        return True

    def _next(self, ground: str) -> int:
        return 1 + max(
            (value.version for value in self._values if (value.ground, value.item) == (ground, PACK)), default=0
        )

    def _sealed(self, ground: str, item: str, version: int, plain: bytes) -> SealedValue:
        return sealed(self._room, self._keys[ground], self._subject, ground, item, version, plain)


OpenKey = tuple[Suite, int, bytes]
"""A key with its suite and its version."""


def sealed(
    room: Room, open_key: OpenKey, subject: str, ground: str, item: str, version: int, plain: bytes
) -> SealedValue:
    """Seal one row of a ground: a pack, or a value alone."""
    suite, number, key = open_key
    nonce = room.entropy(NONCE_BYTES)
    return SealedValue(
        ground, item, version, seal_value(suite, key, number, subject, ground, item, version, plain, nonce)
    )


def fresh_version(room: Room) -> int:
    """Return a random version for a new key, 1 to 2^32 - 1, so that no two keys of a ground share one."""
    return 1 + int.from_bytes(room.entropy(4)) % (2**32 - 1)


def packed_first(values: Mapping[str, str]) -> bytes:
    """Return the plaintext of a pack of values in their first version."""
    return _pack({item: (1, text, ()) for item, text in values.items()})


def keys_of(values: Iterable[SealedValue]) -> tuple[EndedKey, ...]:
    """Return the keys that these values are sealed with."""
    return tuple(sorted({EndedKey(value.ground, header(value.sealed).key_version) for value in values}))


def _unpacked(plain: bytes) -> dict[str, Content]:
    try:
        return _packs.decode(plain)
    except msgspec.MsgspecError:
        raise TamperedError from None
