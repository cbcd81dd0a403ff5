"""One handling on its way: find the subject, decide, record; only then go on.

``approach`` finds and decides, ``admit`` makes the record durable and refuses where the decision refused. What a verb
does afterwards it does with the passage in hand; ``came_to`` records an outcome that differs from the first record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as narrowed
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from shouze.errors import InvalidError
from shouze.gateway.asking import Request, SubjectRef, Visitor
from shouze.gateway.ports import Answer, Found, Query
from shouze.gateway.room import Room
from shouze.gateway.wording import verdict_of, who_and_where, words_of
from shouze.journal.record import Receipt, Record, RecordKey
from shouze.language import Text
from shouze.ledger.disclosure import Value
from shouze.ledger.entry import Draft
from shouze.rules.decide import Permit, begin
from shouze.rules.forms import normalise
from shouze.rules.policy import Policy
from shouze.rules.refusal import Refusal, RefusedError
from shouze.rules.standing import Standing
from shouze.rules.use import SUBJECT_RIGHTS, Use
from shouze.vault.blind_index import tag

Decider = Callable[[Policy, Visitor, Request, str | None, Standing | None, datetime], Permit | Refusal]
"""Decides a request on one subject's standing."""


@dataclass(slots=True)
class Passage:
    """A request with the subject found, the policy it is decided under, and the decision."""

    room: Room
    visitor: Visitor
    request: Request
    policy: Policy
    found: Found | None
    now: datetime
    decision: Permit | Refusal
    subject: str | None
    private: dict[str, Value]
    decider: Decider
    key: RecordKey | None = None

    @property
    def permit(self) -> Permit:
        """Return the permit; RefusedError where the decision was a refusal."""
        if isinstance(self.decision, Refusal):
            raise RefusedError(self.decision)
        return self.decision

    async def admit(self, items: tuple[str, ...] | None = None) -> Receipt:
        """Make the record durable; then refuse if the decision refused.

        # Invariant: nothing of the subject is opened or changed before this returns.
        """
        receipt = await self.noted(self.request.action, items)
        if isinstance(self.decision, Refusal):
            raise RefusedError(self.decision)
        return receipt

    async def noted(self, act: str, items: tuple[str, ...] | None = None) -> Receipt:
        """Make the record of the decision durable, whichever it is."""
        return await self.room.journal.record(self.note(act, items))

    def note(self, act: str, items: tuple[str, ...] | None = None) -> Record:
        """Return the record of the decision, whichever it is."""
        named = self.request.items if items is None else items
        if isinstance(self.decision, Refusal):
            return self._record(act, "refused", self.decision, named)
        return self._record(act, "permitted", None, named)

    async def came_to(self, outcome: str, items: tuple[str, ...] = (), refusal: Refusal | None = None) -> Receipt:
        """Record that it ended otherwise than the first record said: failed, fewer, aborted."""
        return await self.room.journal.record(self._record(self.request.action, outcome, refusal, items))

    def _record(self, act: str, outcome: str, refusal: Refusal | None, items: tuple[str, ...]) -> Record:
        request = self.request
        rows = 1 if self.found and refusal is None else 0
        what, asked = words_of(self.policy, request, act, items, rows)
        verdict = verdict_of(self.policy, request, outcome, refusal, by_purpose=self.room.packs)
        who, where, own = who_and_where(self.visitor)
        if self.key is None:
            hushed_by = self.policy.hushed_by(request.ticket, self.now)
            self.key = self.room.record_key(self.subject, hushed_by)
        draft = Draft(who, where, what, verdict, {**self.private, **asked, **own})
        return Record(draft, self.key)


async def approach(
    room: Room,
    visitor: Visitor,
    request: Request,
    *,
    decider: Decider | None = None,
    grounds: tuple[str, ...] | None = (),
    newcomer: str | None = None,
) -> Passage:
    """Find the subject and decide; nothing is opened, changed or recorded yet.

    ``newcomer`` is the id of a subject that does not exist yet; ``grounds`` are those whose sealed values are read
    along (None: all); ``decider`` replaces ``decide_all``.
    """
    asked = question(room, request if newcomer is None else replace(request, subject=SubjectRef(newcomer)), grounds)
    answer = await room.look_up(asked.query)
    policy = await room.policy_at(answer.epoch)
    if newcomer is not None:
        answer = Answer(answer.epoch, (Found(newcomer, 0, Standing()),))
    return arrive(room, visitor, request, asked, answer, policy, room.clock.now(), decider or decide_all)


class Question(NamedTuple):
    """What is asked of custody for a request, and the identifiers, in normal form, that it names the subject by."""

    query: Query
    looked_up: dict[str, str]


def question(
    room: Room, request: Request, grounds: tuple[str, ...] | None = (), items: tuple[str, ...] | None = None
) -> Question:
    """Return the question that finds the request's subject: InvalidError for one that it does not name.

    ``grounds`` and ``items`` are those whose sealed values are read along (None: all).
    """
    if request.subject is None:
        raise InvalidError(Text("没有说明是哪个用户", "It does not say which subject"), field="subject")
    looked_up = _looked_up(request.subject, room.policy)
    return Question(query_for(room, request.subject, looked_up, grounds, items), looked_up)


def arrive(
    room: Room, visitor: Visitor, request: Request, asked: Question, answer: Answer, policy: Policy, now: datetime,
    decider: Decider,
) -> Passage:  # fmt: skip
    """Decide a request whose question is answered, under a policy at least as new as the answer's."""
    looked_up = asked.looked_up
    found = answer.found[0] if len(answer.found) == 1 else None
    subject = found.subject if found else None
    decision = decider(policy, visitor, request, subject, found.standing if found else None, now)
    if len(answer.found) > 1 and isinstance(decision, Refusal) and decision.code == "subject-unknown":
        decision = Refusal("subject-ambiguous", "subject")
    known = answer.found if found is None or found.revision else ()
    private = _private(request, looked_up, subject or asked.query.subject, known)
    return Passage(room, visitor, request, policy, found, now, decision, subject, private, decider)


def decide_all(
    policy: Policy, visitor: Visitor, request: Request, subject: str | None, standing: Standing | None, now: datetime
) -> Permit | Refusal:
    """Decide for every purpose; permitted is only what each of them permits."""
    return Course(policy, visitor, request, subject, now).decide(standing)


class Course:
    """How requests that differ in the subject alone are decided at one moment: begun once, ended for each subject."""

    def __init__(self, policy: Policy, visitor: Visitor, request: Request, subject: str | None, now: datetime) -> None:
        """``subject`` matters where it acts itself."""
        self._policy, self._request, self._now = policy, request, now
        uses = [use_of(visitor, request, purpose, subject) for purpose in request.purposes or ("",)]
        self._begun = [(begin(policy, use, now), use) for use in uses]

    def decide(self, standing: Standing | None) -> Permit | Refusal:
        """Decide for every purpose; permitted is only what each of them permits."""
        if len(self._begun) == 1:
            ((only, use),) = self._begun
            return only.about(standing, use, self._now)
        decisions = [begun.about(standing, use, self._now) for begun, use in self._begun]
        if refusal := self._refusal([each if isinstance(each, Refusal) else None for each in decisions]):
            return refusal
        permits, items = [each for each in decisions if isinstance(each, Permit)], self._request.items
        refusals = {item: self._refusal([each.withheld.get(item) for each in permits]) for item in items}
        withheld = {item: refusal for item, refusal in refusals.items() if refusal}
        left = tuple(item for item in items if item not in withheld)
        if items and not left:
            return withheld[items[0]]
        return Permit(left, withheld, permits[-1].version, permits[-1].law)

    def _refusal(self, each: Sequence[Refusal | None]) -> Refusal | None:
        return refused_under(self._policy, self._request, each)


def refused_under(policy: Policy, request: Request, refusals: Sequence[Refusal | None]) -> Refusal | None:
    """Return the first refusal of those under each purpose of a request, saying which purpose unless all refuse alike.

    # Invariant: of purposes that nobody declared it says the place alone, for that is what a caller wrote freely.
    """
    number, refusal = next(((n, each) for n, each in enumerate(refusals) if each), (0, None))
    if refusal is None or all(each == refusal for each in refusals):
        return refusal
    purpose, service = request.purposes[number], policy.services.get(request.service)
    if purpose == SUBJECT_RIGHTS or (service and purpose in service.purposes):
        return narrowed(refusal, purpose=purpose)
    return narrowed(refusal, what=f"purposes[{number}]")


class Courses:
    """Decides as ``decide_all`` does; what requests alike have in common at one moment is found out once."""

    def __init__(self) -> None:
        self._courses: dict[object, tuple[Policy, Visitor, Course]] = {}

    def __call__(
        self, policy: Policy, visitor: Visitor, request: Request, subject: str | None, standing: Standing | None,
        now: datetime,
    ) -> Permit | Refusal:  # fmt: skip
        """Decide a request on one subject's standing."""
        if visitor.actor.kind == "subject":
            return decide_all(policy, visitor, request, subject, standing, now)
        # What is told apart by its id is kept beside the answer, so that nothing else gets that id meanwhile.
        key = id(policy), id(visitor), now, alike(request)
        found = self._courses.get(key)
        if found is None:
            found = self._courses[key] = policy, visitor, Course(policy, visitor, request, None, now)
        return found[2].decide(standing)


def alike(request: Request) -> tuple[object, ...]:
    """Return all that a request says but for its subject."""
    return (
        request.service, request.purposes, request.items, request.action, request.recipient, request.approval,
        request.ticket, request.reason,
    )  # fmt: skip


def use_of(
    visitor: Visitor, request: Request, purpose: str, subject: str | None, items: tuple[str, ...] | None = None
) -> Use:
    """Return the use that one purpose of a request intends, of the request's items or of ``items``."""
    return Use(
        actor=visitor.actor,
        service=request.service,
        purpose=purpose,
        action=request.action,
        items=request.items if items is None else items,
        place=visitor.place,
        recipient=request.recipient,
        subject=subject,
        approval=request.approval,
    )


def query_for(
    room: Room, subject: SubjectRef, looked_up: Mapping[str, str], grounds: tuple[str, ...] | None,
    items: tuple[str, ...] | None = None,
) -> Query:  # fmt: skip
    """Return the query for a subject reference whose identifiers are in normal form."""
    tags = tuple(tag(room.ring, item, normal) for item, normal in sorted(looked_up.items())) if looked_up else ()
    return Query(subject.id, tags, grounds, items)


def _looked_up(subject: SubjectRef, policy: Policy) -> dict[str, str]:
    return {
        item: normal_identifier(policy, item, value, f"subject.identifiers.{item}")
        for item, value in subject.identifiers.items()
    }


def normal_identifier(policy: Policy, item: str, value: str, field: str) -> str:
    """Return an identifier's normal form; InvalidError names the field when it is none."""
    traits = policy.traits(item)
    if traits is None or traits.identifier is None:
        detail = Text("不能按此信息项查找用户", "Users are not found by this item")
        raise InvalidError(detail, field=field, remedy=Text("改用已声明的标识", "Use a declared identifier"))
    return normal_value(traits.form, value, field)


def normal_value(form: str, value: str, field: str) -> str:
    """Return a value's normal form; InvalidError names the field, never the value."""
    try:
        return normalise(form, value)
    except InvalidError as problem:
        raise InvalidError(problem.detail, field=field, remedy=problem.remedy) from None


def _private(
    request: Request, looked_up: Mapping[str, str], subject: str | None, found: Sequence[Found]
) -> dict[str, Value]:
    """Return what the record only commits to.

    # Invariant: of whoever is found the record keeps no value, so that the records of an erased subject tell none.
    """
    named: dict[str, Value] = {}
    if not found:
        named |= {f"identifier.{item}": value for item, value in looked_up.items()}
    elif looked_up:
        named["identifiers"] = sorted(looked_up)
    if len(found) > 1:
        named["candidates"] = [each.subject for each in found]
    for name, value in (("subject", subject), ("ticket", request.ticket), ("reason", request.reason)):
        if value is not None:
            named[name] = value
    return named
