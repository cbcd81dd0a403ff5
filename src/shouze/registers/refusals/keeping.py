"""Keeps what was refused, so that it is evidence: the same once, and no more of it than a flood may leave."""

from __future__ import annotations

from hashlib import sha256

from django.db import transaction
from django.db.models import F

from shouze.link.dispatch import unverified
from shouze.link.refusing import WORDS, Reason
from shouze.registers import acting
from shouze.registers.ports import GIVEN
from shouze.registers.refusals.models import RefusedRow

MOST = 10_000
"""Rows that may lie here unlooked-at; anybody can send something to be refused."""


def keep(reason: Reason, content: str) -> None:
    """Keep something refused, bounded; what came before is counted."""
    content = content.replace("\x00", "\ufffd")[:300_000]
    digest, now = sha256(content.encode("utf-8", "replace")).hexdigest(), GIVEN.now()
    with transaction.atomic():
        if RefusedRow.objects.filter(sha256=digest, reason=reason).update(times=F("times") + 1, last_at=now):
            return
        if RefusedRow.objects.filter(state="kept").count() >= MOST:
            return
        claimed = unverified(content)
        row = RefusedRow(
            title=WORDS[reason].zh, reason=reason, sha256=digest, content=content, last_at=now,
            claimed_sender=claimed.sender if claimed else "", claimed_kind=claimed.kind if claimed else "",
            claimed_matter=claimed.matter if claimed else "",
        )  # fmt: skip
        acting.entered("refusals", row, "kept")
