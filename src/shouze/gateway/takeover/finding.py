"""Finds out who the users of a batch are: new, known, or not to be told apart.

# Invariant: nothing is guessed. Identifiers that point to different subjects, or to somebody else, are a conflict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from shouze.gateway.arriving import Arrival
from shouze.gateway.ports import Claim, Query
from shouze.gateway.room import Room
from shouze.gateway.writing import claims_for, identifying
from shouze.rules.policy import Policy


class Match(NamedTuple):
    """Whom one arrival is about: nobody known (``subject`` None), somebody, or a conflict over an item."""

    claims: tuple[Claim, ...]
    subject: str | None = None
    conflict: str | None = None


async def match(room: Room, policy: Policy, arrivals: Sequence[Arrival]) -> list[Match]:
    """Return for each arrival whom its identifiers point to, asked with one statement."""
    exclusive = identifying(policy, sorted({item for each in arrivals for item in each.values}))
    versions = room.ring.index_versions()
    claims = [tuple(claims_for(room, exclusive, versions, each.values)) for each in arrivals]
    tags, version = list(dict.fromkeys(claim.tag for each in claims for claim in each)), room.ring.index_version()
    answers = await room.custody.look_up([Query(None, (tag,)) for tag in tags])
    holders = {tag: {found.subject for found in answer.found} for tag, answer in zip(tags, answers, strict=True)}
    before: set[bytes] = set()
    matches = []
    for arrival, mine in zip(arrivals, claims, strict=True):
        twice = next((claim.item for claim in mine if claim.exclusive and claim.tag in before), None)
        matches.append(Match(mine, None, twice) if twice else _match(arrival, mine, holders, version))
        before.update(claim.tag for claim in mine if claim.exclusive)
    return matches


def _match(arrival: Arrival, claims: tuple[Claim, ...], holders: Mapping[bytes, set[str]], version: int) -> Match:
    named = (claim for claim in claims if claim.item in arrival.identifiers and claim.version == version)
    pointing = {claim.item: holders[claim.tag] for claim in named}
    if any(pointing.values()):
        everywhere = set.intersection(*pointing.values())
        if len(everywhere) != 1:
            return Match(
                claims, None, next(item for item, found in pointing.items() if found != everywhere or not found)
            )
        subject = next(iter(everywhere))
    else:
        subject = None
    others = (claim.item for claim in claims if claim.exclusive and holders[claim.tag] - {subject})
    return Match(claims, subject, next(others, None))
