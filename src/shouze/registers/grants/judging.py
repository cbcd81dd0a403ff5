"""Lays a grant beside what its holder did: unused, used in part, used; and which parts nobody needed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from shouze.language import Text
from shouze.registers.grants.models import GRANTED, Exercise, Grant
from shouze.registers.vocabulary import action_words, item_words, purpose_words

UNUSED, EXCESSIVE, USED = "unused", "excessive", "used"
EXERCISE = {
    UNUSED: Text("未使用", "Unused"),
    EXCESSIVE: Text("超出所用", "More than was used"),
    USED: Text("全部用到", "Used"),
}


class Unneeded(NamedTuple):
    """Parts of a grant that nobody used; for what is not limited, what alone was used."""

    actions: tuple[str, ...]
    purposes: tuple[str, ...]
    items: tuple[str, ...]


def judge(holder: str) -> None:
    """Note on a holder's grants in force what the log says of each."""
    for grant in Grant.objects.filter(holder=holder, state=GRANTED):
        exercises = uses_of(grant)
        last = max((each.last_at for each in exercises), default=None)
        word = UNUSED if last is None else EXCESSIVE if any(unneeded(grant, exercises)) else USED
        Grant.objects.filter(pk=grant.pk).update(exercise=word, used_at=last)


def uses_of(grant: Grant) -> list[Exercise]:
    """Return what its holder did that this grant allows."""
    found = Exercise.objects.filter(holder=grant.holder, action__in=grant.actions, service__in=grant.services)
    found = found.filter(purpose__in=grant.purposes) if grant.purposes else found
    found = found.filter(item__in=[*grant.items, ""]) if grant.items else found
    return list(found)


def unneeded(grant: Grant, exercises: Iterable[Exercise]) -> Unneeded:
    """Return which actions, purposes and items of a grant are in no use of it."""
    uses = list(exercises)

    def without(granted: Iterable[str], used: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(set(granted) - set(used)))

    of_items = any(each.item for each in uses)
    return Unneeded(
        without(grant.actions, (each.action for each in uses)),
        without(grant.purposes, (each.purpose for each in uses)),
        without(grant.items, (each.item for each in uses)) if of_items or not uses else (),
    )


def findings(grant: Grant) -> list[Text]:
    """Return in sentences what the log says of a grant, for whoever reviews it."""
    if not grant.exercise:
        return [Text("尚未从日志统计其使用情况", "Its use has not been counted from the log yet")]
    exercises = uses_of(grant)
    if not exercises:
        return [Text("日志中没有使用过此项授权", "The log shows no use of this grant")]
    spare = unneeded(grant, exercises)
    told = [
        Text("使用 {n} 次，最近 {day}", "Used {n} times, last on {day}").fill(
            n=sum(each.uses for each in exercises), day=max(each.last_at for each in exercises).date().isoformat()
        )
    ]
    for words, names, say in (
        (Text("从未使用的操作：{names}", "Actions never used: {names}"), spare.actions, action_words),
        (Text("从未使用的目的：{names}", "Purposes never used: {names}"), spare.purposes, purpose_words),
        (Text("从未使用的信息项：{names}", "Items never used: {names}"), spare.items, item_words),
    ):
        told += [words.fill(names=Text.listed(map(say, names)))] if names else []
    used = sorted({each.item for each in exercises if each.item})
    if used and not grant.items:
        words = Text("不限信息项，实际只用：{names}", "Not limited to items; used were only: {names}")
        told.append(words.fill(names=Text.listed(map(item_words, used))))
    return told
