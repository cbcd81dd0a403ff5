"""What an association publishes, as anybody reads it without signing in: its codes, and which members are pledged.

Codes are shown as they were published; the list of members follows from what they have said last.
"""

from __future__ import annotations

from typing import Any

import msgspec
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode

from shouze.authority.public import LONGEST_SEARCH, PER_PAGE, open_to_all
from shouze.language import Text
from shouze.registers.announcements.editions import members_of
from shouze.registers.announcements.models import Edition
from shouze.registers.codes.adopting import NAME
from shouze.registers.pledges.pledging import pledged_to
from shouze.registers.ports import GIVEN
from shouze.rules.citing import article_words
from shouze.web.reading import say

REPLACED = Text("已被取代", "Replaced")
REPEALED = Text("已废止", "Repealed")
AHEAD = Text("已通过，待施行", "Adopted, not yet in force")
IN_FORCE = Text("施行中", "In force")
TONES = {REPLACED: "over", REPEALED: "over", AHEAD: "waiting", IN_FORCE: "good"}


def standing(said: dict[str, Any]) -> Text:
    """Return how a code stands by what was published of it."""
    if said.get("superseded_by"):
        return REPLACED
    if said.get("ended_at"):
        return REPEALED
    return AHEAD if said["in_force_from"] > GIVEN.now().isoformat() else IN_FORCE


@open_to_all
def listed(request: HttpRequest) -> HttpResponse:
    """List the codes, newest first; found by name, association or number."""
    rows = Edition.objects.filter(current=True, register=NAME).defer("proof", "sought")
    for word in request.GET.get("q", "")[:LONGEST_SEARCH].casefold().split():
        rows = rows.filter(sought__contains=word)
    page = Paginator(rows.order_by("-at", "-id"), PER_PAGE).get_page(request.GET.get("page"))
    shown = {"page": page, "rows": [_told(each) for each in page], "q": request.GET.get("q", "")[:LONGEST_SEARCH]}
    return _show(request, "list", shown)


@open_to_all
def entry(request: HttpRequest, number: str) -> HttpResponse:
    """Show one version: its clauses with the articles they serve, how it was adopted, who is pledged, its proofs."""
    editions = list(Edition.objects.filter(number=number, register=NAME).order_by("-edition"))
    if not editions:
        raise Http404
    members = [(Text(name, name_en or name), since) for name, name_en, since in pledged_to(number)]
    shown = {**_told(editions[0]), "editions": editions, "members": members, "first": editions[-1]}
    return _show(request, "code", shown)


@open_to_all
def members(_request: HttpRequest, number: str) -> HttpResponse:
    """Return who is pledged to a version, for programs."""
    if not Edition.objects.filter(number=number, register=NAME).exists():
        raise Http404
    told = [{"name": name, "name_en": name_en, "since": since} for name, name_en, since in pledged_to(number)]
    return HttpResponse(msgspec.json.encode({"code": number, "members": told}), content_type="application/json")


def _told(edition: Edition) -> dict[str, Any]:
    said = members_of(edition)
    state = standing(said)
    return {
        "edition": edition, "said": said, "state": state, "tone": TONES[state],
        "title": Text(edition.title, said.get("title_en") or edition.title),
        "association": Text(said["association"], said.get("association_en") or said["association"]),
        "adopted_on": said["adopted_on"], "in_force_from": said["in_force_from"][:10],
        "ended_at": said.get("ended_at", "")[:10],
        "clauses": [(each["number"], Text(each["zh"], each["en"]), Text.listed(map(article_words, each["articles"])))
                    for each in said["clauses"]],
    }  # fmt: skip


def _show(request: HttpRequest, template: str, shown: dict[str, Any]) -> HttpResponse:
    kept = {name: str(value) for name, value in request.GET.items() if name not in ("lang", "page")}
    frame = {"kept": urlencode(kept), "lang": request.GET.get("lang", ""), "heading": say(shown.get("title", _HEADING))}
    return render(request, f"association/{template}.html", {**frame, **shown})


_HEADING = Text("自律公约", "Codes of self-discipline")
