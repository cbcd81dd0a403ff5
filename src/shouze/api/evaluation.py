"""Answers AuthZEN 1.0 (OpenID Authorization API): is this use permitted?

The decision is ``check``: recorded, nothing opened. The AuthZEN subject is who acts, and has to be the caller itself;
the resource is the user.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from shouze.api.answers import BothWords
from shouze.api.bodies import ClaimedPlace
from shouze.api.operations import Asked, Operation, Parts
from shouze.api.problems import MalformedError
from shouze.errors import InvalidError, Kind
from shouze.gateway.asking import Note, Request, SubjectId, SubjectRef
from shouze.language import Text
from shouze.rules.declaration import Name
from shouze.rules.refusal import Refusal, RefusedError, article_of
from shouze.rules.use import Action

EVALUATION = "/access/v1/evaluation"
_OTHERS = Kind(
    "not-the-caller", 403,
    Text("请求中的主体不是调用者本人", "The subject is not the caller itself"),
    Text("以主体自己的令牌请求", "Ask with the subject's own token"),
    "A13-3-permissions",
)  # fmt: skip


class Party(msgspec.Struct, frozen=True):
    """AuthZEN's subject: who acts, by kind and id."""

    type: Annotated[str, msgspec.Meta(max_length=128)]
    id: Annotated[str, msgspec.Meta(max_length=256)]


class NamedAction(msgspec.Struct, frozen=True):
    """AuthZEN's action, by the name it has here."""

    name: Action


class Resource(msgspec.Struct, frozen=True):
    """AuthZEN's resource: a user, by id."""

    type: Literal["subject"]
    id: SubjectId


class Circumstances(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What else the use is: service, purposes, items, recipient, place."""

    service: Name
    purposes: Annotated[tuple[Name, ...], msgspec.Meta(max_length=8)] = ()
    items: Annotated[tuple[Name, ...], msgspec.Meta(max_length=100)] = ()
    recipient: Name | None = None
    approval: Note | None = None
    place: ClaimedPlace = ClaimedPlace()


class EvaluationBody(msgspec.Struct, frozen=True, kw_only=True):
    """An AuthZEN access evaluation request; members that it does not name are passed over, as the standard asks."""

    subject: Party
    action: NamedAction
    resource: Resource
    context: Circumstances


class Reasons(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why not: the code, its article, words for users and for administrators; items that would be withheld.

    ``purpose`` is the one of several under which it is refused, where not each of them refuses alike.
    """

    code: str | None = None
    article: str | None = None
    reason_user: BothWords | None = None
    reason_admin: BothWords | None = None
    purpose: str | None = None
    withheld: dict[str, str] = {}


class EvaluationAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """An AuthZEN access evaluation response."""

    decision: bool
    context: Reasons | None = None


async def evaluate(parts: Parts, asked: Asked[EvaluationBody]) -> EvaluationAnswer:
    """Decide, record the check, and say why where the answer is no."""
    body, context = asked.body, asked.body.context
    if (body.subject.type, body.subject.id) != (asked.actor.kind, asked.actor.id):
        return EvaluationAnswer(decision=False, context=_reasons(_OTHERS))
    checked = await parts.door.check(asked.visitor(context.place), _request(body))
    if checked.refusal is not None:
        if checked.refusal.code == "caller-unknown":
            raise RefusedError(checked.refusal)
        return EvaluationAnswer(decision=False, context=_reasons(checked.refusal.kind, checked.refusal.purpose))
    return _with_items(checked.withheld)


def _request(body: EvaluationBody) -> Request:
    context = body.context
    try:
        return Request(
            service=context.service, subject=SubjectRef(body.resource.id), purposes=context.purposes,
            items=context.items, action=body.action.name, recipient=context.recipient, approval=context.approval,
        )  # fmt: skip
    except InvalidError as problem:
        raise MalformedError(problem.detail, field=f"context.{problem.field}", remedy=problem.remedy) from None


def _with_items(withheld: dict[str, Refusal]) -> EvaluationAnswer:
    """Return yes only where every item asked for is permitted."""
    if not withheld:
        return EvaluationAnswer(decision=True)
    first = next(iter(withheld.values()))
    codes = {item: refusal.code for item, refusal in withheld.items()}
    reasons = msgspec.structs.replace(_reasons(first.kind, first.purpose), withheld=codes)
    return EvaluationAnswer(decision=False, context=reasons)


def _reasons(kind: Kind, purpose: str | None = None) -> Reasons:
    return Reasons(
        code=kind.code,
        article=article_of(kind.duty) if kind.duty else None,
        reason_user=BothWords(*kind.title),
        reason_admin=BothWords(*kind.remedy),
        purpose=purpose,
    )


OPERATIONS: tuple[Operation[Any], ...] = (
    Operation(
        method="POST", path=EVALUATION, id="evaluate", body=EvaluationBody, answer=EvaluationAnswer, act=evaluate,
        broken=MalformedError, summary=Text("AuthZEN 访问评估", "AuthZEN access evaluation"),
    ),
)  # fmt: skip
