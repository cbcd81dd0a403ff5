"""All that is held, to take away: as JSON for programs, as a PDF for people (Art. 9(2)).

# Invariant: a file is made in memory for the one answer; nothing of it is written down, and no cache may keep it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from shouze.client import Client, Stands
from shouze.errors import ShouzeError
from shouze.language import Text
from shouze.portal.held import Shown, collected, items_of, release
from shouze.portal.ports import GIVEN
from shouze.portal.showing import show
from shouze.portal.visiting import Visiting, own_door, signed_in
from shouze.portal.words import Words, operator_name
from shouze.registers.languages import current
from shouze.registers.reporting import basis
from shouze.registers.saying import status_of, words_of
from shouze.reports.report import Cell, Facts, Prose, Report, Section, Table, said
from shouze.reports.typesetting import set_pdf
from shouze.web.reading import say

NAME = "personal-information"
_COLUMNS = (Text("业务", "Service"), Text("目的", "Purpose"), Text("自", "Since"), Text("保存至", "Kept until"),
            Text("依据的法律", "Kept by law"))  # fmt: skip
_FORMER = (Text("内容", "Value"), Text("更正于", "Corrected at"))
_SHARES = (3, 4, 3, 3, 4)


@signed_in
@require_POST
def download(request: Visiting) -> HttpResponse:
    """Return all that is held, with its purposes and terms: each value is opened once, as the subject's own act."""
    # A09-2-query: whoever asks takes away what is held about them, in a form for people or for programs
    form = request.POST.get("form", "json")
    if form not in _FORMS:
        raise Http404
    media, made = _FORMS[form]
    try:
        door = own_door(request.visit)
        content = made(_opened(request, door))
    except ShouzeError as problem:
        return show(request, "held", {"problem": words_of(problem), "items": []}, status=status_of(problem))
    answer = HttpResponse(content, content_type=media)
    answer["content-disposition"] = f'attachment; filename="{NAME}.{form}"'
    return answer


def _opened(request: Visiting, door: Client) -> list[Shown]:
    stands: Stands = door.own_standing()
    values = release(request, stands, sorted({each.item for each in stands.held if not each.usage}))
    return items_of(stands, collected(door), Words.read(actors=True), values)


def as_json(items: Sequence[Shown]) -> bytes:
    """Return what is held for programs, in the words of the page's language."""
    listed = [
        {
            "item": each.item, "name": say(each.label), "value": each.value,
            "collected_at": _plain(each.since), "by": _plain(each.source),
            "corrected": [{"value": former.value, "until": former.until.isoformat()} for former in each.former],
            "held": [{name: _plain(value) for name, value in ground.items()} for ground in each.grounds],
        }
        for each in items
    ]  # fmt: skip
    whole = {"format": "shouze-own/1", "made_at": GIVEN.now().isoformat(), "items": listed}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def as_pdf(items: Sequence[Shown]) -> bytes:
    """Return what is held for people, in the language of the page; ConflictError where typst is not installed."""
    return set_pdf(said(paper(items, GIVEN.now()), current()))


def paper(items: Sequence[Shown], now: datetime) -> Report:
    """Return what is held as a report; nobody's name or number stands in it but as a value of theirs."""
    intro = Text(
        "下列为本经营者留存的您的个人信息、收集和使用的目的，以及保存期限。\n"
        "本文件含有您的个人信息，请妥善保管。如有错误，可以在门户中更正。",
        "This is the personal information that we hold about you, for what, and until when.\n"
        "It contains your personal information: keep it safe. What is wrong you can correct in the portal.",
    )
    sections = [Section(Text("说明", "About this paper"), [Prose(intro)]), *map(_section, items)]
    return Report(
        name=NAME, title=Text("我们留存的您的个人信息", "What we hold about you"), operator=operator_name(),
        basis=basis(("A09-2-query",)), made=now, sections=sections,
    )  # fmt: skip


def _section(each: Shown) -> Section:
    facts: list[tuple[Text, Cell]] = [
        (Text("内容", "Value"), each.value),
        (Text("收集于", "Collected"), each.since),
        (Text("来源", "By"), each.source),
    ]
    ends = Text("业务终止", "the service ends")
    rows: list[Sequence[Cell]] = [
        (
            ground["service"],
            ground["purpose"],
            ground["since"],
            ground["until"] or ground["kept"] or ends,
            ground["law"],
        )
        for ground in each.grounds
    ]
    blocks: list[Facts | Table] = [
        Facts(facts),
        Table(Text("用途和期限", "For what, and until when"), _COLUMNS, rows, _SHARES),
    ]
    if each.former:
        listed = [(former.value, former.until) for former in each.former]
        blocks.append(Table(Text("更正前的内容", "What it was before"), _FORMER, listed))
    return Section(each.label, blocks)


def _plain(value: object) -> Any:
    if isinstance(value, Text):
        return say(value)
    return value.isoformat() if isinstance(value, datetime) else value


_FORMS: dict[str, tuple[str, Callable[[Sequence[Shown]], bytes]]] = {
    "json": ("application/json", as_json), "pdf": ("application/pdf", as_pdf),
}  # fmt: skip
