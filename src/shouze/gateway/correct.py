"""Correct: the verb that replaces what is wrong (Art. 9(2): the channel to correct)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from shouze.errors import ConflictError, InvalidError
from shouze.gateway.asking import Done, Request, Visitor
from shouze.gateway.passage import approach
from shouze.gateway.ports import Change, Found
from shouze.gateway.room import Room
from shouze.gateway.writing import next_versions, normal_values, rewritten, write
from shouze.language import Text
from shouze.rules.decide import Permit
from shouze.rules.policy import Policy


async def correct(
    room: Room, visitor: Visitor, request: Request, values: Mapping[str, str], expected: Mapping[str, int]
) -> Done:
    """Replace items by their corrected values under every ground that holds them; all of them, or nothing.

    The former values stay sealed beside them until their items end, and open for the subject alone.

    ``expected`` names versions that must be the present ones, of items that are corrected. ConflictError where they
    are not, where nothing is held to correct, or where an identifier is another subject's.
    """
    _refuse_unwritten(values, expected)
    passage = await approach(room, visitor, request, grounds=None)
    normal = normal_values(passage, values) if isinstance(passage.decision, Permit) else {}
    receipt = await passage.admit()
    versions: dict[str, int] = {}

    async def transition(_policy: Policy, found: Found, now: datetime) -> Change:
        _check_expected(found, normal, expected)
        versions.update(next_versions(found, normal))
        return await rewritten(room, found, found.standing, normal, versions, now)

    await write(passage, normal, transition)
    return Done(passage.subject or "", receipt, dict(versions))


def _refuse_unwritten(values: Mapping[str, str], expected: Mapping[str, int]) -> None:
    """Refuse the expected version of an item that is not corrected: passed over, a slip would guard nothing."""
    for item in expected.keys() - values.keys():
        detail = Text("该信息项不在更正之列", "The item is not among those corrected")
        remedy = Text("与 values 中的信息项名称一致", "Name an item that stands under values")
        raise InvalidError(detail, field=f"expected.{item}", remedy=remedy)


def _check_expected(found: Found, normal: Mapping[str, str], expected: Mapping[str, int]) -> None:
    present = {item: version - 1 for item, version in next_versions(found, normal).items()}
    for item, version in present.items():
        if version == 0:
            remedy = Text("请先收集该信息项", "Collect the item first")
            raise ConflictError(
                Text("没有可更正的内容", "Nothing is held to correct"), field=f"values.{item}", remedy=remedy
            )
        if expected.get(item, version) != version:
            raise ConflictError(Text("该信息项已被更改", "The item has changed meanwhile"), field=f"values.{item}")
