"""What a subject sees of its own under ``/v1/own``: where it stands, and who handled what is its, with proofs.

The subject is the one that the portal's assertion names; no body names another. A record tells the post or the agent,
not the person; the proof of it has the record as the log has it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from shouze.api.answers import ReceiptAnswer, ShownConsent, ShownLimit
from shouze.api.bodies import ClaimedPlace, Moment
from shouze.api.consents import shown_consent, shown_limit
from shouze.api.operations import Asked, Operation, Parts
from shouze.api.records import Index, Word, records_of, span_of
from shouze.api.verbs import receipt_of
from shouze.errors import NotFoundError
from shouze.gateway import own
from shouze.gateway.asking import SubjectId, Value
from shouze.language import Text
from shouze.ledger.disclosure import Value as Disclosed
from shouze.ledger.entry import Leaf
from shouze.rules.declaration import Name
from shouze.rules.policy import Policy
from shouze.rules.standing import Standing
from shouze.rules.use import USAGE, parts_of, service_of
from shouze.sequencer.finding import Sought

MOST_PROOFS = 20
ACT_SEARCH, ACT_PROVE = "read-own-records", "prove-own-records"


class RecogniseBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """An identifier, in the body alone, whose present holder the portal has to know."""

    item: Name
    value: Value
    place: ClaimedPlace = ClaimedPlace()


class RecognisedAnswer(msgspec.Struct, frozen=True):
    """The present holder's id, or null."""

    subject: SubjectId | None
    receipt: ReceiptAnswer | None


class OwnBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where the subject says that it is."""

    place: ClaimedPlace = ClaimedPlace()


Own = TypeVar("Own", bound=OwnBody)


class OwnRecordsBody(OwnBody, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Which of its records: all that is given has to hold; the newest first, from ``cursor`` on."""

    service: Name | None = None
    item: Name | None = None
    act: Word | None = None
    outcome: Word | None = None
    since: Moment | None = None
    until: Moment | None = None
    order: Literal["oldest", "newest"] = "newest"
    cursor: Index | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50


class OwnProofsBody(OwnBody, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The records of its own to prove, by their places in the log."""

    records: Annotated[tuple[Index, ...], msgspec.Meta(min_length=1, max_length=MOST_PROOFS)]


class OwnConsent(ShownConsent, frozen=True, kw_only=True):
    """A consent with its service."""

    service: str


class OwnHeld(msgspec.Struct, frozen=True):
    """An item held for a purpose: its version, since when, until when (null: while the service goes on), which law."""

    service: str
    purpose: str
    item: str
    version: int
    at: datetime
    due: datetime | None
    law: str | None
    usage: bool


class OwnPurpose(msgspec.Struct, frozen=True):
    """A purpose as declared now: the version since which its terms stand, and those of its items; which law, if any."""

    purpose: str
    since: int
    items: dict[str, int]
    law: str | None
    necessary: bool


class OwnService(msgspec.Struct, frozen=True):
    """A service that the subject uses or used: its rules' version and purposes, and since when the subject has left."""

    service: str
    version: int | None
    left: datetime | None
    purposes: tuple[OwnPurpose, ...] = ()


class StandingAnswer(msgspec.Struct, frozen=True):
    """Where the subject stands."""

    services: tuple[OwnService, ...]
    consents: tuple[OwnConsent, ...]
    held: tuple[OwnHeld, ...]
    agreements: tuple[ShownLimit, ...]
    frozen: bool
    receipt: ReceiptAnswer | None


class OwnRecord(msgspec.Struct, frozen=True):
    """One handling: its place in the log, when, what kind of actor in which post or for which agent, where, what."""

    index: int
    at: datetime
    kind: str
    post: str | None
    agent: str | None
    account: str | None
    site: str | None
    act: str
    service: str | None
    purposes: tuple[str, ...]
    items: tuple[str, ...]
    recipient: str | None
    outcome: str
    code: str | None
    article: str | None
    rule: str | None


class OwnRecordsAnswer(msgspec.Struct, frozen=True):
    """A page of its records; ``cursor`` where more may follow."""

    records: tuple[OwnRecord, ...]
    cursor: int | None
    receipt: ReceiptAnswer | None


class OwnProofsAnswer(msgspec.Struct, frozen=True):
    """Proofs (C2SP tlog-proof, the record within), in the order asked, and the public keys of the logs."""

    proofs: tuple[str, ...]
    vkeys: tuple[str, ...]
    receipt: ReceiptAnswer | None


async def recognise(parts: Parts, asked: Asked[RecogniseBody]) -> RecognisedAnswer:
    """Tell a portal who holds an identifier now."""
    body = asked.body
    found = await parts.door.recognise(asked.visitor(body.place), body.item, body.value)
    return RecognisedAnswer(found.subject, receipt_of(found.receipt))


async def standing(parts: Parts, asked: Asked[OwnBody]) -> StandingAnswer:
    """Tell a subject where it stands."""
    found = await parts.door.read_standing(asked.visitor(asked.body.place))
    policy, stands = found.policy, found.standing
    services = tuple(_service(policy, name, ended) for name, ended in sorted(stands.services.items()))
    consents = tuple(
        OwnConsent(service=service, **msgspec.structs.asdict(shown_consent(purpose, each)))
        for (service, purpose), each in sorted((parts_of(ground), each) for ground, each in stands.consents.items())
    )
    held = held_of(policy, stands)
    limits = tuple(shown_limit(each) for each in stands.agreements)
    return StandingAnswer(services, consents, held, limits, stands.frozen_by is not None, receipt_of(found.receipt))


async def search(parts: Parts, asked: Asked[OwnRecordsBody]) -> OwnRecordsAnswer:
    """Return a page of the subject's own records, once the look itself is recorded."""
    # A13-6-oplog: the user sees who handled what is theirs, refusals included
    body = asked.body
    sought = await admitted(parts, asked, ACT_SEARCH)
    since, until = span_of(body.since, body.until)
    narrowed = sought._replace(
        service=body.service, item=body.item, act=body.act, outcome=body.outcome, since=since, until=until
    )
    page = await records_of(parts).search(narrowed, body.cursor, body.limit, newest=body.order == "newest")
    receipt = await own.note_own(parts.door.room, asked.visitor(body.place), ACT_SEARCH, len(page.records))
    return OwnRecordsAnswer(tuple(_shown(*each) for each in page.records), page.cursor, receipt_of(receipt))


async def prove(parts: Parts, asked: Asked[OwnProofsBody]) -> OwnProofsAnswer:
    """Return the proofs of records of the subject's own; NotFoundError for any other."""
    body = asked.body
    sought, records = await admitted(parts, asked, ACT_PROVE), records_of(parts)
    for place in body.records:
        # Invariant: no proof is handed out of a record that is not about whoever asks.
        found = await records.search(sought, place - 1, 1, newest=False)
        if [each for each, _ in found.records] != [place]:
            raise NotFoundError(Text("没有这条记录", "There is no such record"), field="records")
    proofs = await records.prove(body.records)
    named: dict[str, Disclosed] = {"sought.records": [str(place) for place in body.records]}
    receipt = await own.note_own(parts.door.room, asked.visitor(body.place), ACT_PROVE, len(proofs), named)
    vkeys = tuple(dict.fromkeys(verifier.vkey for _, verifier in proofs))
    return OwnProofsAnswer(tuple(each.text() for each, _ in proofs), vkeys, receipt_of(receipt))


async def admitted(parts: Parts, asked: Asked[Own], act: str) -> Sought:
    """Return what finds the records of the subject that acts; RefusedError, recorded, for everybody else."""
    visitor = asked.visitor(asked.body.place)
    _, refusal = await own.own(parts.door.room, visitor)
    if refusal:
        await own.note_own(parts.door.room, visitor, act, 0, refusal=refusal)
    # A09-5-carveout: a named law alone takes from the user what is theirs to know, and only for its time
    room = parts.door.room
    usual, *others = room.tags_of(asked.actor.id, room.policy.hushes_over(room.clock.now()))
    return Sought(tag=usual, tags=tuple(others))


def held_of(policy: Policy, stands: Standing, service: str | None = None) -> tuple[OwnHeld, ...]:
    """Return what is held, of all services or of one."""
    return tuple(
        OwnHeld(*parts_of(ground), item, each.version, each.at, each.due,
                rule.law if (rule := policy.purpose_of(ground)) else None, ground.endswith(USAGE))
        for ground, items in sorted(stands.held.items()) if service in {None, service_of(ground)}
        for item, each in sorted(items.items())
    )  # fmt: skip


def _service(policy: Policy, name: str, left: datetime | None) -> OwnService:
    rule = policy.services.get(name)
    if rule is None:
        return OwnService(name, None, left)
    purposes = tuple(
        OwnPurpose(purpose, each.since, each.items, each.law, each.necessary) for purpose, each in rule.purposes.items()
    )
    return OwnService(name, rule.version, left, purposes)


def _shown(place: int, leaf: Leaf) -> OwnRecord:
    who, what, verdict = leaf.who, leaf.what, leaf.verdict
    account = who.id if who.kind == "service" else None
    return OwnRecord(
        place, leaf.at, who.kind, who.post, who.agent, account, leaf.where.site, what.act, what.service, what.purposes,
        what.items, what.recipient, verdict.outcome, verdict.code, verdict.article, verdict.declaration,
    )  # fmt: skip


OPERATIONS: tuple[Operation[Any], ...] = (
    Operation(
        method="POST", path="/v1/recognise", id="recognise", body=RecogniseBody, answer=RecognisedAnswer,
        act=recognise, summary=Text("门户查询标识现在属于哪个用户", "Tell a portal who holds an identifier now"),
    ),
    Operation(
        method="POST", path="/v1/own/standing", id="own-standing", body=OwnBody, answer=StandingAnswer, act=standing,
        summary=Text("用户查看本人的授权和留存情况", "Tell a subject where it stands"),
    ),
    Operation(
        method="POST", path="/v1/own/records", id="own-records", body=OwnRecordsBody, answer=OwnRecordsAnswer,
        act=search, summary=Text("用户查询关于本人的操作记录", "Show a subject the records about it"),
    ),
    Operation(
        method="POST", path="/v1/own/proofs", id="own-proofs", body=OwnProofsBody, answer=OwnProofsAnswer, act=prove,
        summary=Text("用户取得关于本人的记录的证明", "Prove to a subject the records about it"),
    ),
)  # fmt: skip
