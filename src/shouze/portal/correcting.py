"""Correcting what is held: at once where the user may alone, else with a proof that a person looks at (Art. 9(2)).

# Invariant: the new value goes to the door, or sealed to the office; it stands in no register, row or page in clear.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from shouze.client import HeldOfOwn, Stands, Subject
from shouze.errors import InvalidError, ShouzeError
from shouze.language import Text
from shouze.portal.enclosing import checked
from shouze.portal.held import service_of
from shouze.portal.limiting import Limit, demand
from shouze.portal.ports import GIVEN
from shouze.portal.showing import show
from shouze.portal.visiting import Visiting, own_door, signed_in
from shouze.portal.words import Words
from shouze.registers.ports import statutes
from shouze.registers.saying import status_of, words_of
from shouze.rules.forms import normalise
from shouze.rules.use import SUBJECT_RIGHTS
from shouze.web.forms import MISSING, NO_FILE, FilesField
from shouze.web.reading import say

AT_ONCE = 3
"""The highest grade of an item that the user corrects alone; above it, and for what finds people, proof is wanted."""
A_DAY = Limit("corrections", 5, timedelta(days=1))


class CorrectForm(forms.Form):
    """The right value of one item, and where somebody has to look at it, what proves it."""

    def __init__(self, label: str, given: Any = None, files: Any = None, *, proof: bool) -> None:
        super().__init__(given, files, use_required_attribute=False)
        self.fields["value"] = forms.CharField(label=label, max_length=500, error_messages={"required": say(MISSING)})
        if proof:
            self.fields["enclosures"] = FilesField(
                label=say(Text("证明材料", "Proof")), error_messages={"required": say(NO_FILE)},
                help_text=say(Text("PDF、PNG、JPEG 或文本，至多 5 个，每个至多 10 MiB",
                                   "PDF, PNG, JPEG or text; five at most, 10 MiB each")),
            )  # fmt: skip


@signed_in
@require_http_methods(["GET", "POST"])
def correct(request: Visiting, item: str) -> HttpResponse:
    """Correct one item at once, or ask for it with proof; without an office name the declared channel."""
    # A09-2-query: the channel of correction is this page, and where proof is needed whoever looks at it
    words = Words.read()
    try:
        stands = own_door(request.visit).own_standing()
    except ShouzeError as problem:
        return show(request, "correct", {"problem": words_of(problem)}, status=status_of(problem))
    if item not in {each.item for each in stands.held if not each.usage}:
        raise Http404
    alone = corrects_at_once(item, words)
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = CorrectForm(say(words.item(item)), *given, proof=not alone)
    if form.is_bound and form.is_valid() and (alone or GIVEN.office):
        try:
            (_at_once if alone else _ask)(request, stands, words, item, form.cleaned_data)
        except ShouzeError as problem:
            form.add_error(problem.field if problem.field in form.fields else None, say(words_of(problem)))
        else:
            return redirect("held")
    shown = {"form": form, "item": words.item(item), "alone": alone, "channels": _channels(stands, words)}
    return show(request, "correct", shown, status=422 if form.is_bound else 200)


def corrects_at_once(item: str, words: Words) -> bool:
    """Tell whether the user corrects an item alone: not what finds people, nor what is graded or declared higher."""
    own = (each for whole in words.declared.values() for each in whole.own_items if each.id == item)
    known = statutes().items.get(item) or next(own, None)
    return known is not None and known.identifier is None and known.grade <= AT_ONCE


def _at_once(request: Visiting, stands: Stands, words: Words, item: str, given: dict[str, Any]) -> None:  # noqa: ARG001 - as ``_ask`` takes it
    own_door(request.visit).correct(
        service=service_of(stands), subject=Subject(id=request.visit.subject), purposes=[SUBJECT_RIGHTS],
        values={item: given["value"]},
    )  # fmt: skip


def _ask(request: Visiting, stands: Stands, words: Words, item: str, given: dict[str, Any]) -> None:
    assert GIVEN.office is not None  # noqa: S101 - whoever asks has looked
    demand(A_DAY, request.visit.subject)
    known = statutes().items.get(item)
    value = normalise(known.form, given["value"], "value") if known else given["value"].strip()
    held = _where(stands, words, item)
    enclosures = checked(given["enclosures"])
    if not enclosures:
        raise InvalidError(Text("没有证明材料", "There is no proof"), field="enclosures")
    GIVEN.office.ask_correction(request.visit.subject, held.service, held.purpose, item, value, enclosures)


def _where(stands: Stands, words: Words, item: str) -> HeldOfOwn:
    """Return under which purpose staff shall correct it: one of those that hold it, whose declared means say so."""
    held = [each for each in stands.held if each.item == item and not each.usage]
    rules = ((each, words.rule(each.service, each.purpose)) for each in held)
    return next((each for each, rule in rules if rule and "correct" in rule.means), held[0])


def _channels(stands: Stands, words: Words) -> list[tuple[Text, Text]]:
    return [
        (words.service(each.service), Text(known.channels.correction.zh, known.channels.correction.en))
        for each in stands.services
        if (known := words.declared.get(each.service)) is not None
    ]
