"""Who used it: every handling of what is the user's, refusals included, with a proof for each (Arts. 9(2), 13(6))."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from shouze.client import ClientError, RecordOfOwn
from shouze.language import Text
from shouze.portal import words as said
from shouze.portal.showing import show
from shouze.portal.visiting import Visiting, own_door, signed_in
from shouze.portal.words import Words
from shouze.registers.saying import status_of, words_of

PAGE = 50
LOOKS = frozenset({"read-standing", "read-own-records", "prove-own-records"})
FILTERS = {
    "all": Text("全部", "All"),
    "refused": Text("被拒绝的", "Refused"),
    "disclose": Text("对外提供的", "Provided to others"),
}
_ASKED: dict[str, dict[str, Any]] = {"all": {}, "refused": {"outcome": "refused"}, "disclose": {"act": "disclose"}}


@dataclass(frozen=True)
class Row:
    """One handling as the page tells it."""

    record: RecordOfOwn
    who: Text
    act: Text
    service: Text
    purposes: list[Text]
    items: list[Text]
    recipient: Text | None
    outcome: Text
    why: Text | None

    @property
    def refused(self) -> bool:
        """Tell whether nothing was opened."""
        return self.record.outcome == "refused"


class Group(NamedTuple):
    """Rows that stand together; ``own``: the user's own looks, one after another, which are shown folded."""

    rows: list[Row]
    own: bool


@signed_in
@require_safe
def used(request: Visiting) -> HttpResponse:
    """Show a page of the records, the newest first."""
    chosen = request.GET.get("show", "all")
    chosen = chosen if chosen in FILTERS else "all"
    cursor = request.GET.get("before", "")
    try:
        page = own_door(request.visit).own_records(
            **_ASKED[chosen], limit=PAGE, cursor=int(cursor) if cursor.isdecimal() and len(cursor) < 16 else None
        )
    except ClientError as refused:
        return show(request, "used", {"problem": words_of(refused)}, status=status_of(refused))
    words = Words.read(actors=True)
    shown = {
        "groups": grouped([row_of(each, words) for each in page.records]), "older": page.cursor, "filters": FILTERS,
        "chosen": chosen,
    }  # fmt: skip
    return show(request, "used", shown)


@signed_in
@require_safe
def proof(request: Visiting, index: int) -> HttpResponse:
    """Return the proof of one record: anybody checks it with the log's public key, without this installation."""
    try:
        found = own_door(request.visit).own_proofs(records=[index])
    except ClientError as refused:
        return show(request, "used", {"problem": words_of(refused)}, status=status_of(refused))
    answer = HttpResponse(found.proofs[0], content_type="text/plain; charset=utf-8")
    answer["content-disposition"] = f'attachment; filename="record-{index}.tlog-proof"'
    return answer


def grouped(rows: Iterable[Row]) -> list[Group]:
    """Return the rows in their order, with the user's own looks folded where several follow one another."""
    groups = list[Group]()
    for own, run in groupby(rows, _is_own_look):
        listed = list(run)
        if own and len(listed) > 1:
            groups.append(Group(listed, own=True))
        else:
            groups += [Group([each], own=False) for each in listed]
    return groups


def _is_own_look(row: Row) -> bool:
    """Tell whether the user looked at where they stand or at the records: nothing of theirs was opened."""
    return row.record.kind == "subject" and not row.record.items and not row.refused and row.record.act in LOOKS


def row_of(each: RecordOfOwn, words: Words) -> Row:
    """Return one record in words."""
    return Row(
        each, words.actor(each), said.act(each.act), words.service(each.service),
        [words.purpose(each.service, name) for name in each.purposes], [words.item(name) for name in each.items],
        words.recipient(each.service, each.recipient) if each.recipient else None, said.outcome(each.outcome),
        said.refusal(each.code),
    )  # fmt: skip
