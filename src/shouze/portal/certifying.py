"""What became of what somebody left: first a plan, then a signed certificate of what the door says is gone (9(4)).

Whoever leaves is given a secret, and with it a link that works without signing in, also when their account is gone.

# Invariant: of the secret only the digest is kept; plan and certificate name items, purposes and moments, and neither a
value nor a subject; once the door holds nothing more of the subject's for the service, its id is forgotten here too.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
from django.db.models import QuerySet

from shouze.client import Client, ClientError, NotFound, Receipt, Stands, Subject, Unavailable
from shouze.language import Text
from shouze.portal import receipts
from shouze.portal.models import Parting
from shouze.portal.ports import GIVEN, door
from shouze.portal.words import operator_name
from shouze.registers.languages import current

KEPT = timedelta(days=1096)
"""How long the link works once the last thing in it is gone: as long as the log keeps what the certificate names."""
UNDONE_KEPT = timedelta(days=30)
_MOST = 200
STORES = (
    (Text("信息库及其索引", "The store of values and its indexes"), "reached"),
    (Text("密钥库（密钥销毁，密文不可再开）", "The store of keys: without them nothing opens"), "reached"),
    (Text("备份（在删除期限内随密钥更替失效）", "Backups, within the erasure bound, as keys are replaced"), "bound"),
    (Text("操作日志（只有承诺，没有内容）", "The handling log: it holds commitments, no values"), "nothing-held"),
    (Text("您写来的投诉、请求及答复（加密，按其自身的期限销毁）",
          "Your complaints and requests, with the answers: sealed, destroyed at their own end"), "own-term"),
    (Text("已提供给接收方、代理人的副本，以及本系统之外的副本",
          "Copies that recipients or agents were given, and any outside this system"), "not-reached"),
)  # fmt: skip


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One item of one purpose that ends by a moment: at once, after its declared period, or when a law lets it."""

    item: str
    purpose: str
    usage: bool
    by: datetime
    law: tuple[str, str] | None = None
    """The law's name in Chinese and English."""

    @property
    def key(self) -> tuple[str, str, bool]:
        """Return what tells it apart from the others of its service."""
        return self.purpose, self.item, self.usage


class Outcome(NamedTuple):
    """What became of the lines of a plan: gone, still to go, kept by a law."""

    gone: Sequence[Line]
    waiting: Sequence[Line]
    kept: Sequence[Line]


def begin(
    subject: str, service: str, plan: Sequence[Line], undo_until: datetime, copies: Sequence[str] | None
) -> tuple[str, Parting]:  # fmt: skip
    """Note a parting before it takes place; return the secret of its link, which is kept nowhere, and the row."""
    secret, now = secrets.token_urlsafe(32), GIVEN.now()
    Parting.objects.filter(until__lte=now).delete()
    return secret, note(digest(secret), subject, service, now, undo_until, plan, copies)


def note(
    token: str, subject: str, service: str, asked_at: datetime, undo_until: datetime, plan: Sequence[Line],
    copies: Sequence[str] | None, record: dict[str, Any] | None = None,
) -> Parting:  # fmt: skip
    """Return the row of a parting, made where there is none by its link's digest."""
    last = max((each.by for each in plan), default=undo_until)
    row, _ = Parting.objects.get_or_create(token=token, defaults={
        "number": f"EC-{secrets.token_hex(6).upper()}", "name": f"portal-link-{secrets.token_hex(6)}",
        "subject": subject, "service": service, "asked_at": asked_at, "undo_until": undo_until,
        "plan": msgspec.to_builtins(plan), "copies": None if copies is None else list(copies), "record": record,
        "next_at": undo_until, "until": max(last, undo_until) + KEPT,
    })  # fmt: skip
    return row


def renewed(subject: str, service: str) -> tuple[str, Parting] | None:
    """Return a new secret for the latest parting of a subject, and the row; the link before serves no more."""
    row, secret = of_subject(subject).filter(service=service).order_by("-id").first(), secrets.token_urlsafe(32)
    if row is None:
        return None
    row.token = digest(secret)
    row.save(update_fields=["token"])
    return secret, row


def of_subject(subject: str) -> QuerySet[Parting]:
    """Return the partings of a subject that is still known and did not come back."""
    return Parting.objects.filter(subject=subject or "-", undone_at=None)


def took_place(row: Parting, receipt: Receipt | None) -> None:
    """Note where the log has the parting."""
    row.record = _told(receipt)
    row.save(update_fields=["record"])


def found(secret: str) -> Parting | None:
    """Return the parting of a link's secret while it works; None for every reason alike."""
    return Parting.objects.filter(token=digest(secret.strip()), until__gt=GIVEN.now()).first()


def look(row: Parting) -> Outcome:
    """Return what became of a parting; the door is asked where something is due since it last answered."""
    now = GIVEN.now()
    if row.undone_at is None and row.subject and row.next_at is not None and row.next_at <= now:
        _ask(row, msgspec.convert(row.plan, list[Line]), now)
    return known(row)


def known(row: Parting) -> Outcome:
    """Return what became of a parting, as far as the door was asked."""
    gone, plan = _gone(row), msgspec.convert(row.plan, list[Line])
    left = [each for each in plan if each.key not in gone]
    return Outcome(
        [each for each in plan if each.key in gone],
        [each for each in left if each.law is None],
        [each for each in left if each.law is not None],
    )


def may_undo(row: Parting) -> bool:
    """Tell whether the mistake can still be undone."""
    return row.undone_at is None and bool(row.subject) and GIVEN.now() < row.undo_until


def undo(row: Parting) -> None:
    """Take the service up again, in the name of whoever left it; ClientError where the door refuses."""
    own_of(row).resume(service=row.service, subject=Subject(id=row.subject))
    taken_up(row.subject, row.service)
    row.refresh_from_db()


def taken_up(subject: str, service: str) -> None:
    """Note that a subject is back in a service before anything of it ended: links to having left say so.

    What was due by then is looked at once more before anything is said of it.
    """
    _undone(Parting.objects.filter(subject=subject, service=service, certificate="", undo_until__gt=GIVEN.now()))


def own_of(row: Parting) -> Client:
    """Return the door as it answers whoever left."""
    return door().acting_for(row.subject, row.name, current())


def copies_of(own: Client, service: str) -> list[str] | None:
    """Return to which recipients copies were given, by their ids, as far as the log tells; None where it cannot."""
    try:
        return list(own.own_recipients(service=service).recipients)
    except (NotFound, Unavailable):
        return None


def _ask(row: Parting, plan: Sequence[Line], now: datetime) -> None:
    """Ask the door what of the plan it still holds, and sign its answer where something has gone."""
    own, erased = own_of(row), list[dict[str, Any]]()
    try:
        stands = own.own_standing()
    except ClientError as refused:
        # Only whoever the subject is learns so, and here whoever left has the secret.
        if refused.code != "subject-erased":
            raise
        held, receipt, back = {}, None, False
    else:
        held, receipt, erased = _held(stands, row), stands.receipt, _erasures(own, row)
        back = any(each.service == row.service and each.left is None for each in stands.services)
    told = [_dated(each, held) for each in plan]
    gone, left = [each for each in told if each.key not in held], [each for each in told if each.key in held]
    if back and not gone:
        _undone(Parting.objects.filter(pk=row.pk))
        row.refresh_from_db()
        return
    left = [] if back else left
    row.plan = msgspec.to_builtins([*gone, *left])
    if gone:
        content = _certificate(row, gone, left, now) | {
            "records": {"asked": row.record, "answered": _told(receipt), "erased": erased}
        }
        row.certificate = receipts.signed(content).decode()
    row.next_at = min((each.by for each in left), default=None)
    row.subject = row.subject if left else ""
    row.save(update_fields=["plan", "certificate", "next_at", "subject"])


def _undone(rows: QuerySet[Parting]) -> None:
    now = GIVEN.now()
    rows.filter(undone_at=None).update(undone_at=now, until=now + UNDONE_KEPT, subject="", next_at=None)


def _held(stands: Stands, row: Parting) -> dict[tuple[str, str, bool], datetime | None]:
    """Return what is still held of what was held then; what was collected later is not this parting's."""
    mine = (each for each in stands.held if each.service == row.service and each.at <= row.asked_at)
    return {(each.purpose, each.item, each.usage): each.due for each in mine}


def _dated(line: Line, held: Mapping[tuple[str, str, bool], datetime | None]) -> Line:
    """Return a line with the end that the door has for it, where it still holds it."""
    return msgspec.structs.replace(line, by=held.get(line.key) or line.by)


def _erasures(own: Client, row: Parting) -> list[dict[str, Any]]:
    """Return where the log has what was erased since, for whoever left to prove."""
    try:
        told = own.own_records(act="erase", since=row.asked_at, order="oldest", limit=_MOST).records
    except (NotFound, Unavailable):
        return []
    return [{"index": each.index, "at": each.at.isoformat(), "items": list(each.items)} for each in told]


def _certificate(row: Parting, gone: Sequence[Line], left: Sequence[Line], now: datetime) -> dict[str, Any]:
    name = operator_name()
    return {
        "format": "shouze-erasure/1", "number": row.number, "operator": {"zh": name.zh, "en": name.en},
        "service": row.service, "stopped_at": row.asked_at.isoformat(), "stated_at": now.isoformat(),
        "destroyed": [_named(each) for each in gone],
        "to_be_destroyed": [_named(each) | {"by": each.by.isoformat()} for each in left if each.law is None],
        "kept": [_named(each) | {"until": each.by.isoformat(), "law": {"zh": each.law[0], "en": each.law[1]}}
                 for each in left if each.law],
        "stores": stores(row, now),
    }  # fmt: skip


def stores(row: Parting, now: datetime) -> list[dict[str, Any]]:
    """Return the stores, with how far erasing reaches each: until when at the latest, and who else has copies."""
    more: dict[str, dict[str, Any]] = {
        "bound": {"until": (now + GIVEN.bound).isoformat()}, "not-reached": {"recipients": row.copies},
    }  # fmt: skip
    return [
        {"store": {"zh": store.zh, "en": store.en}, "state": state, **more.get(state, {})} for store, state in STORES
    ]


def _named(line: Line) -> dict[str, Any]:
    return {"item": line.item, "purpose": line.purpose, "records_of_use": line.usage}


def _gone(row: Parting) -> set[tuple[str, str, bool]]:
    """Return what the certificate says is destroyed."""
    told = msgspec.json.decode(row.certificate)["destroyed"] if row.certificate else []
    return {(each["purpose"], each["item"], each["records_of_use"]) for each in told}


def _told(receipt: Receipt | None) -> dict[str, Any] | None:
    if receipt is None:
        return None
    return {"node": receipt.node, "boot": receipt.boot, "nseq": receipt.nseq, "leaf": receipt.leaf.hex()}


def digest(secret: str) -> str:
    """Return what is kept of a link's secret."""
    return sha256(secret.encode()).hexdigest()
