"""An association that puts its code before this operator."""

from __future__ import annotations

import json
from datetime import timedelta
from hashlib import sha256
from typing import Any

from shouze.link.industry import CodeInForce
from shouze.link.packet import Packet
from shouze.registers.commitments.models import Commitment
from shouze.registers.dispatches.taking import take
from shouze.registers.ports import GIVEN
from tests.registers.parties import Other, named

CLAUSES = [{"number": 1, "zh": "会员十日内答复投诉。", "en": "Members answer within ten days.", "articles": ["12"]}]


def association(party: str = "shouze.localhost/association", number: str = "L-1") -> Other:
    other = Other(party=party)
    other.trusted("association", number=number, title="云泽省互联网协会（虚构）")
    return other


def content(clauses: Any = CLAUSES, issue: int = 1) -> bytes:
    return json.dumps({"clauses": clauses, "issue": issue, "form": "shouze-publication/1"}, ensure_ascii=False).encode()


def puts(other: Other, matter: str = "PG-2026-0001", issue: int = 1, raw: bytes | None = None, **more: Any) -> None:
    """Let the association ask for a pledge, the code's text attached."""
    text = content(issue=issue) if raw is None else raw
    digest = sha256(text).hexdigest()
    told: dict[str, Any] = {
        "code": "personal-information", "issue": issue, "title": "自律公约（虚构）", "title_en": "Code (invented)",
        "digest": digest, "in_force_from": GIVEN.now(), "due": GIVEN.now() + timedelta(days=30),
        "link": "https://association.example/public/CO-2026-0001",
    }  # fmt: skip
    sequence = more.pop("sequence", 1)
    signed = other.seal("code", CodeInForce(**told | more), matter=matter, sequence=sequence,
                        attachments=named({"code.json": text}))  # fmt: skip
    take(Packet(signed, {digest: text}).encoded())


def asked(other: Other | None = None) -> Commitment:
    puts(other or association())
    return Commitment.objects.latest("pk")
