"""What is published as feeds: JSON Feed 1.1, Atom (RFC 4287), CSV (RFC 4180).

Removals are in the feeds, so that whoever keeps a copy learns of them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from typing import Any
from xml.etree import ElementTree as ET

import msgspec
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from shouze.authority import saying
from shouze.authority.public import A_MINUTE, found, open_to_all
from shouze.language import Text
from shouze.registers.announcements.editions import REMOVAL, members_of
from shouze.registers.announcements.models import Edition
from shouze.registers.languages import current
from shouze.web.pages.exporting import guarded
from shouze.web.reading import say

NEWEST, BATCH = 200, 500
TITLE = Text("违法行为公告与信用名单", "Announcements and credit lists")
_ATOM = "http://www.w3.org/2005/Atom"
_NOT_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF))
COLUMNS = (
    "number", "edition", "register", "at", "operator", "credit_code", "licence", "articles", "facts", "measures",
    "fine", "decision", "decided_on", "list", "ground", "listed_on", "until", "authority", "digest", "link",
)  # fmt: skip


def _newest() -> list[Edition]:
    return list(Edition.objects.filter(current=True).defer("proof", "sought").order_by("-at", "-id")[:NEWEST])


def _words(edition: Edition) -> str:
    return "\n".join(f"{say(label)}: {say(value)}" for label, value in saying.facts(members_of(edition)))


def _link(request: HttpRequest, edition: Edition) -> str:
    return request.build_absolute_uri(reverse("public-entry", args=[edition.number]))


@open_to_all
def json_feed(request: HttpRequest) -> HttpResponse:
    """Return the newest editions as a JSON Feed; ``_shouze`` has the digest, the kind of edition and the proof."""
    items = [
        {
            "id": _link(request, each), "url": _link(request, each), "title": each.title,
            "content_text": _words(each), "date_published": each.at.isoformat(), "tags": [each.register, each.kind],
            "_shouze": {"number": each.number, "edition": each.edition, "kind": each.kind, "sha256": each.digest},
        }
        for each in _newest()
    ]  # fmt: skip
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1", "title": say(TITLE), "language": current(),
        "home_page_url": request.build_absolute_uri(reverse("public")), "feed_url": request.build_absolute_uri(),
        "items": items,
    }  # fmt: skip
    return HttpResponse(msgspec.json.encode(feed), content_type="application/feed+json")


@open_to_all
def atom(request: HttpRequest) -> HttpResponse:
    """Return the newest editions as an Atom feed."""
    rows, home = _newest(), request.build_absolute_uri(reverse("public"))
    feed = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": current()})
    _put(feed, "id", home)
    _put(feed, "title", say(TITLE))
    _put(feed, "updated", (rows[0].at if rows else datetime.fromisoformat("2013-09-01T00:00:00+08:00")).isoformat())
    ET.SubElement(feed, "link", {"rel": "self", "href": request.build_absolute_uri()})
    ET.SubElement(feed, "link", {"rel": "alternate", "href": home})
    for each in rows:
        entry, link = ET.SubElement(feed, "entry"), _link(request, each)
        _put(entry, "id", link)
        _put(entry, "title", each.title)
        _put(entry, "updated", each.at.isoformat())
        _put(ET.SubElement(entry, "author"), "name", str(members_of(each).get("authority", "—")))
        ET.SubElement(entry, "link", {"href": link})
        ET.SubElement(entry, "category", {"term": each.kind})
        _put(entry, "content", _words(each))
    body = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return HttpResponse(body, content_type="application/atom+xml")


def _put(above: ET.Element, name: str, words: str) -> None:
    ET.SubElement(above, name).text = words.translate(_NOT_XML)


@require_safe
def table(request: HttpRequest) -> StreamingHttpResponse:
    """Return what is public now, as the list would find it, as CSV with a line for each entry."""
    rows = found(request).exclude(kind=REMOVAL).defer("proof", "sought")
    answer = StreamingHttpResponse(_csv(request, rows.iterator(BATCH)), content_type="text/csv; charset=utf-8")
    answer["content-disposition"] = 'attachment; filename="published.csv"'
    answer["cache-control"] = A_MINUTE
    return answer


def _csv(request: HttpRequest, rows: Iterator[Edition]) -> Iterator[str]:
    yield "\ufeff" + _line(COLUMNS)
    for each in rows:
        said = members_of(each) | {"digest": each.digest, "link": _link(request, each)}
        yield _line([guarded(_cell(said.get(name))) for name in COLUMNS])


def _line(cells: Any) -> str:
    lines = StringIO()
    csv.writer(lines).writerow(cells)
    return lines.getvalue()


def _cell(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
