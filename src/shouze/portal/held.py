"""What is held: every item masked until it is asked for, since when and from where, for what, until when (Art. 9(2)).

# Invariant: a value stands in the answer to the one request that asked for it, and nowhere else: in no sign-in, no
# address, row, message or log line. Each opening is in the log as the subject's own act.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from shouze.client import Client, ClientError, HeldOfOwn, NotFound, RecordOfOwn, Stands, Subject, Unavailable
from shouze.language import Text
from shouze.portal.showing import show, status_of, told
from shouze.portal.visiting import Visiting, own_door, signed_in
from shouze.portal.words import Words, law
from shouze.registers.ports import statutes
from shouze.rules.use import SUBJECT_RIGHTS
from shouze.web.forms import MISSING
from shouze.web.reading import say

AT_ONCE = 3
"""The highest grade of an item that the user corrects alone; above it, and for what finds people, proof is wanted."""
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

    @property
    def at_once(self) -> bool:
        """Tell whether the user corrects it alone."""
        return corrects_at_once(self.item)


@signed_in
@require_http_methods(["GET", "POST"])
def held(request: Visiting) -> HttpResponse:
    """Show what is held; what is asked for by POST is opened, this once."""
    door, opened, problem = own_door(request.visit), dict[str, str](), None
    try:
        stands = door.own_standing()
        if request.method == "POST":
            opened = release(request, stands, request.POST.getlist("item"))
    except ClientError as refused:
        return show(request, "held", {"problem": told(refused), "items": []}, status=status_of(refused))
    shown = items_of(stands, collected(door), Words.read(actors=True), opened)
    return show(request, "held", {"items": shown, "problem": problem, "opened": bool(opened), "frozen": stands.frozen})


def collected(door: Client) -> tuple[RecordOfOwn, ...]:
    """Return the records of collecting; none where the log does not answer, for what is held is shown all the same."""
    try:
        return door.own_records(act="collect", order="oldest", limit=_SEEN).records
    except (NotFound, Unavailable):
        return ()


def release(request: Visiting, stands: Stands, items: list[str]) -> dict[str, str]:
    """Open items by the subject's own right; only what is held is asked for."""
    known = {each.item for each in stands.held if not each.usage}
    wanted = [item for item in dict.fromkeys(items) if item in known]
    if not wanted:
        return {}
    released = own_door(request.visit).release(
        service=_service(stands), subject=Subject(id=request.visit.subject), purposes=[SUBJECT_RIGHTS], items=wanted
    )
    return dict(released.items)


def items_of(
    stands: Stands, came: tuple[RecordOfOwn, ...], words: Words, opened: dict[str, str]
) -> list[Shown]:  # fmt: skip
    """Return what is held, item by item; records of use are counted among their items, and have no one value."""
    found: dict[str, Shown] = {}
    for each in stands.held:
        if each.usage:
            continue
        shown = found.setdefault(each.item, Shown(each.item, words.item(each.item), value=opened.get(each.item)))
        shown.grounds.append(_ground(each, words))
        shown.since = min(shown.since or each.at, each.at)
    for record in came:
        for item in record.items:
            if item in found and found[item].source is None:
                found[item].source = _source(record, words)
    return list(found.values())


def corrects_at_once(item: str) -> bool:
    """Tell whether the user corrects an item alone: not what finds people, nor what is graded higher."""
    known = statutes().items.get(item)
    return known is not None and known.identifier is None and known.grade <= AT_ONCE


class CorrectForm(forms.Form):
    """The right value of one item."""

    def __init__(self, label: str, given: object = None) -> None:
        super().__init__(given, use_required_attribute=False)  # type: ignore[arg-type]  # a request's POST, or nothing
        self.fields["value"] = forms.CharField(label=label, max_length=500, error_messages={"required": say(MISSING)})


@signed_in
@require_http_methods(["GET", "POST"])
def correct(request: Visiting, item: str) -> HttpResponse:
    """Correct one item: at once where the user may alone; else say where it is corrected with proof (Art. 9(2))."""
    # A09-2-query: the channel of correction is this page, and where proof is needed the declared one
    door = own_door(request.visit)
    stands, words = door.own_standing(), Words.read()
    if item not in {each.item for each in stands.held}:
        raise Http404
    form = CorrectForm(say(words.item(item)), request.POST if request.method == "POST" else None)
    problem, alone = None, corrects_at_once(item)
    if alone and form.is_bound and form.is_valid():
        try:
            door.correct(
                service=_service(stands), subject=Subject(id=request.visit.subject), purposes=[SUBJECT_RIGHTS],
                values={item: form.cleaned_data["value"]},
            )  # fmt: skip
        except ClientError as refused:
            problem = told(refused)
        else:
            return redirect("held")
    channels = [
        (words.service(each.service), Text(known.channels.correction.zh, known.channels.correction.en))
        for each in stands.services
        if (known := words.declared.get(each.service)) is not None
    ]
    shown = {"form": form, "item": words.item(item), "alone": alone, "channels": channels, "problem": problem}
    return show(request, "correct", shown, status=422 if form.is_bound else 200)


@require_GET
@signed_in
def me(request: Visiting) -> HttpResponse:  # noqa: ARG001 - it only leads on
    """Lead to what is held."""
    return redirect("held")


def _ground(each: HeldOfOwn, words: Words) -> dict[str, Any]:
    rule = words.rule(each.service, each.purpose)
    return {
        "service": words.service(each.service), "purpose": words.purpose(each.service, each.purpose),
        "since": each.at, "until": each.due, "law": law(rule) if each.law else None,
    }  # fmt: skip


def _source(record: RecordOfOwn, words: Words) -> Text:
    who = words.actor(record)
    return Text(f"{who.zh}（{record.site}）", f"{who.en} ({record.site})") if record.site else who


def _service(stands: Stands) -> str:
    """Return a service to name: what is the subject's own right is so in each of them."""
    return stands.services[0].service if stands.services else "none"
