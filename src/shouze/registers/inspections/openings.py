"""The private fields that an inspection is shown: opened for a moment to be compared, else kept as they came, sealed.

# Invariant: no table holds them in clear; whoever looks at them is recorded before they are shown.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping

from shouze.errors import InvalidError, ShouzeError, UnavailableError
from shouze.language import Text
from shouze.ledger.entry import Leaf
from shouze.link.inspecting import Found
from shouze.link.opening import compared, fresh_identity, unsealed, words
from shouze.registers.arriving import Arrived
from shouze.registers.commas import words_in
from shouze.registers.inspections.models import Inspection
from shouze.registers.letters.ports import SealerPort
from shouze.registers.ports import GIVEN
from shouze.registers.rows import Document

MOST = 16
_FIELD = re.compile(r"[a-z][a-z0-9_.-]{0,63}")
_PLACE = "identity"
_TITLE = Text("抽中记录的披露内容", "What the drawn records disclose")


def fields_of(row: Inspection) -> tuple[str, ...]:
    """Return the private fields that are asked for; InvalidError for what is none."""
    named = words_in(row.fields)
    if len(named) > MOST or not all(map(_FIELD.fullmatch, named)):
        remedy = Text("写字段名，如 reason, ticket, subject", "Write names of fields, such as reason, ticket, subject")
        raise InvalidError(Text("不是私密字段的名称", "It is no private field's name"), field="fields", remedy=remedy)
    return named


def enrol(row: Inspection) -> str:
    """Make the inspection's own key, kept sealed; return the one that seals for it."""
    identity, recipient = fresh_identity()
    row.key_name = secrets.token_hex(16)
    row.key_wrapped = _sealer().fresh(row.key_name)
    row.key_sealed = _sealer().seal(row.key_name, row.key_wrapped, identity.encode(), _PLACE)
    return recipient


def taken(row: Inspection, arrived: Arrived, records: Mapping[int, Leaf], digest: str) -> list[Found]:
    """Compare what was shown with what the records commit to; keep it sealed."""
    fields, raw = fields_of(row), arrived.attachments.get(digest)
    if not fields:
        return []
    try:
        shown = unsealed(raw, _identity(row)) if raw is not None else {}
    except ShouzeError:
        shown = {}
    row.openings = digest if shown else ""
    return compared(records, shown, fields, arrived.now)


def told(row: Inspection) -> tuple[Text, str]:
    """Return what was opened, to be shown once to whom it was just recorded for."""
    kept = Document.objects.filter(event__register="dispatches", sha256=row.openings).order_by("id").first()
    if kept is None:
        raise UnavailableError(Text("披露内容已不在", "The openings are gone"), field="openings")
    return _TITLE, words(unsealed(bytes(kept.content), _identity(row)))


def _identity(row: Inspection) -> str:
    return _sealer().open(row.key_name, bytes(row.key_wrapped), bytes(row.key_sealed), _PLACE).decode()


def _sealer() -> SealerPort:
    if GIVEN.sealer is None:
        raise UnavailableError(Text("本进程没有书信密钥", "This process has no key for letters"), field="sealer")
    return GIVEN.sealer
