"""A party's change of its key: signed by the key that ends and by the one that begins."""

from __future__ import annotations

from shouze.link.keys import PartyKey, PublicKey
from shouze.link.kinds import KeyChange
from shouze.link.refusing import Reason, RejectedError
from shouze.link.signing import encode, peek, sign, verify

TYPE = "shouze-key+jws"


def change(party: str, before: PublicKey, after: PartyKey) -> KeyChange:
    """Return what a party says of its next key; the dispatch around it is signed by the present one."""
    claim = encode({"after": after.public.text, "before": before.text, "party": party})
    return KeyChange(key=after.public.text, possession=sign(claim, after, TYPE))


def accepted(body: KeyChange, party: str, before: PublicKey) -> PublicKey:
    """Return the next key; RejectedError unless whoever holds it has said so of this party and the key before."""
    after = PublicKey.read(body.key)
    peek(body.possession, TYPE)
    claim = verify(body.possession, after)
    if claim != encode({"after": after.text, "before": before.text, "party": party}) or after == before:
        raise RejectedError(Reason.ALTERED, "possession")
    return after
