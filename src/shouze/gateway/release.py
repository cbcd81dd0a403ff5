"""Release, check and compare: the verbs that look without changing."""

from __future__ import annotations

from shouze.errors import InvalidError
from shouze.gateway.asking import Checked, Compared, Released, Request, Visitor
from shouze.gateway.passage import Passage, approach, normal_identifier
from shouze.gateway.room import Room
from shouze.gateway.sealing import PACK, open_grounds
from shouze.language import Text
from shouze.rules.decide import Permit
from shouze.rules.refusal import Refusal
from shouze.rules.use import OPENING, SUBJECT_RIGHTS, USAGE, ground_of
from shouze.vault.blind_index import compare, tag


async def release(room: Room, visitor: Visitor, request: Request) -> Released:
    """Open the asked and permitted items; RefusedError when none is permitted.

    Refused items are named with their refusal, items of which nothing is held are named as such.
    """
    if request.action not in OPENING:
        listed = ", ".join(sorted(OPENING))
        remedy = Text(f"可用：{listed}", f"Use one of: {listed}")
        raise InvalidError(Text("这不是开启信息的行为", "That is not an act of opening"), field="action", remedy=remedy)
    wanted = (PACK, *request.items)
    passage = await approach(room, visitor, request, grounds=_grounds(request), items=wanted)
    chosen = chosen_grounds(passage) if isinstance(passage.decision, Permit) else {}
    receipt = await passage.admit(tuple(chosen) if chosen else None)
    permit, subject, values = passage.permit, passage.subject or "", passage.found.values if passage.found else ()
    grounds = set(chosen.values())
    opened = await open_grounds(room, subject, [value for value in values if value.ground in grounds])
    contents = {item: held[item] for item, ground in chosen.items() if item in (held := opened.get(ground, {}))}
    if len(contents) < len(chosen):
        receipt = await passage.came_to("fewer", tuple(contents))
    items = {item: each.text for item, each in contents.items()}
    not_held = tuple(item for item in permit.items if item not in items)
    versions = {item: each.version for item, each in contents.items()}
    return Released(subject, items, permit.withheld, not_held, versions, receipt)


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


def _grounds(request: Request) -> tuple[str, ...] | None:
    if SUBJECT_RIGHTS in request.purposes:
        return None
    return tuple(ground_of(request.service, purpose) for purpose in request.purposes)


def chosen_grounds(passage: Passage) -> dict[str, str]:
    """Return for each permitted item the ground to open it from: the first named purpose under which it is held."""
    held = passage.found.standing.held if passage.found else {}
    grounds = _grounds(passage.request)
    order = sorted(ground for ground in held if not ground.endswith(USAGE)) if grounds is None else grounds
    places = (
        (item, next((ground for ground in order if item in held.get(ground, {})), None))
        for item in passage.permit.items
    )
    return {item: ground for item, ground in places if ground is not None}
