"""Finds out who the users of a batch are: new, known, or not to be told apart.

# Invariant: nothing is guessed. Identifiers that point to different subjects, or to somebody else, are a conflict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import NamedTuple

from shouze.gateway.arriving import Arrival
from shouze.gateway.ports import Claim
from shouze.gateway.room import Room
from shouze.gateway.writing import identifying
from shouze.rules.policy import Policy
from shouze.vault.blind_index import tags

_NOBODY = frozenset[str]()


class Match(NamedTuple):
    """Whom one arrival is about: nobody known (``subject`` None), somebody, or a conflict over an item."""

    claims: tuple[Claim, ...]
    subject: str | None = None
    conflict: str | None = None


async def match(room: Room, policy: Policy, arrivals: Sequence[Arrival]) -> list[Match]:
    """Return for each arrival whom its identifiers point to, asked with one statement."""
    exclusive = identifying(policy, sorted({item for each in arrivals for item in each.values}))
    versions = room.ring.index_versions()
    claims, version = _claims(room, exclusive, versions, arrivals), room.ring.index_version()
    holders = await room.custody.holders_by_tag([claim.tag for each in claims for claim in each])
    before: set[bytes] = set()
    matches = []
    for arrival, mine in zip(arrivals, claims, strict=True):
        own = [claim.tag for claim in mine if claim.exclusive]
        if not before.isdisjoint(own):
            twice = next(claim.item for claim in mine if claim.exclusive and claim.tag in before)
            matches.append(Match(mine, None, twice))
        elif holders:
            matches.append(_match(arrival, mine, holders, version))
        else:
            matches.append(Match(mine))
        before.update(own)
    return matches


def _claims(
    room: Room, exclusive: Mapping[str, bool], versions: Sequence[int], arrivals: Sequence[Arrival]
) -> list[tuple[Claim, ...]]:
    """Return the claims of each arrival, made item by item."""
    claims: list[list[Claim]] = [[] for _ in arrivals]
    for item, alone in exclusive.items():
        those = [n for n, each in enumerate(arrivals) if item in each.values]
        normals = [arrivals[n].values[item] for n in those]
        for version in versions:
            for n, tag in zip(those, tags(room.ring, item, normals, version), strict=True):
                claims[n].append(Claim(tag, item, alone, version))
    return [tuple(each) for each in claims]


def _match(arrival: Arrival, claims: tuple[Claim, ...], holders: Mapping[bytes, Set[str]], version: int) -> Match:
    named = (claim for claim in claims if claim.item in arrival.identifiers and claim.version == version)
    pointing = {claim.item: holders.get(claim.tag, _NOBODY) for claim in named}
    if any(pointing.values()):
        everywhere = frozenset.intersection(*map(frozenset, pointing.values()))
        if len(everywhere) != 1:
            return Match(
                claims, None, next(item for item, found in pointing.items() if found != everywhere or not found)
            )
        subject = next(iter(everywhere))
    else:
        subject = None
    others = (claim.item for claim in claims if claim.exclusive and holders.get(claim.tag, _NOBODY) - {subject})
    return Match(claims, subject, next(others, None))
