"""Files as ``shouze scan`` writes them, and findings taken in from them."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from shouze.registers.findings.models import Finding
from shouze.registers.scans.models import Scan
from shouze.registers.scans.register import taken_in
from tests.registers.house import officer


def entry(place: str = "crm.users.id_no", **changed: Any) -> dict[str, Any]:
    row = {
        "source": "crm", "place": place, "item": "id-number", "kind": "resident-id", "about": "person", "count": 100,
        "findings": 1, "confidence": 0.9, "reason": ["列名和取值都像", "Name and values say so"],
        "sample": "1101***********02X", "first": place, "verdict": "undeclared-place",
    } | changed  # fmt: skip
    row["mark"] = hashlib.sha256(f"{row['source']} {row['place']} {row['kind']}".encode()).hexdigest()[:24]
    return row


def inventory(*entries: dict[str, Any], at: str = "2026-11-01T08:00:00Z") -> bytes:
    told = {"format": "shouze-inventory/1", "at": at, "entries": list(entries), "unread": [], "parts": 1}
    return json.dumps(told, ensure_ascii=False).encode()


def scanned(*entries: dict[str, Any]) -> Scan:
    return taken_in("crm.json", inventory(*entries), officer())


def finding(place: str = "crm.users.id_no", **changed: Any) -> Finding:
    scanned(entry(place, **changed))
    return Finding.objects.get(place=place)
