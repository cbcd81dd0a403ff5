"""Members are asked when a version comes in force, and answer by dispatch; with the version their pledge ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from shouze.errors import ConflictError, InvalidError, NotFoundError
from shouze.language import Text
from shouze.link.industry import CodeInForce
from shouze.link.industry import Pledge as Said
from shouze.registers import acting
from shouze.registers.acting import Asked, Attached
from shouze.registers.announcements import editions
from shouze.registers.arriving import Arrived
from shouze.registers.codes.adopting import IN_FORCE, published
from shouze.registers.codes.models import Code
from shouze.registers.describing import Doing
from shouze.registers.dispatches.posting import Written, post
from shouze.registers.finding import registers
from shouze.registers.peers.models import Peer
from shouze.registers.peers.trusted import trusted
from shouze.registers.pledges.models import Pledge

NAME, CODE_FILE = "pledges", "code.json"
TERM = timedelta(days=30)
AT_ONCE, EACH_ROUND = 50, 200
ASKED, PLEDGED, DECLINED, ENDED, REPLACED = "asked", "pledged", "declined", "ended", "replaced"
_ACTS = {PLEDGED: "pledge", DECLINED: "decline", ENDED: "end"}


def members() -> QuerySet[Peer]:
    """Return the association's members: the operators that it exchanges dispatches with."""
    return trusted("operator")


def ask_all(code: Code, most: int) -> int:
    """Ask members that were not asked for this version yet; return how many."""
    # A21-ind-guide: every member is led to pledge itself, and again where the words changed
    asked = Pledge.objects.filter(code=code.number).values("peer")
    peers = list(members().exclude(pk__in=asked).order_by("pk")[:most])
    for peer in peers:
        acting.begin(registers()[NAME], Asked({"code": code, "peer": peer}))
    return len(peers)


def ask(doing: Doing[Pledge]) -> None:
    """Put a version before a member."""
    row, code, peer = doing.entry, doing.values["code"], doing.values["peer"]
    row.code, row.name, row.issue, row.digest = code.number, code.name, code.issue, code.adopted_digest
    row.peer, row.title, row.due = peer, peer.title, doing.now + TERM
    row.dispatch = _send(row, code)


def remind(doing: Doing[Pledge]) -> None:
    """Ask once more, until another day."""
    row = doing.entry
    row.reminded_at, row.due = doing.now, doing.now + TERM
    _send(row, Code.objects.get(number=row.code))


def _send(row: Pledge, code: Code) -> str:
    since = code.in_force_from or code.changed_at
    body = CodeInForce(
        code=code.name, issue=code.issue, title=code.title, title_en=code.title_en, digest=row.digest,
        in_force_from=since, due=row.due, link=editions.address(code.number),
    )  # fmt: skip
    file = Attached(CODE_FILE, "application/json", published(code).encode())
    return post(Written("code", row.peer, row.number, body, files=[file], about=row.number)).sha256


def take(arrived: Arrived) -> Pledge:
    """Take what a member says; only to the text that it was asked about, and while that is in force."""
    body = arrived.saying(Said)
    row = Pledge.objects.filter(number=arrived.dispatch.matter, peer=arrived.peer).first()
    if row is None:
        raise NotFoundError(Text("没有请它承诺", "It was not asked"), field="matter")
    if body.digest != row.digest:
        raise InvalidError(Text("不是请它承诺的文本", "It is not the text that it was asked about"), field="digest")
    if row.state == REPLACED or (body.says == ENDED and row.state != PLEDGED):
        raise ConflictError(Text("此版本的承诺已终止", "Pledges to this version have ended"), field="says")
    told = {"signed_by": body.signed_by, "post": body.post, "says": body.reason}
    return acting.followed(NAME, row, _ACTS[body.says], Asked(told))


def note(doing: Doing[Pledge]) -> None:
    """Note who signed, and when."""
    row = doing.entry
    row.answered_at, row.title = doing.now, row.peer.title  # as it calls itself now
    row.signed_by, row.post, row.says = (str(doing.values[each]) for each in ("signed_by", "post", "says"))


def note_pledge(doing: Doing[Pledge]) -> None:
    """Note a pledge; from now on the member is on the public list."""
    note(doing)
    doing.entry.pledged_at = doing.now


def entered(doing: Doing[Code], _before: Mapping[str, Any]) -> None:
    """Ask the first members with the act by which a version comes in force; the others are asked by the round."""
    if doing.entry.state == IN_FORCE:
        ask_all(doing.entry, AT_ONCE)


def over(doing: Doing[Code], _before: Mapping[str, Any]) -> None:
    """End what was pledged to a version that is not in force any more."""
    _end(Pledge.objects.filter(code=doing.entry.number, state__in=(ASKED, PLEDGED))[:AT_ONCE])


def keep(_now: datetime) -> None:
    """Ask whoever became a member since, and end what is left of versions that are over."""
    in_force = list(Code.objects.filter(state=IN_FORCE).order_by("pk"))
    left = EACH_ROUND
    for code in in_force:
        left -= ask_all(code, left)
    open_ = Pledge.objects.filter(state__in=(ASKED, PLEDGED))
    _end(open_.exclude(code__in=[each.number for each in in_force])[:EACH_ROUND])


def _end(rows: Iterable[Pledge]) -> None:
    for row in rows:
        acting.followed(NAME, row, "replace")


def pledged_to(code: str) -> list[tuple[str, str, datetime | None]]:
    """Return which members are pledged to a version (its number), as anybody may read: names, and since when."""
    rows = Pledge.objects.filter(code=code, state=PLEDGED, peer__state="trusted").order_by("title", "pk")
    return list(rows.values_list("peer__title", "peer__title_en", "pledged_at"))
