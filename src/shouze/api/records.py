"""The handling records under ``/v1/records``: searched, counted and proved by who is entitled, each look recorded.

A subject stands in a body by its id alone. Records say who, when, where and what, as the log has them in clear.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from shouze.api.answers import ReceiptAnswer
from shouze.api.bodies import ClaimedPlace, Label, Moment
from shouze.api.operations import Asked, Operation, Parts
from shouze.api.verbs import receipt_of
from shouze.errors import InvalidError, UnavailableError
from shouze.gateway.asking import Note, SubjectId, Visitor
from shouze.gateway.inspecting import Inspection, InspectionAct, InspectionPurpose, may_inspect, note_inspection
from shouze.gateway.log_export import open_fields
from shouze.language import Text
from shouze.ledger.disclosure import Value
from shouze.ledger.entry import Leaf, parse_leaf
from shouze.ledger.moments import micros
from shouze.ledger.shard import read_beginning
from shouze.ledger.tree import leaf_hash
from shouze.rules.declaration import Name
from shouze.rules.entries import Id
from shouze.rules.refusal import Refusal, RefusedError
from shouze.rules.use import Actor
from shouze.sequencer.finding import Sought
from shouze.sequencer.inspecting import Records

Index = Annotated[int, msgspec.Meta(ge=0, le=(1 << 53) - 1)]
Word = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]{0,63}$(?!\n)")]
MOST_PROOFS = 100
PrivateField = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_.-]{0,63}$(?!\n)")]


class Looking(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What every look says: what it is for, and why in words, which are kept as personal information."""

    purpose: InspectionPurpose
    reason: Note
    place: ClaimedPlace = ClaimedPlace()


L = TypeVar("L", bound=Looking)


class TallyBody(Looking, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is looked for: all that is given has to hold; ``until`` is open at its right end."""

    subject: SubjectId | None = None
    actor: Id | None = None
    agent: Id | None = None
    service: Name | None = None
    item: Name | None = None
    site: Label | None = None
    act: Word | None = None
    outcome: Word | None = None
    since: Moment | None = None
    until: Moment | None = None


class SearchBody(TallyBody, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The same, a page at a time: from ``cursor`` on, in the log's order or the newest first."""

    order: Literal["oldest", "newest"] = "oldest"
    cursor: Index | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=500)] = 100


class ProveBody(Looking, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The records to prove, by their places; ``openings`` names private fields to open, on an order alone."""

    records: Annotated[tuple[Index, ...], msgspec.Meta(min_length=1, max_length=MOST_PROOFS)]
    openings: Annotated[tuple[PrivateField, ...], msgspec.Meta(max_length=16)] = ()


class RecordAnswer(msgspec.Struct, frozen=True):
    """A record: its place in the log and its number; who, from where, when, what, and how it was decided."""

    index: int
    node: int
    boot: str
    nseq: int
    at: datetime
    kind: str
    actor: str | None
    post: str | None
    agent: str | None
    site: str | None
    terminal: str | None
    address: str | None
    act: str
    service: str | None
    purposes: tuple[str, ...]
    items: tuple[str, ...]
    rows: int
    recipient: str | None
    outcome: str
    code: str | None
    article: str | None
    refused_for: str | None
    """The one of several purposes under which it was refused."""


class RecordsAnswer(msgspec.Struct, frozen=True):
    """A page of records; ``cursor`` where more may follow."""

    records: tuple[RecordAnswer, ...]
    cursor: int | None
    receipt: ReceiptAnswer | None


class TallyAnswer(msgspec.Struct, frozen=True):
    """How many records, about how many subjects; by day (Asia/Shanghai), item, act, outcome; an actor's by hour."""

    records: int
    subjects: int
    days: dict[str, int]
    items: dict[str, int]
    acts: dict[str, int]
    outcomes: dict[str, int]
    hours: dict[str, int]
    receipt: ReceiptAnswer | None


class OpeningAnswer(msgspec.Struct, frozen=True):
    """What became of a record's openings, and the disclosures of the fields that were asked for."""

    state: Literal["opened", "none", "ended", "changed"]
    texts: tuple[str, ...]


class ProofsAnswer(msgspec.Struct, frozen=True):
    """Proofs (C2SP tlog-proof, the record within), in the order asked, and the public keys of the logs.

    ``openings`` are those of the records, in the same order, where any were asked for.
    """

    proofs: tuple[str, ...]
    vkeys: tuple[str, ...]
    receipt: ReceiptAnswer | None
    openings: tuple[OpeningAnswer, ...] = ()


async def search(parts: Parts, asked: Asked[SearchBody]) -> RecordsAnswer:
    """Return a page of records, once the look itself is recorded."""
    body = asked.body
    records, visitor = await _admitted(parts, asked, "inspect-records")
    page = await records.search(_sought(parts, body), body.cursor, body.limit, newest=body.order == "newest")
    looked = _inspection("inspect-records", body, len(page.records))
    receipt = await note_inspection(parts.door.room, visitor, looked)
    shown = tuple(_shown(place, leaf) for place, leaf in page.records)
    return RecordsAnswer(shown, page.cursor, receipt_of(receipt))


async def tally(parts: Parts, asked: Asked[TallyBody]) -> TallyAnswer:
    """Count records and the subjects they are about."""
    records, visitor = await _admitted(parts, asked, "tally-records")
    counted = await records.tally(_sought(parts, asked.body))
    receipt = await note_inspection(
        parts.door.room, visitor, _inspection("tally-records", asked.body, counted.records)
    )  # fmt: skip
    return TallyAnswer(
        counted.records, counted.subjects, dict(counted.days), dict(counted.items), dict(counted.acts),
        dict(counted.outcomes), dict(counted.hours), receipt_of(receipt),
    )  # fmt: skip


async def prove(parts: Parts, asked: Asked[ProveBody]) -> ProofsAnswer:
    """Return the proofs of records that anybody can check without this installation."""
    records, visitor = await _admitted(parts, asked, "prove-records")
    _check_openings(parts, asked.actor, asked.body)
    proofs = await records.prove(asked.body.records)
    # A17-2-materials: the look, with the fields that it opens, is recorded before any of them is opened
    receipt = await note_inspection(parts.door.room, visitor, _inspection("prove-records", asked.body, len(proofs)))
    vkeys = tuple(dict.fromkeys(verifier.vkey for _, verifier in proofs))
    fields = asked.body.openings
    opened = tuple([await _opened(parts, each.extra or b"", fields) for each, _ in proofs]) if fields else ()
    return ProofsAnswer(tuple(each.text() for each, _ in proofs), vkeys, receipt_of(receipt), opened)


def _check_openings(parts: Parts, actor: Actor, body: ProveBody) -> None:
    """Refuse openings to whoever is no person, for anything but an authority's demand, and where none can be read."""
    # A13-6-oplog: an account that administers looks at records since it opens nothing
    if body.openings and actor.kind != "staff":
        raise RefusedError(Refusal("not-entitled"))
    if body.openings and body.purpose != "order":
        remedy = Text("披露内容只因管理机构的要求出示", "Openings are shown on an authority's demand alone")
        raise InvalidError(
            Text("此目的不能开启私密字段", "Nothing is opened for this"), field="openings", remedy=remedy
        )
    if body.openings and parts.openings is None:
        # Invariant: a gateway of its own adds openings and reads none; who keeps the tables opens them, or nobody.
        remedy = Text("由所有者运行 shouze link openings 或 shouze log export --openings",
                      "The owner opens them with shouze link openings, or shouze log export --openings")  # fmt: skip
        raise InvalidError(
            Text("独立运行的闸门不读取披露内容", "A gateway of its own reads no openings"),
            field="openings",
            remedy=remedy,
        )


async def _opened(parts: Parts, entry: bytes, fields: tuple[str, ...]) -> OpeningAnswer:
    if parts.openings is None or read_beginning(entry) is not None:
        return OpeningAnswer("none", ())
    texts, state = await open_fields(parts.door.room, parts.openings, parse_leaf(entry), leaf_hash(entry), fields)
    return OpeningAnswer(state, texts)


async def _admitted(parts: Parts, asked: Asked[L], act: InspectionAct) -> tuple[Records, Visitor]:
    """Return the records and who looks; RefusedError, recorded, for whoever is not entitled."""
    body = asked.body
    visitor = asked.visitor(body.place)
    refusal = may_inspect(parts.door.room, visitor, getattr(body, "service", None))
    if refusal:
        await note_inspection(parts.door.room, visitor, _inspection(act, body, 0), refusal)
    return records_of(parts), visitor


def records_of(parts: Parts) -> Records:
    """Return where records are searched; UnavailableError where they are not."""
    if parts.records is None:
        remedy = Text("在运行日志的服务器上查询", "Ask the server that keeps the log")
        raise UnavailableError(
            Text("此处不能查询操作记录", "Records are not searched here"), field="log", remedy=remedy
        )
    return parts.records


def span_of(since: datetime | None, until: datetime | None) -> tuple[int | None, int | None]:
    """Return from when until when records are sought, in microseconds; InvalidError where it ends before it begins."""
    if since is not None and until is not None and until <= since:
        remedy = Text("把截止时间改到起始时间之后", "Let it end after it begins")
        raise InvalidError(Text("截止不晚于起始", "It ends before it begins"), field="until", remedy=remedy)
    return None if since is None else micros(since), None if until is None else micros(until)


def _sought(parts: Parts, body: TallyBody) -> Sought:
    since, until = span_of(body.since, body.until)
    room = parts.door.room
    tags = room.tags_of(body.subject, [*(room.policy.silences or {})]) if body.subject is not None else ()
    return Sought(
        actor=body.actor, agent=body.agent, service=body.service, item=body.item, site=body.site, act=body.act,
        outcome=body.outcome, since=since, until=until, tag=tags[0] if tags else None, tags=tags[1:],
    )  # fmt: skip


def _inspection(act: InspectionAct, body: Looking, rows: int) -> Inspection:
    """Return the look as it is recorded: what was sought stands in it as commitments, never in clear."""
    sought: dict[str, Value] = {}
    for name in ("actor", "agent", "site", "act", "outcome", "since", "until"):
        value = getattr(body, name, None)
        if value is not None:
            sought[f"sought.{name}"] = value.isoformat() if isinstance(value, datetime) else value
    if isinstance(body, ProveBody):
        sought["sought.records"] = [str(place) for place in body.records]
    if isinstance(body, ProveBody) and body.openings:
        sought["sought.openings"] = list(body.openings)
    about = {name: getattr(body, name, None) for name in ("service", "item", "subject")}
    return Inspection(act, body.purpose, body.reason, sought, rows=rows, **about)


def _shown(place: int, leaf: Leaf) -> RecordAnswer:
    who, where, what, verdict = leaf.who, leaf.where, leaf.what, leaf.verdict
    return RecordAnswer(
        place, leaf.node, leaf.boot, leaf.nseq, leaf.at, who.kind, who.id, who.post, who.agent,
        where.site, where.term, where.ip, what.act, what.service, what.purposes, what.items, what.rows, what.recipient,
        verdict.outcome, verdict.code, verdict.article, verdict.purpose,
    )  # fmt: skip


OPERATIONS: tuple[Operation[Any], ...] = (
    Operation(
        method="POST", path="/v1/records/search", id="search-records", body=SearchBody, answer=RecordsAnswer,
        act=search, summary=Text("查询操作记录", "Search handling records"),
    ),
    Operation(
        method="POST", path="/v1/records/tally", id="tally-records", body=TallyBody, answer=TallyAnswer, act=tally,
        summary=Text("统计操作记录及涉及的用户数", "Count handling records and the users they are about"),
    ),
    Operation(
        method="POST", path="/v1/records/prove", id="prove-records", body=ProveBody, answer=ProofsAnswer, act=prove,
        summary=Text("出具操作记录的证明", "Prove handling records"),
    ),
)  # fmt: skip
