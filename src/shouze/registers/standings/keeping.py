"""Keeps the answers: listens to registers that changed, answers what that concerns or what came due, notes changes.

# Invariant: no act more than two minutes old is unheard in an answer; every hour all registers are listened to anew.
# Where the clock steps back, nothing is answered until it has caught up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import msgspec
from django.db import transaction

from shouze.registers.ports import GIVEN, owed_here, statutes
from shouze.registers.rows import Delivery, Event
from shouze.registers.speaking import HOUSE, speakers
from shouze.registers.standings.latest import remember
from shouze.registers.standings.models import Change, Heard, Standing, Told
from shouze.rules.duties.answering import Answer, answered, matters_of
from shouze.rules.duty import Evidence, Fact

OVERLAP = timedelta(minutes=2)
"""How far back acts are looked for again: they are dated before they are there to be read."""
WHOLE = timedelta(hours=1)
NOTED = timedelta(minutes=1)
"""How often it is written down that there was nothing to write."""
_NAME = "registers"


def keep(now: datetime, *, webhook: bool = False, whole: bool = False) -> list[str]:
    """Bring the answers up to date; return the duties whose state changed. ``whole`` asks everybody anew."""
    heard = Heard.objects.filter(name=_NAME).first()
    if heard is not None and now < heard.at:
        return []
    whole = whole or heard is None or now - heard.whole_at >= WHOLE
    fresh = _fresh(None if whole or heard is None else _changed(heard.at - OVERLAP))
    before = {} if whole else _told()
    facts = {**before, **fresh}
    known = {each.duty: each for each in Standing.objects.all()}
    news = {matter for matter, fact in fresh.items() if before.get(matter) != fact}
    duties = [each.id for each in owed_here()]
    again = [each for each in duties if whole or _concerned(each, known.get(each), news, now)]
    if heard is not None and not again and now - heard.at < NOTED:
        return []
    answers = answered(again, facts, now, GIVEN.terms)
    with transaction.atomic():
        _write_facts({matter: fresh[matter] for matter in news}, now, whole=whole)
        changes = [change for each in answers.values() if (change := _write(each, known.get(each.duty), now))]
        Heard.objects.update_or_create(
            name=_NAME, defaults={"at": now, "whole_at": now if heard is None or whole else heard.whole_at}
        )
        if webhook:
            Delivery.objects.bulk_create(_hook(each) for each in changes if each.before)
    remember({**{each.duty: as_answer(each) for each in known.values()}, **answers}.values())
    return [each.duty for each in changes]


def answer_now(now: datetime) -> dict[str, Answer]:
    """Answer every duty from what the registers say this moment; nothing is written."""
    return answered([each.id for each in owed_here()], _fresh(None), now, GIVEN.terms)


def as_answer(row: Standing) -> Answer:
    """Return a standing as the rules tell it."""
    return msgspec.convert(
        {"duty": row.duty, "state": row.state, "since": row.since, "due": row.due, "turns": row.turns,
         "evidence": row.evidence},
        Answer,
    )  # fmt: skip


def _changed(since: datetime) -> set[str]:
    # Asked for distinct registers, SQLite reads every event there is; in the order of time it reads the latest alone.
    return {HOUSE, *Event.objects.filter(at__gte=since).order_by("at").values_list("register", flat=True).iterator()}


def _fresh(changed: set[str] | None) -> dict[str, Fact]:
    """Ask those who speak about registers that changed, or (None) everybody."""
    return {
        matter: speaks.fact()
        for matter, (heeded, speaks) in speakers().items()
        if changed is None or not heeded.isdisjoint(changed)
    }


def _told() -> dict[str, Fact]:
    return {each.matter: msgspec.convert(each.fact, Fact) for each in Told.objects.all()}


def _concerned(duty: str, standing: Standing | None, news: Iterable[str], now: datetime) -> bool:
    turned = standing is None or (standing.turns is not None and standing.turns < now)
    return turned or not matters_of(duty).isdisjoint(news)


def _write_facts(facts: Mapping[str, Fact], now: datetime, *, whole: bool) -> None:
    if whole:
        Told.objects.exclude(matter__in=facts).delete()
    rows = [Told(matter=matter, fact=msgspec.to_builtins(fact), at=now) for matter, fact in facts.items()]
    Told.objects.bulk_create(rows, update_conflicts=True, unique_fields=["matter"], update_fields=["fact", "at"])


def _write(answer: Answer, before: Standing | None, now: datetime) -> Change | None:
    """Write how a duty stands; return what changed, where its state did."""
    evidence: list[Evidence] = msgspec.to_builtins(answer.evidence)
    same = before is not None and before.state == answer.state
    row = Standing(
        duty=answer.duty, state=answer.state, since=answer.since, due=answer.due, turns=answer.turns,
        evidence=evidence, stood_since=before.stood_since if same and before else now, answered_at=now,
    )  # fmt: skip
    row.save(force_insert=before is None, force_update=before is not None)
    if same:
        return None
    return Change.objects.create(
        duty=answer.duty, at=now, before=before.state if before else "", state=answer.state, since=answer.since,
        due=answer.due,
    )  # fmt: skip


def _hook(change: Change) -> Delivery:
    told = {
        "type": f"duty.{change.state}", "timestamp": change.at,
        "data": {"duty": change.duty, "article": statutes().duties[change.duty].article, "before": change.before,
                 "state": change.state, "since": change.since, "due": change.due},
    }  # fmt: skip
    return Delivery(kind="webhook", body=msgspec.json.encode(told).decode())
