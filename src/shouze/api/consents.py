"""What users agreed to: one subject's consents under a purpose, and how many there are."""

from __future__ import annotations

from typing import Any

from shouze.api.administration import administers
from shouze.api.answers import ConsentsAnswer, ConsentTally, CountedAnswer, ShownConsent, ShownLimit
from shouze.api.bodies import CountConsentsBody, ReadConsentsBody
from shouze.api.operations import Asked, Operation, Parts
from shouze.api.verbs import receipt_of
from shouze.gateway.asking import Request
from shouze.language import Text
from shouze.rules.standing import Agreement, Consent


async def read(parts: Parts, asked: Asked[ReadConsentsBody]) -> ConsentsAnswer:
    """Tell what one subject agreed to for a service, without opening anything; recorded."""
    body = asked.body
    request = Request(
        service=body.service, subject=body.subject, purposes=body.purposes, ticket=body.ticket, reason=body.reason
    )
    found = await parts.door.read_consents(asked.visitor(body.place), request)
    consents = tuple(shown_consent(purpose, each) for purpose, each in sorted(found.consents.items()))
    limits = tuple(shown_limit(each) for each in found.agreements)
    return ConsentsAnswer(found.subject, consents, limits, found.left, receipt_of(found.receipt))


async def count(parts: Parts, asked: Asked[CountConsentsBody]) -> CountedAnswer:
    """Count consents by purpose and version, of a bounded number of subjects; it names nobody, and is recorded."""
    administers(parts, asked.actor)
    counted = await parts.door.count_consents(asked.visitor(), asked.body.after, asked.body.limit)
    tallies = tuple(
        ConsentTally(each.service, each.purpose, each.version, each.standing, each.withdrawn)
        for each in counted.tallies
    )
    return CountedAnswer(counted.subjects, counted.after, counted.share, tallies, receipt_of(counted.receipt))


def shown_consent(purpose: str, each: Consent) -> ShownConsent:
    """Return a consent as answers show it."""
    items, recipients = tuple(sorted(each.items)), tuple(sorted(each.recipients))
    return ShownConsent(
        purpose, each.version, items, each.at, each.act, each.channel, recipients, each.until, each.withdrawn_at
    )


def shown_limit(each: Agreement) -> ShownLimit:
    """Return a limit as answers show it."""
    purposes, items, actions = (tuple(sorted(part)) for part in (each.purposes, each.items, each.actions))
    return ShownLimit(each.id, purposes, items, actions, each.until)


OPERATIONS: tuple[Operation[Any], ...] = (
    Operation(
        method="POST", path="/v1/consents/read", id="read-consents", body=ReadConsentsBody, answer=ConsentsAnswer,
        act=read, summary=Text("查看一名用户同意了什么", "Tell what one user agreed to"),
    ),
    Operation(
        method="POST", path="/v1/consents/count", id="count-consents", body=CountConsentsBody, answer=CountedAnswer,
        act=count, latest=True, summary=Text("统计同意的数量", "Count consents"),
    ),
)  # fmt: skip
