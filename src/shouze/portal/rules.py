"""The published rules: every version for ever, what changed, two lists, the bytes that the digest is of (Art. 8)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from shouze.errors import UnavailableError
from shouze.language import Text
from shouze.portal import words
from shouze.portal.ports import GIVEN
from shouze.portal.showing import show
from shouze.registers.declarations import comparing
from shouze.registers.languages import current
from shouze.registers.office import Figures
from shouze.registers.publicly import Rules
from shouze.rules.declaration import Declaration
from shouze.web.published import rendered

YEAR = timedelta(days=365)


class Listed(NamedTuple):
    """A line of the two lists: what is collected, for what and how; or what is shared with whom, on which ground."""

    items: list[Text]
    purpose: Text
    means: Text
    party: Text | None = None
    ground: Text | None = None


class Agent(NamedTuple):
    """An agent: its name, what it may do for which purposes (none: all), and until when its contract runs."""

    name: Text
    actions: list[Text]
    purposes: list[Text]
    until: datetime


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show which services have rules, and how to reach whoever answers."""
    # A08-publish: the rules are published where everybody comes by
    return show(
        request,
        "home",
        {
            "rows": [(row, _name(row)) for row in GIVEN.public.in_force()],
            "operator": contact(),
            "speed": answered_how_fast(),
        },
    )


@require_safe
def rules(request: HttpRequest, service: str, version: int | None = None) -> HttpResponse:
    """Show the rules of a service, in the version in force or in one of a number, which stays for ever."""
    rows = _versions(service)
    row = rows[0] if version is None else next((each for each in rows if each.published_version == version), None)
    if row is None:
        raise Http404
    declaration, before = row.declaration, _before(rows, row)
    shown = rendered(
        declaration, GIVEN.public.operator(), current(), row.published_version, row.published_at, row.digest
    )
    changes = comparing.compare(before.declaration, declaration) if before else None
    return show(request, "rules", {
        "row": row, "name": _name(row), "rules": shown, "versions": rows, "before": before,
        "newest": rows[0], "operator": contact(), "agents": _agents(declaration) if row == rows[0] else [],
        "changes": [(comparing.KINDS[each.kind], each) for each in changes.differences] if changes else [],
        "outdated": [name for _, name in changes.outdated] if changes else [],
    })  # fmt: skip


@require_safe
def file(_request: HttpRequest, service: str, version: int) -> HttpResponse:
    """Return the bytes of a version: their SHA-256 is the digest that the log names."""
    row = next((each for each in _versions(service) if each.published_version == version), None)
    if row is None:
        raise Http404
    body = msgspec.json.encode(row.declaration, order="deterministic")
    answer = HttpResponse(body, content_type="application/json")
    answer["content-disposition"] = f'attachment; filename="{service}-{version}.json"'
    return answer


@require_safe
def lists(request: HttpRequest, service: str) -> HttpResponse:
    """Show the two lists: what is collected, and what is shared with whom."""
    row = _versions(service)[0]
    declaration = row.declaration
    return show(request, "lists", {
        "row": row, "name": _name(row), "collected": _collected(declaration), "shared": _shared(declaration),
        "operator": contact(),
    })  # fmt: skip


def _agents(whole: Declaration) -> list[Agent]:
    """Return the agents that are entrusted with a service now: the register of agents says so, not the declaration."""
    named = {each.id: Text(each.name.zh, each.name.en) for each in whole.purposes}
    return [
        Agent(each.name, [words.act(action) for action in each.actions],
              [named[purpose] for purpose in each.purposes if purpose in named], each.until)
        for each in GIVEN.public.agents() if whole.service in each.services
    ]  # fmt: skip


def _name(row: Rules) -> Text:
    return Text(row.title, row.title_en)


def _versions(service: str) -> list[Rules]:
    rows = list(GIVEN.public.versions(service))
    if not rows:
        raise Http404
    return rows


def _before(rows: list[Rules], row: Rules) -> Rules | None:
    earlier = [each for each in rows if each.published_version < row.published_version]
    return earlier[0] if earlier else None


def answered_how_fast() -> Figures | None:
    """Return how fast complaints were answered in the last year; None where nobody is there to say."""
    now = GIVEN.now()
    try:
        return GIVEN.office.figures(now - YEAR, now) if GIVEN.office else None
    except UnavailableError:
        return None


def contact() -> dict[str, Any] | None:
    """Return who answers complaints, how they are reached, and who supervises them."""
    found = GIVEN.public.operator()
    if found is None:
        return None
    # A12-contact: how to complain stands on every page of the rules
    named = {"name": found.name, "contact": found.contact, "authority": found.authority}
    return {name: Text(each.zh, each.en) for name, each in named.items()}


def _collected(whole: Declaration) -> list[Listed]:
    return [
        Listed([comparing.item_words(item.item, whole) for item in each.items], Text(each.name.zh, each.name.en),
               Text(each.how.zh, each.how.en))
        for each in whole.purposes
        if "collect" in each.means
    ]  # fmt: skip


def _shared(whole: Declaration) -> list[Listed]:
    known = {each.id: each for each in whole.recipients}
    return [
        Listed([comparing.item_words(item, whole) for item in party.items], Text(each.name.zh, each.name.en),
               Text(each.how.zh, each.how.en), Text(party.name.zh, party.name.en), comparing.ground(party.ground))
        for each in whole.purposes
        for party in (known[name] for name in each.recipients if name in known)
    ]  # fmt: skip
