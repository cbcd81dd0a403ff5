"""Makes subject keys and keeps them, wrapped under an epoch that the key store still takes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from shouze.gateway.room import Room
from shouze.gateway.rotation_ports import EpochEndedError
from shouze.vault.keys import WrappedKey, fresh_subject_key

T = TypeVar("T")


async def within_epoch(room: Room, keep: Callable[[], Awaitable[T]]) -> T:
    """Make and keep keys; where the key store says that their epoch has ended, read the ring again and do it anew.

    EpochEndedError where the ring stays behind: it is an older copy.
    """
    try:
        return await keep()
    except EpochEndedError:
        room.ring.refresh()
        return await keep()


async def keep_fresh_key(room: Room, subject: str, ground: str, version: int) -> tuple[bytes, WrappedKey]:
    """Make a key for a subject and a ground, keep it durably, and return it with its wrapped form."""

    async def keep() -> tuple[bytes, WrappedKey]:
        key, wrapped = fresh_subject_key(room.ring, subject, ground, room.entropy)
        await room.keys.add(subject, ground, version, wrapped)
        return key, wrapped

    return await within_epoch(room, keep)
