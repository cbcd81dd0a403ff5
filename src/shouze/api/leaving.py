"""Leaving a service and taking it up again; to whom copies were given, which no erasure reaches."""

from __future__ import annotations

from typing import Any

import msgspec

from shouze.api.answers import DoneAnswer, ReceiptAnswer
from shouze.api.bodies import ResumeBody, TerminateBody
from shouze.api.operations import Asked, Operation, Parts
from shouze.api.own import ACT_SEARCH, OwnBody, OwnHeld, admitted, held_of
from shouze.api.records import records_of
from shouze.api.verbs import receipt_of, request_of
from shouze.errors import ShouzeError
from shouze.gateway import own
from shouze.gateway.asking import Done
from shouze.language import Text
from shouze.rules.declaration import Name
from shouze.rules.standing import Standing
from shouze.sequencer.finding import Sought

PROVIDING = ("disclose", "export", "copy")
"""Acts whose records may name a recipient."""


class OwnRecipientsBody(OwnBody, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Of which service."""

    service: Name | None = None


class OwnRecipientsAnswer(msgspec.Struct, frozen=True):
    """To whom copies were given, by their ids."""

    recipients: tuple[str, ...]
    receipt: ReceiptAnswer | None


class LeftAnswer(DoneAnswer, frozen=True, omit_defaults=True):
    """That a service was left; where it was asked for, what was held of it, each with its end, and who has copies.

    ``recipients`` is left out where the log is not read here, or is not ready to tell.
    """

    held: tuple[OwnHeld, ...] = ()
    recipients: tuple[str, ...] | None = None


async def terminate(parts: Parts, asked: Asked[TerminateBody]) -> LeftAnswer:
    """End the subject's use of a service now."""
    body = asked.body
    done = await parts.door.terminate(asked.visitor(body.place), request_of(body, "terminate"), body.undo_days)
    receipt = receipt_of(done.receipt)
    if not body.tell:
        return LeftAnswer(done.subject, receipt, done.items)
    held = held_of(parts.door.room.policy, done.left or Standing(), body.service)
    return LeftAnswer(done.subject, receipt, done.items, held, await _given_to(parts, done, body.service))


async def resume(parts: Parts, asked: Asked[ResumeBody]) -> DoneAnswer:
    """Take up a service again that the subject left, while nothing is destroyed yet."""
    done = await parts.door.resume(asked.visitor(asked.body.place), request_of(asked.body, "resume"))
    return DoneAnswer(done.subject, receipt_of(done.receipt), done.items)


async def own_recipients(parts: Parts, asked: Asked[OwnRecipientsBody]) -> OwnRecipientsAnswer:
    """Tell a subject to whom copies were given, once the look itself is recorded."""
    sought = await admitted(parts, asked, ACT_SEARCH)
    found = await _recipients(parts, sought, asked.body.service)
    receipt = await own.note_own(parts.door.room, asked.visitor(asked.body.place), ACT_SEARCH, len(found))
    return OwnRecipientsAnswer(found, receipt_of(receipt))


async def _given_to(parts: Parts, done: Done, service: str) -> tuple[str, ...] | None:
    """Return to whom copies were given; None where that is not known here and now: it has ended all the same."""
    room = parts.door.room
    usual, *others = room.tags_of(done.subject, room.policy.hushes_over(room.clock.now()))
    try:
        return await _recipients(parts, Sought(tag=usual, tags=tuple(others)), service)
    except ShouzeError:
        return None


async def _recipients(parts: Parts, sought: Sought, service: str | None) -> tuple[str, ...]:
    """Return to whom copies were given: one by one, or in bulk."""
    copied = [sought._replace(act=act, outcome="permitted", service=service) for act in PROVIDING]
    return tuple(sorted({name for each in copied for name in await records_of(parts).recipients(each)}))


OPERATIONS: tuple[Operation[Any], ...] = (
    Operation(
        method="POST", path="/v1/terminate", id="terminate", body=TerminateBody, answer=LeftAnswer, act=terminate,
        repeatable=True, summary=Text("终止用户使用服务", "End a user's use of a service"),
    ),
    Operation(
        method="POST", path="/v1/resume", id="resume", body=ResumeBody, answer=DoneAnswer, act=resume,
        repeatable=True, summary=Text("恢复使用服务", "Take up a service again"),
    ),
    Operation(
        method="POST", path="/v1/own/recipients", id="own-recipients", body=OwnRecipientsBody,
        answer=OwnRecipientsAnswer, act=own_recipients,
        summary=Text("用户查看本人信息曾提供给谁", "Tell a subject to whom copies were given"),
    ),
)  # fmt: skip
