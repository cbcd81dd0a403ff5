"""What is held: every item masked until it is asked for, since when and from where, for what, until when (Art. 9(2)).

# Invariant: a value stands in the answer to the one request that asked for it, and nowhere else: in no sign-in, no
# address, row, message or log line. Each opening is in the log as the subject's own act.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from shouze.client import (
    Client,
    ClientError,
    FormerValue,
    HeldOfOwn,
    NotFound,
    RecordOfOwn,
    Released,
    Stands,
    Subject,
    Unavailable,
)
from shouze.language import Text
from shouze.portal.ports import GIVEN
from shouze.portal.showing import show
from shouze.portal.visiting import Visiting, own_door, signed_in
from shouze.portal.words import Words, law
from shouze.registers.declarations import comparing
from shouze.registers.office import Wish
from shouze.registers.saying import status_of, words_of
from shouze.rules.use import SUBJECT_RIGHTS

_SEEN = 200


@dataclass
class Shown:
    """One item as the page shows it: where and when it came from, for what it is held; ``value`` once it was opened."""

    item: str
    label: Text
    grounds: list[dict[str, Any]] = field(default_factory=list)
    since: datetime | None = None
    source: Text | None = None
    value: str | None = field(default=None, repr=False)
    former: tuple[FormerValue, ...] = field(default=(), repr=False)
    """What was corrected, once the value was opened."""


@signed_in
@require_http_methods(["GET", "POST"])
def held(request: Visiting) -> HttpResponse:
    """Show what is held; what is asked for by POST is opened, this once."""
    door, opened = own_door(request.visit), None
    try:
        stands = door.own_standing()
        if request.method == "POST":
            opened = release(request, stands, request.POST.getlist("item"))
    except ClientError as refused:
        return show(request, "held", {"problem": words_of(refused), "items": []}, status=status_of(refused))
    shown = items_of(stands, collected(door), Words.read(actors=True), opened)
    return show(request, "held", {"items": shown, "frozen": stands.frozen, "asked": _asked(request)})


def collected(door: Client) -> tuple[RecordOfOwn, ...]:
    """Return the records of collecting; none where the log does not answer, for what is held is shown all the same."""
    try:
        return door.own_records(act="collect", order="oldest", limit=_SEEN).records
    except (NotFound, Unavailable):
        return ()


def release(request: Visiting, stands: Stands, items: list[str]) -> Released | None:
    """Open items by the subject's own right, with what was corrected; only what is held is asked for."""
    known = {each.item for each in stands.held if not each.usage}
    wanted = [item for item in dict.fromkeys(items) if item in known]
    if not wanted:
        return None
    return own_door(request.visit).release(
        service=service_of(stands), subject=Subject(id=request.visit.subject), purposes=[SUBJECT_RIGHTS], items=wanted
    )


def items_of(
    stands: Stands, came: tuple[RecordOfOwn, ...], words: Words, opened: Released | None
) -> list[Shown]:  # fmt: skip
    """Return what is held, item by item; records of use are counted among their items, and have no one value."""
    found: dict[str, Shown] = {}
    for each in stands.held:
        if each.usage:
            continue
        shown = found.setdefault(each.item, _shown(each.item, words, opened))
        shown.grounds.append(_ground(each, words))
        shown.since = min(shown.since or each.at, each.at)
    for record in came:
        for item in record.items:
            if item in found and found[item].source is None:
                found[item].source = _source(record, words)
    return list(found.values())


@require_GET
@signed_in
def me(request: Visiting) -> HttpResponse:  # noqa: ARG001 - it only leads on
    """Lead to what is held."""
    return redirect("held")


def _shown(item: str, words: Words, opened: Released | None) -> Shown:
    value = opened.items.get(item) if opened else None
    return Shown(item, words.item(item), value=value, former=opened.former.get(item, ()) if opened else ())


def _asked(request: Visiting) -> Sequence[Wish]:
    """Return the corrections that the user asked the office for, without what they say."""
    return GIVEN.office.corrections(request.visit.subject) if GIVEN.office else ()


def _ground(each: HeldOfOwn, words: Words) -> dict[str, Any]:
    rule = words.rule(each.service, each.purpose)
    return {
        "service": words.service(each.service), "purpose": words.purpose(each.service, each.purpose),
        "since": each.at, "until": each.due, "law": law(rule) if each.law else None,
        "kept": comparing.retention(rule) if rule is not None and each.due is None else None,
    }  # fmt: skip


def _source(record: RecordOfOwn, words: Words) -> Text:
    who = words.actor(record)
    return Text(f"{who.zh}（{record.site}）", f"{who.en} ({record.site})") if record.site else who


def service_of(stands: Stands) -> str:
    """Return a service to name: what is the subject's own right is so in each of them."""
    return stands.services[0].service if stands.services else "none"
