"""Seals what letters say, and ends it: a destroyed key opens nothing in any copy of the tables."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, TypeVar

import msgspec
from django.utils.crypto import salted_hmac

from shouze.errors import SealedError, UnavailableError
from shouze.language import Text
from shouze.registers.letters.models import Enclosure, Letter, Party, SealKey
from shouze.registers.letters.ports import SealerPort
from shouze.registers.ports import GIVEN

S = TypeVar("S", bound=msgspec.Struct)


class Content(msgspec.Struct, frozen=True):
    """What a letter says; ``names`` are its enclosures' names and media types. It is never shown as it is."""

    text: str = ""
    subject: str = ""
    sender: str = ""
    to: str = ""
    names: tuple[tuple[str, str], ...] = ()
    message_id: str = ""
    answers: str = ""
    """The Message-ID of the e-mail that it answers."""

    def __repr__(self) -> str:
        """Return that there is a letter, and nothing of it."""
        return "Content(…)"


class Reach(msgspec.Struct, frozen=True):
    """How somebody is reached, as far as they said."""

    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""

    @classmethod
    def given(cls, values: Mapping[str, Any]) -> Reach:
        """Return what an act's form says of it, in its fields ``reach_name``, ``reach_email`` …."""
        return cls(*(str(values.get(f"reach_{part}") or "") for part in cls.__struct_fields__))

    def __repr__(self) -> str:
        """Return what there is, and nothing of it."""
        return f"Reach({', '.join(name for name in self.__struct_fields__ if getattr(self, name))})"


def fresh_key() -> SealKey:
    """Make a key."""
    name = secrets.token_hex(16)
    return SealKey.objects.create(name=name, wrapped=_sealer().fresh(name))


def seal(key: SealKey, what: msgspec.Struct | bytes, place: str) -> bytes:
    """Return something sealed under a key."""
    plain = what if isinstance(what, bytes) else msgspec.json.encode(what)
    return _sealer().seal(key.name, bytes(key.wrapped), plain, place)


def unseal(key: SealKey, sealed: bytes | memoryview[int], place: str) -> bytes:
    """Return what was sealed under a key at a place; SealedError once the key is destroyed."""
    return _open(key, sealed, place)


def read(letter: Letter) -> Content:
    """Return what a letter says; SealedError once its key is destroyed."""
    return msgspec.json.decode(_open(letter.key, letter.sealed, "content"), type=Content)


def enclosed(enclosure: Enclosure) -> bytes:
    """Return an enclosure's bytes."""
    return _open(enclosure.letter.key, enclosure.sealed, f"enclosure-{enclosure.place}")


def reach_of(party: Party) -> Reach:
    """Return how somebody is reached; nothing where they are known by an id alone, or their key is destroyed."""
    if party.key is None or not party.key.wrapped:
        return Reach()
    return msgspec.json.decode(_open(party.key, party.sealed, "reach"), type=Reach)


def destroy(keys: Sequence[str], now: datetime) -> None:
    """Destroy keys, and with them whatever is sealed under them."""
    SealKey.objects.filter(name__in=keys).update(wrapped=b"", destroyed_at=now)


def end(letters: Iterable[Letter], now: datetime) -> None:
    """End letters: their keys first, then what is sealed."""
    ids = {each.pk: each.key_id for each in letters}
    destroy(list(ids.values()), now)
    Enclosure.objects.filter(letter__in=ids).update(sealed=b"")
    Letter.objects.filter(pk__in=ids).update(sealed=b"", sender="", erased_at=now)


def end_parties(register: str, entries: Sequence[int], now: datetime) -> None:
    """Forget how the people of these rows are reached; their ids stay."""
    parties = Party.objects.filter(register=register, entry__in=entries)
    destroy([each for each in parties.values_list("key", flat=True) if each], now)
    parties.update(sealed=b"", sender="")


def digest_of(message_id: str) -> str:
    """Return by what a message is known again."""
    return sha256(message_id.strip().encode()).hexdigest()


def sender_of(address: str) -> str:
    """Return a keyed digest of an address: the same for the same sender, and nothing to look up a person by."""
    return salted_hmac("letter-sender", address.strip().lower(), algorithm="sha256").hexdigest() if address else ""


def _open(key: SealKey, sealed: bytes | memoryview[int], place: str) -> bytes:
    if not key.wrapped:
        raise SealedError
    return _sealer().open(key.name, bytes(key.wrapped), bytes(sealed), place)


def _sealer() -> SealerPort:
    if GIVEN.sealer is None:
        raise UnavailableError(Text("来信的密钥不可用", "The letters' key is not available"), field="letters.key")
    return GIVEN.sealer
