"""Watches the records as they come: counts each actor's day, and finds what exceeds the yardsticks.

The log is read page by page from where it was left; what was counted and how far it reaches are written together, so
that no record counts twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from shouze.client import Client, FoundRecord
from shouze.language import Text
from shouze.registers import acting
from shouze.registers.counter.models import Call
from shouze.registers.dooring import door
from shouze.registers.people.models import Person
from shouze.registers.roles import Role
from shouze.registers.watching.models import Daily, Unusual, Watched
from shouze.registers.watching.register import REGISTER
from shouze.registers.yardsticks.models import RULES, Yardstick
from shouze.registers.yardsticks.register import yardsticks

PAGE, PAGES = 500, 40
KEPT = timedelta(days=62)
USES = frozenset({"read", "use", "disclose", "export", "copy", "correct"})
"""Acts that look at what is held; a check or a comparison shows nothing."""
_WHY: dict[str, Any] = {"purpose": "watch", "reason": "异常监测 unusual handling"}


def watch(now: datetime) -> int:
    """Read what is new, a bounded number of records, and return how many unusual days were found or have grown."""
    reached, sticks, found = door(), yardsticks(), 0
    if reached is None:
        return 0
    place, _ = Watched.objects.get_or_create(name="log")
    start = place.place
    for _page in range(PAGES):
        page = reached.watching().search_records(
            **_WHY, order="oldest", limit=PAGE, cursor=place.place if place.place >= 0 else None
        )
        if page.records:
            _take_in(page.records, place, sticks.get("hours"))
        if page.cursor is None:
            break
    found += sum(_judged(each, sticks, reached.watching()) for each in Daily.objects.filter(changed=True))
    found += _decoys(reached.watching(), sticks.get("decoy"), start)
    Watched.objects.filter(name="log").update(at=now)
    Daily.objects.filter(day__lt=(now - KEPT).date()).delete()
    return found


@transaction.atomic
def _take_in(records: Sequence[FoundRecord], place: Watched, hours: Yardstick | None) -> None:
    touched: dict[tuple[str, date], Daily] = {}
    sites = _sites({each.actor for each in records if each.actor})
    for each in records:
        if each.actor is None or each.kind == "subject" or (each.act not in USES and each.outcome != "refused"):
            continue
        day = timezone.localtime(each.at).date()
        daily = touched.get((each.actor, day)) or Daily.objects.get_or_create(actor=each.actor, day=day)[0]
        touched[each.actor, day] = daily
        _count(daily, each, hours, sites.get(each.actor, ""))
    for daily in touched.values():
        daily.changed = True
        daily.save()
    place.place = records[-1].index
    place.save()


def _count(daily: Daily, record: FoundRecord, hours: Yardstick | None, site: str) -> None:
    if record.outcome == "refused":
        daily.streak += 1
        daily.longest = max(daily.longest, daily.streak)
        return
    daily.streak = 0
    daily.uses += 1
    local = timezone.localtime(record.at).hour
    if hours is not None and record.kind != "service" and not hours.from_hour <= local < hours.to_hour:
        daily.late += 1
    if site and record.site and record.site != site:
        daily.elsewhere += 1


def _sites(actors: set[str]) -> dict[str, str]:
    return dict(Person.objects.filter(username__in=actors).exclude(site="").values_list("username", "site"))


def _judged(daily: Daily, sticks: dict[str, Yardstick], reached: Client) -> int:
    counts = {
        "volume": daily.uses, "hours": daily.late, "elsewhere": daily.elsewhere, "refusals": daily.longest,
        "uncalled": _uncalled(daily, sticks.get("uncalled"), reached),
    }  # fmt: skip
    Daily.objects.filter(pk=daily.pk).update(changed=False)
    over = [(rule, n) for rule, n in counts.items() if rule in sticks and n > sticks[rule].most]
    return sum(note(rule, daily.actor, daily.day, n, sticks[rule].most) for rule, n in over)


def _uncalled(daily: Daily, stick: Yardstick | None, reached: Client) -> int:
    """Return how many more users somebody who serves at the counter looked at than were served; asked only if it may.

    The number of users is the door's: records name none.
    """
    server = Person.objects.filter(username=daily.actor).first()
    if stick is None or server is None or not {Role.SERVICE, Role.AGENT} & server.roles or daily.uses <= stick.most:
        return 0
    start = timezone.make_aware(datetime.combine(daily.day, datetime.min.time()))
    end = start + timedelta(days=1)
    calls = Call.objects.filter(served_by=server, created_at__gte=start, created_at__lt=end)
    served = calls.values("subject").distinct().count()
    counted = reached.tally_records(**_WHY, actor=daily.actor, act="read", since=start, until=end)
    return max(0, counted.subjects - served)


def _name_of(actor: str) -> Text:
    """Return a person by name and number; what is nobody's number stays as it is."""
    person = Person.objects.filter(username=actor).first()
    return person.named if person is not None else Text(actor, actor)


def _decoys(reached: Client, stick: Yardstick | None, start: int) -> int:
    found = 0
    for subject in stick.decoys.split() if stick else ():
        for each in _about(reached, subject, start):
            if each.actor is not None and each.act in USES:
                day = timezone.localtime(each.at).date()
                found += note("decoy", each.actor, day, 1, 0)
    return found


def _about(reached: Client, subject: str, start: int) -> Iterator[FoundRecord]:
    cursor: int | None = start if start >= 0 else None
    for _page in range(PAGES):
        page = reached.search_records(**_WHY, subject=subject, order="oldest", limit=PAGE, cursor=cursor)
        yield from page.records
        cursor = page.cursor
        if cursor is None:
            return


def note(rule: str, actor: str, day: date, count: int, most: int) -> int:
    """Make a row for what is unusual, or let an open one grow; return how many changed, which is none or one."""
    there = Unusual.objects.filter(rule=rule, actor=actor, day=day).first()
    if there is not None and (there.state != "open" or there.count >= count):
        return 0
    act = "grow"
    if there is None:
        made = Unusual(rule=rule, actor=actor, day=day, count=count, most=most)
        made.call(Text("{rule}：{actor}", "{rule}: {actor}").fill(rule=RULES[rule], actor=_name_of(actor)))
        there, act = acting.enrol(REGISTER, made, None), "find"
    there.count = count
    there.save()
    acting.follow(REGISTER, REGISTER.act(act), there.pk, None)
    return 1
