"""The private parts of drawn records: sealed for the inspection's own key, compared with what records commit to.

They travel as an age file (age-encryption.org/v1) for a key that was made for one inspection: neither the stick, nor
the operator's copy, nor the tables of either side hold them in clear.

# Invariant: nothing that a record does not commit to is taken for its opening.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from shouze.errors import InvalidError, SealedError, ShouzeError
from shouze.language import Text
from shouze.ledger.disclosure import read_disclosure
from shouze.ledger.entry import Leaf, always_commits, verify_disclosure
from shouze.link.inspecting import Fault, Found

KEPT = timedelta(days=183)
"""How long openings are kept at least: what is older may have ended."""
State = Literal["opened", "none", "ended", "changed"]
"""As the door says what became of a record's openings (``gateway.log_export``)."""


class Opening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What became of a record's openings, and the disclosures of the fields that were asked for."""

    state: State
    texts: tuple[str, ...] = ()


_openings = msgspec.json.Decoder(dict[str, Opening])


def fresh_identity() -> tuple[str, str]:
    """Return a key that opens (secret) and the one that seals for it."""
    from pyrage import x25519  # noqa: PLC0415 - few inspections ask for openings

    identity = x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def sealed(openings: Mapping[int, Opening], recipient: str) -> bytes:
    """Return openings by the places of their records, sealed; InvalidError for what is no key to seal for."""
    from pyrage import RecipientError, encrypt, x25519  # noqa: PLC0415 - as above

    try:
        key = x25519.Recipient.from_str(recipient)
    except RecipientError:
        raise InvalidError(Text("不是有效的 age 公钥", "It is no age public key"), field="recipient") from None
    raw: bytes = encrypt(msgspec.json.encode({str(place): each for place, each in openings.items()}), [key])
    return raw


def unsealed(raw: bytes, identity: str) -> dict[int, Opening]:
    """Return what was sealed; SealedError where this key does not open it, InvalidError for what is no such file."""
    from pyrage import DecryptError, decrypt, x25519  # noqa: PLC0415 - as above

    try:
        plain = decrypt(raw, [x25519.Identity.from_str(identity)])
    except DecryptError:
        raise SealedError(field="openings") from None
    try:
        return {int(place): each for place, each in _openings.decode(plain).items()}
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise InvalidError(Text("不是披露内容", "It holds no openings"), field="openings") from None


def compared(
    records: Mapping[int, Leaf], openings: Mapping[int, Opening], fields: Iterable[str], now: datetime
) -> list[Found]:
    """Return what is wrong with openings: not the record's, not what was asked for, or kept back."""
    named, found = frozenset(fields), []
    for place, leaf in records.items():
        told = openings.get(place, Opening("none"))
        if any(not _holds(leaf, text, named) for text in told.texts):
            found.append(Found(Fault.OPENING_ALTERED, place))
        elif told.state != "opened" and always_commits(leaf) and not _over(leaf, told, now):
            found.append(Found(Fault.UNOPENED, place))
    return found


def words(openings: Mapping[int, Opening]) -> str:
    """Return the disclosures as lines, by place; for whoever may see them, once."""
    lines = []
    for place, each in sorted(openings.items()):
        for text in each.texts:
            name, value = read_disclosure(text)
            lines.append(f"{place} · {name}: {value}")
    return "\n".join(lines)


def _holds(leaf: Leaf, text: str, named: frozenset[str]) -> bool:
    try:
        return verify_disclosure(leaf, text)[0] in named
    except ShouzeError:
        return False


def _over(leaf: Leaf, told: Opening, now: datetime) -> bool:
    return told.state == "ended" and leaf.at < now - KEPT
