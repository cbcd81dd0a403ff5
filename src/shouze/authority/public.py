"""What the authority publishes, as anybody reads it without signing in: list, search, entries for ever, proofs, log.

Pages stand in shared caches for a minute; ``lang`` in the address chooses the language, so that a link keeps it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import msgspec
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.views.decorators.http import conditional_page, require_safe

from shouze.authority import saying
from shouze.client import ClientError
from shouze.errors import ShouzeError, UnavailableError
from shouze.language import Text
from shouze.registers.announcements.editions import REMOVAL, members_of
from shouze.registers.announcements.models import Edition
from shouze.registers.batches.notice import HEADINGS, as_csv, lines, of_edition
from shouze.registers.dooring import door
from shouze.registers.languages import TAGS, chosen, speaking
from shouze.web.pages.printing import given
from shouze.web.reading import told

PER_PAGE, LONGEST_SEARCH = 25, 100
A_MINUTE = "public, max-age=60"
View = Callable[..., HttpResponse]


def open_to_all(view: View) -> View:
    """Let caches keep a page for a minute, and let the address choose its language."""

    @conditional_page
    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        language = chosen(request.GET.get("lang"))
        with speaking(language):
            found = view(request, *args, **named)
        found.headers["Content-Language"] = TAGS[language]
        found.headers["Cache-Control"] = A_MINUTE
        patch_vary_headers(found, ["Accept-Language", "Cookie"])
        return found

    wrapped: View = answer
    return wrapped


def show(request: HttpRequest, template: str, shown: dict[str, Any], status: int = 200) -> HttpResponse:
    """Return a public page in its frame."""
    kept = {name: str(value) for name, value in request.GET.items() if name not in ("lang", "page")}
    frame = {"kept": urlencode(kept), "lang": request.GET.get("lang", "")}
    return render(request, f"public/{template}.html", {**frame, **shown}, status=status)


def found(request: HttpRequest) -> Any:
    """Return the current editions that are asked for, newest first; removals are in no list."""
    rows = Edition.objects.filter(current=True).exclude(kind=REMOVAL)
    if (register := request.GET.get("register", "")) in saying.REGISTERS:
        rows = rows.filter(register=register)
    for word in request.GET.get("q", "")[:LONGEST_SEARCH].casefold().split():
        rows = rows.filter(sought__contains=word)
    return rows.order_by("-at", "-id")


@open_to_all
def listed(request: HttpRequest) -> HttpResponse:
    """List what is public now; found by name, credit code, licence, decision or number."""
    # A20-credit: whoever asks finds the violations that were entered
    page = Paginator(found(request), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(each, saying.REGISTERS.get(each.register), saying.facts(_short(each))) for each in page]
    shown = {"page": page, "rows": rows, "registers": saying.REGISTERS.items(),
             "chosen": request.GET.get("register", ""), "q": request.GET.get("q", "")[:LONGEST_SEARCH]}  # fmt: skip
    return show(request, "list", shown)


def _short(edition: Edition) -> dict[str, Any]:
    chosen = ("list", "ground", "until", "batch", "due", "articles", "measures", "decided_on", "authority")
    return {name: value for name, value in members_of(edition).items() if name in chosen}


@open_to_all
def entry(request: HttpRequest, number: str) -> HttpResponse:
    """Show one entry in its newest edition, with digest and proof, and the editions before it."""
    editions = list(Edition.objects.filter(number=number).order_by("-edition"))
    if not editions:
        raise Http404
    newest = editions[0]
    shown = {
        "edition": newest, "register": saying.REGISTERS.get(newest.register), "removed": newest.kind == REMOVAL,
        "facts": saying.facts(members_of(newest)), "headings": HEADINGS, "apps": lines(members_of(newest)),
        "editions": [(each, saying.EDITIONS[each.kind]) for each in editions],
    }  # fmt: skip
    return show(request, "entry", shown)


@open_to_all
def text(_request: HttpRequest, number: str, edition: int) -> HttpResponse:
    """Return the text whose SHA-256 is the digest; 404 where it was emptied."""
    row = Edition.objects.filter(number=number, edition=edition).exclude(content="").first()
    if row is None:
        raise Http404
    return HttpResponse(row.content, content_type="application/json")


@open_to_all
def proof(_request: HttpRequest, number: str, edition: int) -> HttpResponse:
    """Return the log's proof of an edition (C2SP tlog-proof); 404 while no checkpoint covers it."""
    row = Edition.objects.filter(number=number, edition=edition).exclude(proof="").first()
    if row is None:
        raise Http404
    answer = HttpResponse(row.proof, content_type="text/plain; charset=utf-8")
    answer["content-disposition"] = f'attachment; filename="{row.number}-{edition}.tlog-proof"'
    return answer


@open_to_all
def notice(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """Return a notice as it was published: as a paper (PDF) or as its list (CSV)."""
    row = Edition.objects.filter(number=number, current=True, register="batches").exclude(kind=REMOVAL).first()
    if row is None or kind not in ("pdf", "csv"):
        raise Http404
    if kind == "pdf":
        answer = given(of_edition(row, row.at), request, "pdf", row.number)
    else:
        answer = HttpResponse("\ufeff" + as_csv(members_of(row)), content_type="text/csv; charset=utf-8")
        answer["content-disposition"] = f'attachment; filename="{row.number}.csv"'
    return answer


@open_to_all
def log(request: HttpRequest, frame: str = "public/page.html") -> HttpResponse:
    """Show the log's newest checkpoint and its keys, and verify a proof in the browser; in the house's frame."""
    reached = door()
    try:
        if reached is None:
            raise UnavailableError(Text("信息闸门没有回应", "The door does not answer"))
        checkpoint = reached.published("checkpoint").decode()
        logs: list[dict[str, Any]] = msgspec.json.decode(reached.published("shards"))["logs"]
    except (ClientError, ShouzeError) as problem:
        return show(request, "closed", {"problem": told(problem), "frame": frame}, status=503)
    origin, size, root = checkpoint.split("\n")[:3]
    shown = {"checkpoint": checkpoint, "origin": origin, "size": int(size), "root": root, "logs": logs,
             "vkeys": [each["vkey"] for each in logs], "frame": frame}  # fmt: skip
    return render(request, "portal/log.html", shown)
