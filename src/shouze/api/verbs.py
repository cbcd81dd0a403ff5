"""The door's verbs as operations of the api: read, call the verb, answer."""

from __future__ import annotations

from typing import Any

from shouze.api.answers import CheckedAnswer, ComparedAnswer, DoneAnswer, FormerValue, ReceiptAnswer, ReleasedAnswer
from shouze.api.bodies import (
    About,
    AgreeBody,
    CheckBody,
    CollectBody,
    CompareBody,
    ConsentBody,
    CorrectBody,
    GiveBackBody,
    ReleaseBody,
    WithdrawBody,
)  # fmt: skip
from shouze.api.operations import Asked, Operation, Parts
from shouze.api.problems import refusal_answer, withheld_answer
from shouze.gateway.asking import Done, Released, Request
from shouze.journal.record import Receipt
from shouze.language import Language, Text
from shouze.rules.standing import Agreement
from shouze.rules.use import Action


async def collect(parts: Parts, asked: Asked[CollectBody]) -> DoneAnswer:
    """Take in items of a new or known subject; all of them, or nothing."""
    body = asked.body
    request = Request(
        service=body.service, subject=body.subject, purposes=body.purposes, action="collect",
        ticket=body.ticket, reason=body.reason,
    )  # fmt: skip
    return _done(await parts.door.collect(asked.visitor(body.place), request, body.values, body.consents))


async def release(parts: Parts, asked: Asked[ReleaseBody]) -> ReleasedAnswer:
    """Open the asked and permitted items, after the record is durable."""
    released = await parts.door.release(asked.visitor(asked.body.place), release_request(asked.body))
    return released_answer(released, asked.language)


def release_request(body: ReleaseBody) -> Request:
    """Return the door's request for the body of a release."""
    return request_of(
        body, body.action, purposes=body.purposes, items=body.items, recipient=body.recipient, approval=body.approval
    )


def released_answer(released: Released, language: Language) -> ReleasedAnswer:
    """Return what was released as answers show it."""
    withheld = withheld_answer(released.withheld, language)
    former = {item: tuple(FormerValue(*each) for each in kept) for item, kept in released.former.items()}
    return ReleasedAnswer(
        released.subject, released.items, withheld, released.not_held, released.versions, receipt_of(released.receipt),
        former,
    )  # fmt: skip


async def check(parts: Parts, asked: Asked[CheckBody]) -> CheckedAnswer:
    """Answer as release would, without opening; recorded as a check."""
    body = asked.body
    request = request_of(
        body, body.action, purposes=body.purposes, items=body.items, recipient=body.recipient, approval=body.approval
    )
    checked = await parts.door.check(asked.visitor(body.place), request)
    refusal = refusal_answer(checked.refusal, asked.language) if checked.refusal else None
    withheld = withheld_answer(checked.withheld, asked.language)
    return CheckedAnswer(checked.permitted, checked.items, withheld, refusal, receipt_of(checked.receipt))


async def correct(parts: Parts, asked: Asked[CorrectBody]) -> DoneAnswer:
    """Replace items by their corrected values."""
    body = asked.body
    request = request_of(body, "correct", purposes=body.purposes)
    return _done(await parts.door.correct(asked.visitor(body.place), request, body.values, body.expected))


async def consent(parts: Parts, asked: Asked[ConsentBody]) -> DoneAnswer:
    """Note what a known user agrees to."""
    request = request_of(asked.body, "consent")
    return _done(await parts.door.consent(asked.visitor(asked.body.place), request, asked.body.consents))


async def withdraw(parts: Parts, asked: Asked[WithdrawBody]) -> DoneAnswer:
    """End consent for purposes, or for items of them, at once."""
    body = asked.body
    request = request_of(body, "withdraw", purposes=body.purposes, items=body.items)
    return _done(await parts.door.withdraw(asked.visitor(body.place), request))


async def agree(parts: Parts, asked: Asked[AgreeBody]) -> DoneAnswer:
    """Note a limit agreed with one user."""
    body, limit = asked.body, asked.body.agreement
    agreement = Agreement(limit.id, body.service, limit.purposes, limit.items, frozenset(limit.actions), limit.until)
    return _done(await parts.door.agree(asked.visitor(body.place), request_of(body, "agree"), agreement))


async def give_back(parts: Parts, asked: Asked[GiveBackBody]) -> DoneAnswer:
    """End the binding of identifiers that may be issued to another."""
    body = asked.body
    return _done(await parts.door.give_back(asked.visitor(body.place), request_of(body, "bind"), body.items))


async def compare(parts: Parts, asked: Asked[CompareBody]) -> ComparedAnswer:
    """Tell whether an identifier is the subject's, without showing or opening anything."""
    body = asked.body
    request = request_of(body, "compare", purposes=body.purposes)
    compared = await parts.door.compare(asked.visitor(body.place), request, body.item, body.value)
    return ComparedAnswer(compared.subject, compared.matches, receipt_of(compared.receipt))


def receipt_of(receipt: Receipt | None) -> ReceiptAnswer | None:
    """Return a receipt as answers show it."""
    return ReceiptAnswer(*receipt) if receipt else None


def _done(done: Done) -> DoneAnswer:
    return DoneAnswer(done.subject, receipt_of(done.receipt), done.items)


def request_of(body: About, action: Action, **more: Any) -> Request:
    """Return the door's request for what is asked about one subject; ``more`` are further fields of it."""
    return Request(
        service=body.service, subject=body.subject, action=action, ticket=body.ticket, reason=body.reason, **more
    )


OPERATIONS: tuple[Operation[Any], ...] = (
    Operation(
        method="POST", path="/v1/release", id="release", body=ReleaseBody, answer=ReleasedAnswer, act=release,
        summary=Text("取得用户的信息项", "Open items of a subject"),
    ),
    Operation(
        method="POST", path="/v1/collect", id="collect", body=CollectBody, answer=DoneAnswer, act=collect,
        repeatable=True, summary=Text("收集用户的信息项", "Take in items of a subject"),
    ),
    Operation(
        method="POST", path="/v1/check", id="check", body=CheckBody, answer=CheckedAnswer, act=check,
        summary=Text("检查是否允许，不开启内容", "Tell what is permitted, without opening"),
    ),
    Operation(
        method="POST", path="/v1/compare", id="compare", body=CompareBody, answer=ComparedAnswer, act=compare,
        summary=Text("核对标识是否属于该用户", "Tell whether an identifier is the subject's"),
    ),
    Operation(
        method="POST", path="/v1/correct", id="correct", body=CorrectBody, answer=DoneAnswer, act=correct,
        repeatable=True, summary=Text("更正信息项", "Replace items by corrected values"),
    ),
    Operation(
        method="POST", path="/v1/consent", id="consent", body=ConsentBody, answer=DoneAnswer, act=consent,
        repeatable=True, summary=Text("记录用户的同意", "Note a user's consent"),
    ),
    Operation(
        method="POST", path="/v1/withdraw", id="withdraw", body=WithdrawBody, answer=DoneAnswer, act=withdraw,
        repeatable=True, summary=Text("撤回同意", "Withdraw consent"),
    ),
    Operation(
        method="POST", path="/v1/agree", id="agree", body=AgreeBody, answer=DoneAnswer, act=agree,
        repeatable=True, summary=Text("记录与用户的约定", "Note a limit agreed with a user"),
    ),
    Operation(
        method="POST", path="/v1/give-back", id="give-back", body=GiveBackBody, answer=DoneAnswer, act=give_back,
        repeatable=True, summary=Text("收回标识", "Take identifiers back"),
    ),
)  # fmt: skip
