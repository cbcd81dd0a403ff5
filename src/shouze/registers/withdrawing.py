"""Who has to withdraw (回避, Penalty Law 43): a tie to an operator, or a withdrawal that was ordered, bars them.

This is the one place that says so: acts of every register at an authority ask here, whatever they are.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from shouze.language import Text
from shouze.registers.describing import Register
from shouze.registers.peers.models import Peer
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN
from shouze.registers.rows import Kept
from shouze.registers.supervised.calling import operator_of
from shouze.registers.supervised.models import Supervised
from shouze.registers.ties.models import Tie
from shouze.registers.withdrawals.models import Withdrawal

_NUMBER = re.compile(r"E-\d{4}-\d+")


class Barred(Text):
    """Why a person has to withdraw."""


def barred(register: Register[Any], entry: Kept, person: Person, now: datetime) -> Barred | None:
    """Return why this person may do nothing to this row; None where nothing keeps them from it."""
    # A24: who has a tie to a party has no hand in its matter
    if GIVEN.house != "authority" or not person.pk:
        return None
    operators = operators_of(register, entry)
    if operators and (tie := ties_of(person, operators, now).first()):
        told = Text("您与该经营者有利害关系（{n}），应当回避", "You have a tie to this operator ({n}): you withdraw")
        return Barred(*told.fill(n=tie.number))
    if (case := _case_of(register, entry)) and (ordered := _ordered(person, case)):
        return Barred(
            *Text("已决定您在本案中回避（{n}）", "You were withdrawn from this case ({n})").fill(n=ordered.number)
        )
    return None


def operators_of(register: Register[Any], entry: Kept) -> frozenset[str]:
    """Return the numbers of the operators whose matter a row is: those that its columns name, and its peer."""
    if register.about is not None:
        return frozenset(register.about(entry))
    columns = register.model_fields()
    told = (str(getattr(entry, name, "") or "") for name in ("operator", "operator_name") if name in columns)
    found = _named(next(filter(None, told), ""))
    peer = getattr(entry, "peer", None) if "peer" in columns else None
    if isinstance(peer, Peer) and peer.side == "operator" and (operator := operator_of(peer)):
        found.add(operator.number)
    return frozenset(found)


def _named(told: str) -> set[str]:
    """Return the number of an operator that a column names, by number or by name."""
    if not told or _NUMBER.fullmatch(told):
        return {told} - {""}
    return {*Supervised.objects.filter(title=told).values_list("number", flat=True)[:1]}


def ties_of(person: Person, operators: Collection[str], now: datetime) -> QuerySet[Tie]:
    """Return the ties that a person has to any of these operators today."""
    today = timezone.localdate(now)
    held = Tie.objects.filter(person=person, operator__in=operators, since__lte=today)
    return held.filter(Q(until=None) | Q(until__gte=today))


def is_free(person: Person, operator: str, now: datetime) -> bool:
    """Tell whether a person has no tie to an operator: only such a one is put in charge of its matter."""
    return not ties_of(person, [operator], now).exists()


def _case_of(register: Register[Any], entry: Kept) -> str:
    if register.about is not None:
        return ""
    return entry.number if register.name == "cases" else str(getattr(entry, "case", "") or "")


def _ordered(person: Person, case: str) -> Withdrawal | None:
    return Withdrawal.objects.filter(officer=person, case=case, state="ordered").first()
