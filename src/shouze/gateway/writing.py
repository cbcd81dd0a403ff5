"""Writes new versions of items, and moves the identifiers among them.

A fact is one fact: an item written for one ground is written for every ground that holds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from shouze.errors import ConflictError, ShouzeError
from shouze.gateway.changing import Transition, carry_out
from shouze.gateway.passage import Passage, normal_value
from shouze.gateway.ports import Change, Claim, Found, SealedValue
from shouze.gateway.room import Room
from shouze.gateway.sealing import Content, Sealer
from shouze.language import Text
from shouze.ledger.moments import micros
from shouze.rules.policy import Policy
from shouze.rules.standing import Standing
from shouze.rules.use import USAGE
from shouze.vault.blind_index import tag


def normal_values(passage: Passage, values: Mapping[str, str]) -> dict[str, str]:
    """Return the normal forms of values; what is not declared stays as it is, for the decision refuses it."""
    normal = {}
    for item, value in values.items():
        traits = passage.policy.traits(item)
        normal[item] = normal_value(traits.form, value, f"values.{item}") if traits else value
    return normal


def next_versions(found: Found, items: Mapping[str, str]) -> dict[str, int]:
    """Return the version that each item takes when it is written next."""
    present = dict.fromkeys(items, 0)
    for ground, held in found.standing.held.items():
        for item in held.keys() & present.keys() if not ground.endswith(USAGE) else ():
            present[item] = max(present[item], held[item].version)
    return {item: version + 1 for item, version in present.items()}


async def rewritten(
    room: Room, found: Found, standing: Standing, normal: Mapping[str, str], version: Mapping[str, int],
    corrected_at: datetime | None = None,
) -> Change:  # fmt: skip
    """Return the change to ``standing`` with every written item sealed anew wherever it is held.

    Of a correction the former values stay, sealed beside the right ones; each ground has those it held itself.
    """
    touched = {
        ground: items
        for ground, held in standing.held.items()
        if not ground.endswith(USAGE) and (items := held.keys() & normal.keys())
    }
    sealer = Sealer(room, found.subject, found.values)
    await sealer.ready(touched)
    present = sealer.opened()
    puts, removals = list[SealedValue](), list[tuple[str, str]]()
    for ground, items in touched.items():
        there = present.get(ground, {})
        written = {item: _content(there.get(item), version[item], normal[item], corrected_at) for item in sorted(items)}
        rows = sealer.seal(ground, {**there, **written})
        puts += rows
        removals += sealer.gone(ground, rows)
        renewed = {item: replace(standing.held[ground][item], version=version[item]) for item in items}
        standing = standing.holding(ground, renewed)
    return Change(found.subject, found.revision, standing, tuple(puts), tuple(removals), former=found.standing)


def _content(before: Content | None, version: int, text: str, corrected_at: datetime | None) -> Content:
    if before is None:
        return Content(version, text)
    if corrected_at is None:
        return Content(version, text, before.former)
    return before.corrected(version, text, micros(corrected_at))


async def write(passage: Passage, normal: Mapping[str, str], transition: Transition) -> None:
    """Claim the identifiers among the values, make the change, then let the former values' bindings go."""
    room, subject = passage.room, passage.found.subject if passage.found else ""
    claims = identifiers(room, passage.policy, normal)
    before = await room.custody.bound(subject) if claims else {}
    try:
        taken = await room.custody.claim(subject, claims, passage.now)
        if taken:
            raise ConflictError(
                Text("该标识已属于另一用户", "The identifier is another subject's"),
                field=f"values.{taken[0]}",
                remedy=Text("核对号码，或先办理号码收回", "Check it, or give the number back first"),
            )
        await carry_out(passage, transition)
    except ShouzeError:
        await passage.came_to("failed")
        new = [claim for claim in claims if claim.tag not in before.get(claim.item, ())]
        for claim in new:
            kept, never_was = before.get(claim.item, ()), passage.found is None or passage.found.revision == 0
            await room.custody.unbind(subject, [claim.item], passage.now, keep=kept, forget=never_was)
        raise
    if any(before.get(claim.item) for claim in claims):
        replaced = [claim.item for claim in claims]
        await room.custody.unbind(subject, replaced, passage.now, keep=[claim.tag for claim in claims])


def identifiers(room: Room, policy: Policy, normal: Mapping[str, str]) -> list[Claim]:
    """Return the claims for the values that are identifiers: one under each index key of the ring."""
    return claims_for(room, identifying(policy, normal), room.ring.index_versions(), normal)


def identifying(policy: Policy, items: Iterable[str]) -> dict[str, bool]:
    """Return the identifiers among these items, and whether each is exclusive."""
    found = {item: policy.traits(item) for item in items}
    return {item: each.identifier == "exclusive" for item, each in found.items() if each and each.identifier}


def claims_for(
    room: Room, exclusive: Mapping[str, bool], versions: Sequence[int], normal: Mapping[str, str]
) -> list[Claim]:
    """Return the claims for the values of items that are identifiers, under index keys of these versions."""
    return [
        Claim(tag(room.ring, item, normal[item], version), item, alone, version)
        for item, alone in exclusive.items()
        if item in normal
        for version in versions
    ]
