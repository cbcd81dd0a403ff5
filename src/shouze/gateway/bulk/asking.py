"""Takes in a bulk request: what could not be done anyway is refused, and recorded, before anybody has to review it."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from datetime import timedelta

from msgspec.structs import replace

from shouze.errors import InvalidError
from shouze.gateway.asking import Visitor
from shouze.gateway.bulk.deciding import against_asking
from shouze.gateway.bulk.export import check_recipient
from shouze.gateway.bulk.means import Means
from shouze.gateway.bulk.noting import Noted, note
from shouze.gateway.bulk.ports import Kept
from shouze.gateway.bulk.request import Form, Job, Listed, Party, Remarks
from shouze.gateway.passage import normal_identifier
from shouze.gateway.ports import Query
from shouze.language import Text
from shouze.ledger.roll import MOST
from shouze.rules.refusal import RefusedError
from shouze.vault.blind_index import tag

ASK = "bulk-request"
_ID = re.compile(r"[0-9a-z]{26}")


async def ask(means: Means, visitor: Visitor, form: Form, remarks: Remarks, listed: Listed | None) -> Job:
    """Take in a request, recorded; RefusedError where something else than the missing approval stands against it."""
    _check(form, listed, remarks)
    room, now = means.room, means.now
    policy = await means.policy()
    number = base64.b32encode(room.entropy(17)).decode().lower()[:26]
    job = Job(
        id=number, form=form, asked_by=Party.of(visitor.actor), asked_at=now,
        decide_by=now + timedelta(days=form.decide_days),
    )  # fmt: skip
    refusal = against_asking(policy, visitor, job, now)
    noted = Noted(ASK, "refused" if refusal else "permitted", visitor, form.volume, refusal, (), remarks)
    leaf = await note(room, number, form, noted)
    if refusal is not None:
        raise RefusedError(refusal)
    known, unknown = await _enlist(means, number, listed) if listed else (0, 0)
    job = replace(job, listed=known, unknown=unknown).noted(leaf)
    await means.requests.add(Kept(0, job, *means.seal(number, remarks)))
    return job


def _check(form: Form, listed: Listed | None, remarks: Remarks) -> None:
    if (form.scope.reach == "listed") != (listed is not None):
        remedy = Text("范围为 listed 时给出名单，否则不给", "Give a list with the reach listed, and only then")
        raise InvalidError(Text("范围与名单不一致", "BulkScope and list do not agree"), field="listed", remedy=remedy)
    if form.recipient_key is None:
        return
    check_recipient(form.recipient_key)
    if remarks.recipient is None:
        remedy = Text("写明谁将收到结果", "Say who will receive it")
        raise InvalidError(Text("没有说明接收方", "The recipient is not named"), field="recipient", remedy=remedy)


async def _enlist(means: Means, request: str, listed: Listed) -> tuple[int, int]:
    """Keep the subjects that the list names; return how many entries point to one, and how many do not."""
    known = 0
    for start in range(0, len(listed.values), MOST):
        subjects = await _subjects(means, listed.by, listed.values[start : start + MOST], start)
        await means.requests.enlist(request, subjects)
        known += len(subjects)
    return known, len(listed.values) - known


async def _subjects(means: Means, by: str, values: Sequence[str], start: int) -> list[str]:
    room = means.room
    queries = []
    for number, value in enumerate(values, start):
        if by == "id":
            queries.append(Query(value if _ID.fullmatch(value) else "-"))
        else:
            normal = normal_identifier(room.policy, by, value, f"listed.values[{number}]")
            queries.append(Query(None, (tag(room.ring, by, normal),)))
    answers = await room.custody.look_up(queries)
    return [answer.found[0].subject for answer in answers if len(answer.found) == 1]
