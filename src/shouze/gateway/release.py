"""Check and compare, which open nothing, and what a release is made of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from shouze.errors import InvalidError
from shouze.gateway.asking import Checked, Compared, Released, Request, Visitor
from shouze.gateway.passage import Passage, approach, normal_identifier
from shouze.gateway.room import Room
from shouze.gateway.sealing import Contents
from shouze.journal.record import Receipt
from shouze.language import Text
from shouze.ledger.moments import moment
from shouze.rules.decide import Permit
from shouze.rules.refusal import Refusal
from shouze.rules.use import OPENING, SUBJECT_RIGHTS, USAGE, ground_of
from shouze.vault.blind_index import compare, tag


def require_opening(request: Request) -> None:
    """Refuse an action that is not one of opening; InvalidError names the field."""
    if request.action not in OPENING:
        listed = ", ".join(sorted(OPENING))
        remedy = Text(f"可用：{listed}", f"Use one of: {listed}")
        raise InvalidError(Text("这不是开启信息的行为", "That is not an act of opening"), field="action", remedy=remedy)


def released(passage: Passage, chosen: Mapping[str, str], opened: Mapping[str, Contents], receipt: Receipt) -> Released:
    """Return what was opened of what was chosen: fewer where a key was destroyed meanwhile."""
    items: dict[str, str] = {}
    versions: dict[str, int] = {}
    for item, ground in chosen.items():
        content = opened.get(ground, {}).get(item)
        if content is not None:
            items[item], versions[item] = content.text, content.version
    former = _former(passage, chosen, opened)
    permit = passage.permit
    not_held = tuple(item for item in permit.items if item not in items) if len(items) < len(permit.items) else ()
    return Released(passage.subject or "", items, permit.withheld, not_held, versions, receipt, former)


def _former(
    passage: Passage, chosen: Mapping[str, str], opened: Mapping[str, Contents]
) -> dict[str, tuple[tuple[str, datetime], ...]]:
    """Return what was corrected of what was opened.

    # Invariant: only the subject sees it, by its own right; no purpose of anybody else's takes in what was wrong.
    """
    if passage.request.purposes != (SUBJECT_RIGHTS,):
        return {}
    kept = {item: opened.get(ground, {}).get(item) for item, ground in chosen.items()}
    return {
        item: tuple((former.text, moment(former.until)) for former in each.former)
        for item, each in kept.items()
        if each is not None and each.former
    }


async def check(room: Room, visitor: Visitor, request: Request) -> Checked:
    """Answer what release would answer, without opening; recorded as a check."""
    passage = await approach(room, visitor, request)
    decision = passage.decision
    refusal = decision if isinstance(decision, Refusal) else None
    receipt = await passage.noted(f"check-{request.action}")
    if isinstance(decision, Permit):
        return Checked(True, decision.items, decision.withheld, None, receipt)
    return Checked(False, (), {}, refusal, receipt)


async def compare_identifier(room: Room, visitor: Visitor, request: Request, value: str) -> Compared:
    """Tell whether an identifier is the subject's, by its blind tag alone; nothing is opened or shown.

    ``request`` names one item and the action ``compare``.
    """
    item = request.items[0]
    passage = await approach(room, visitor, request)
    normal = normal_identifier(passage.policy, item, value, "value") if isinstance(passage.decision, Permit) else ""
    receipt = await passage.admit()
    subject = passage.subject or ""
    bound = (await room.custody.bound(subject)).get(item, ())
    asked = tag(room.ring, item, normal)
    return Compared(subject, any(compare(asked, each) for each in bound), receipt)


def grounds_of(request: Request) -> tuple[str, ...] | None:
    """Return the grounds to read from: those of the named purposes, or all (None) by the subject's own right."""
    if SUBJECT_RIGHTS in request.purposes:
        return None
    return tuple(ground_of(request.service, purpose) for purpose in request.purposes)


def chosen_grounds(passage: Passage) -> dict[str, str]:
    """Return for each permitted item the ground to open it from: the first named purpose under which it is held."""
    held = passage.found.standing.held if passage.found else {}
    grounds = grounds_of(passage.request)
    order = sorted(ground for ground in held if not ground.endswith(USAGE)) if grounds is None else grounds
    chosen: dict[str, str] = {}
    for ground in order:
        there = held.get(ground, {})
        for item in passage.permit.items:
            if item in there:
                chosen.setdefault(item, ground)
    return chosen if len(order) == 1 else {item: chosen[item] for item in passage.permit.items if item in chosen}
