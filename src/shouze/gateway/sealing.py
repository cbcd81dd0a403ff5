"""Opens and seals one subject's values with its keys.

# Invariant: keys are read after the record is durable and kept for one passage only, so that a destroyed key is gone
# for the very next use.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from shouze.gateway.ports import EndedKey, KeyQuery, SealedValue
from shouze.gateway.room import Room
from shouze.vault.keys import fresh_subject_key, unwrap_subject_key
from shouze.vault.seal import header, open_value, seal_value
from shouze.vault.suites import NONCE_BYTES, Suite, suite_numbered


async def open_values(room: Room, subject: str, values: Sequence[SealedValue]) -> dict[tuple[str, str], str]:
    """Return the values by (ground, item); one whose key is destroyed is left out.

    TamperedError when a value does not verify as this subject's.
    """
    grounds = tuple({value.ground: None for value in values})
    wrapped = await room.fetch_keys(KeyQuery(subject, grounds)) if grounds else {}
    keys: dict[str, dict[int, bytes]] = {ground: {} for ground in grounds}
    opened: dict[tuple[str, str], str] = {}
    for value in values:
        version, living = header(value.sealed).key_version, wrapped.get(value.ground, {})
        if version not in living:
            continue
        ring = keys[value.ground]
        if version not in ring:
            ring[version] = unwrap_subject_key(room.ring, living[version], subject, value.ground)
        plain = open_value(ring, value.sealed, subject, value.ground, value.item, value.version)
        opened[value.ground, value.item] = plain.decode()
    return opened


class Sealer:
    """Seals values of one subject; asks for a ground's key once."""

    def __init__(self, room: Room, subject: str, values: Sequence[SealedValue]) -> None:
        """``values`` are those now held: a ground with values goes on under the key they are sealed with."""
        self._room = room
        self._subject = subject
        self._present = {value.ground: header(value.sealed).key_version for value in values}
        self._keys: dict[str, tuple[Suite, int, bytes]] = {}

    async def ready(self, grounds: Iterable[str]) -> None:
        """Fetch the keys of these grounds, or make those that there are none of, all at once."""
        await asyncio.gather(*(self._key(ground) for ground in sorted(set(grounds) - self._keys.keys())))

    def seal(self, ground: str, item: str, version: int, plaintext: str) -> SealedValue:
        """Seal one version of one item under a ground whose key is ready."""
        suite, key_version, key = self._keys[ground]
        nonce = self._room.entropy(NONCE_BYTES)
        place = (self._subject, ground, item, version)
        return SealedValue(
            ground, item, version, seal_value(suite, key, key_version, *place, plaintext.encode(), nonce)
        )

    async def renew(self, ground: str) -> None:
        """Make a new key for a ground: what is sealed from now on does not open with the old one."""
        room, version = self._room, 1 + int.from_bytes(self._room.entropy(4)) % (2**32 - 1)
        key, wrapped = fresh_subject_key(room.ring, self._subject, ground, room.entropy)
        await room.keys.add(self._subject, ground, version, wrapped)
        self._keys[ground] = (suite_numbered(wrapped.suite), version, key)

    async def _key(self, ground: str) -> None:
        version = self._present.get(ground)
        if version is not None:
            living = await self._room.fetch_keys(KeyQuery(self._subject, (ground,)))
            wrapped = living.get(ground, {}).get(version)
            if wrapped is not None:
                key = unwrap_subject_key(self._room.ring, wrapped, self._subject, ground)
                self._keys[ground] = (suite_numbered(wrapped.suite), version, key)
        if ground not in self._keys:
            await self.renew(ground)


def keys_of(values: Iterable[SealedValue]) -> tuple[EndedKey, ...]:
    """Return the keys that these values are sealed with."""
    return tuple(sorted({EndedKey(value.ground, header(value.sealed).key_version) for value in values}))
