"""Find a value by its keyed tag without opening anything.

A tag is a MAC under an index key that the ring keeps. Equal normal forms of one item have equal tags; tags of different
items are unrelated. Whoever holds tags and the index key can try values, so tags are erased with their subject and
index keys are replaced like epoch keys.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from hmac import compare_digest

from shouze.vault.framing import frame, frame_one, words
from shouze.vault.keys import KeyRing

_VALUE = b"shouze/index-tag/1"
_SUBJECT = b"shouze/subject-tag/1"
_CHANCE = b"shouze/match-chance/1"


def tag(ring: KeyRing, item: str, normal: str, version: int | None = None) -> bytes:
    """Return the 32-byte tag of an item's normal form under the given index key, or under the current one.

    SealedError when the ring has no index key of that version.
    """
    return ring.index_mac(ring.index_version() if version is None else version, words(_VALUE, item) + frame_one(normal))


def tags(ring: KeyRing, item: str, normals: Iterable[str], version: int) -> list[bytes]:
    """Return what ``tag`` returns for each of many normal forms of one item."""
    mac, begin = ring.index_mac, words(_VALUE, item)
    return [mac(version, begin + frame_one(normal)) for normal in normals]


def subject_tag(ring: KeyRing, subject: str, hushed_by: str | None = None) -> bytes:
    """Return the 32-byte tag under which a subject's handling records are found, or those hushed by a demand."""
    return ring.lookup_mac(words(_SUBJECT) + frame_one(subject) + (b"" if hushed_by is None else frame_one(hushed_by)))


def chance_of(ring: KeyRing, tags: Iterable[bytes], count: int) -> bytes:
    """Return 32 bytes that nobody without the index key can foretell, the same for the same tags and count."""
    together = sha256(b"".join(sorted(tags))).digest()
    return ring.index_mac(ring.index_version(), words(_CHANCE) + frame(together, count))


def compare(tag_a: bytes, tag_b: bytes) -> bool:
    """Return whether two tags are the same, in a time that does not depend on where they differ."""
    return compare_digest(tag_a, tag_b)
