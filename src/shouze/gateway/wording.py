"""What a record says in clear, and what it only commits to.

# Invariant: nothing that a caller wrote freely stands in a leaf in clear; a caller's mistake cannot put a telephone
# number into the log for ever.
"""

from __future__ import annotations

import re
from functools import lru_cache

from shouze.gateway.asking import Request, Visitor
from shouze.ledger.disclosure import Value
from shouze.ledger.entry import Verdict, What, Where, Who
from shouze.rules.policy import Policy
from shouze.rules.refusal import Refusal
from shouze.rules.remembering import remembered
from shouze.rules.use import SUBJECT_RIGHTS

_PLACE = re.compile(r"(?!.*[0-9]{7})[A-Za-z0-9][A-Za-z0-9._:/ -]{0,63}")
"""A site's or terminal's name that can be nobody's number or name."""

Private = dict[str, Value]


def verdict_of(
    policy: Policy, request: Request, outcome: str, refusal: Refusal | None, *, by_purpose: bool = False
) -> Verdict:
    """Return what the record says was decided; remembered with the policy, as words are.

    ``by_purpose`` adds under which of several purposes it was refused, which version 0.1.0 does not read.
    """
    code, article = (refusal.code, refusal.article) if refusal else (None, None)
    purpose = refusal.purpose if refusal and by_purpose else None
    memory, key = remembered(policy), ("verdict", request.service, outcome, code, article, purpose)
    found: Verdict | None = memory.answers.get(key)
    if found is None:
        service = policy.services.get(request.service)
        declared = f"{request.service}@{service.version}" if service else None
        found = memory.answers[key] = Verdict(outcome, code, article, policy.digest or None, declared, purpose)
    return found


def words_of(policy: Policy, request: Request, act: str, items: tuple[str, ...], rows: int) -> tuple[What, Private]:
    """Return what the record says is done, in names that the policy knows, and the other names as private fields.

    They are remembered with the policy: callers ask the same again and again.
    """
    memory = remembered(policy)
    key = ("words", request.service, request.purposes, request.recipient, act, items, rows)
    found: tuple[What, Private] | None = memory.answers.get(key)
    if found is None:
        found = memory.answers[key] = _words_of(policy, request, act, items, rows)
    return found


def _words_of(policy: Policy, request: Request, act: str, items: tuple[str, ...], rows: int) -> tuple[What, Private]:
    service = policy.services.get(request.service)
    purposes = {SUBJECT_RIGHTS, *service.purposes} if service else {SUBJECT_RIGHTS}
    recipients = {name for rule in service.purposes.values() for name in rule.recipients} if service else set[str]()
    unknown: dict[str, list[str]] = {
        "asked.service": [] if service else [request.service],
        "asked.purposes": [name for name in request.purposes if name not in purposes],
        "asked.items": [item for item in items if policy.traits(item) is None],
        "asked.recipient": [request.recipient] if request.recipient and request.recipient not in recipients else [],
    }
    what = What(
        act,
        tuple(name for name in request.purposes if name in purposes),
        tuple(item for item in items if item not in unknown["asked.items"]),
        rows,
        request.service if service else None,
        request.recipient if request.recipient in recipients else None,
    )
    return what, {field: names for field, names in unknown.items() if names}


@lru_cache(4096)
def who_and_where(visitor: Visitor) -> tuple[Who, Where, Private]:
    """Return who acts and from where; what names a subject's own act, or was freely written, as private fields."""
    actor, place = visitor.actor, visitor.place
    site, terminal = (name if name and _PLACE.fullmatch(name) else None for name in (place.site, place.terminal))
    free = {"where.site": None if site else place.site, "where.term": None if terminal else place.terminal}
    if actor.kind != "subject":
        who, where = (
            Who(actor.kind, actor.id, actor.post, actor.agent, actor.session),
            Where(site, terminal, place.address),
        )
        return who, where, _given(free)
    own = {"who.id": actor.id, "who.auth": actor.session, "where.ip": place.address, "where.term": place.terminal}
    return Who("subject"), Where(site), _given({**free, **own})


def _given(fields: dict[str, str | None]) -> Private:
    return {field: value for field, value in fields.items() if value is not None}
