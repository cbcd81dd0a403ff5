"""Examples for the documentation of the api; the people and numbers in them do not exist."""

from __future__ import annotations

from typing import Any

_SUBJECT = {"id": "abcdefghijklmnopqrstuvwxyz"}
_CONSENT = {"purpose": "open-account", "version": 1, "items": ["name", "phone"], "act": "ticked", "channel": "app"}
_ABOUT: dict[str, Any] = {"service": "mobile", "subject": _SUBJECT}

EXAMPLES: dict[str, Any] = {
    "release": {**_ABOUT, "purposes": ["customer-service"], "items": ["name"], "ticket": "T-1"},
    "collect": {
        "service": "mobile",
        "purposes": ["open-account"],
        "values": {"name": "某某"},
        "consents": [_CONSENT],
    },
    "check": {**_ABOUT, "purposes": ["customer-service"], "items": ["name"], "action": "read"},
    "compare": {**_ABOUT, "purposes": ["customer-service"], "item": "email", "value": "someone@example.invalid"},
    "match": {"service": "mobile", "purpose": "find-copies", "item": "phone", "values": ["13800000000"] * 100},
    "correct": {**_ABOUT, "purposes": ["customer-service"], "values": {"name": "某某"}, "expected": {"name": 1}},
    "consent": {**_ABOUT, "consents": [_CONSENT]},
    "withdraw": {**_ABOUT, "purposes": ["offers"]},
    "agree": {**_ABOUT, "agreement": {"id": "A-1", "purposes": ["offers"], "actions": ["use"]}},
    "terminate": _ABOUT,
    "resume": _ABOUT,
    "recognise": {"item": "email", "value": "someone@example.invalid"},
    "own-standing": {},
    "own-records": {"outcome": "refused", "limit": 20},
    "own-proofs": {"records": [0]},
    "own-recipients": {},
    "give-back": {**_ABOUT, "items": ["phone"]},
    "freeze": {"incident": "I-2026-1", "target": "item", "name": "address"},
    "unfreeze": {"incident": "I-2026-1", "target": "item", "name": "address"},
    "erase-due": {"limit": 200},
    "note-act": {"register": "agents", "act": "assess", "entry": "17", "evidence": "A" * 43, "duty": "A11-no-unfit"},
    "note-publication": {"act": "apply-policy", "policy": "5f" * 32, "outcome": "published"},
    "keep-cosignature": {
        "origin": "shouze.example/log",
        "size": 1000,
        "witness": "witness.example/w+0a1b2c3d+BAAA",
        "answer": "— witness.example/w AAAA\n",
    },
    "exercised": {"holders": ["post:customer-service"]},
    "search-records": {"purpose": "investigation", "reason": "某某", "actor": "S-0042", "order": "newest"},
    "tally-records": {"purpose": "investigation", "reason": "某某", "actor": "S-0042", "item": "phone"},
    "prove-records": {"purpose": "investigation", "reason": "某某", "records": [0]},
    "apply-policy": {"format": "shouze-policy/1", "remove": ["orders/2026-1"]},
    "issue-token": {"kind": "service", "actor": "crm", "until": "2027-01-01T00:00:00+08:00"},
    "bulk-request": {
        "service": "mobile",
        "purpose": "offers",
        "action": "destroy",
        "items": ["phone"],
        "volume": 1000,
        "reason": "某某",
        "ticket": "T-2",
    },
    **{f"bulk-{verb}": {"place": {"site": "HQ"}} for verb in ("approve", "refuse", "run", "stop")},
    "usage-append": {
        "service": "mobile",
        "purpose": "open-account",
        "batch": "2026-11-23-0001",
        "records": [{"subject": _SUBJECT["id"], "at": "2026-11-23T10:00:00+08:00", "items": {"address": "某某"}}],
    },
    "usage-read": {
        **_ABOUT,
        "purposes": ["customer-service"],
        "items": ["name"],
        "since": "2026-11-01T00:00:00+08:00",
        "until": "2026-12-01T00:00:00+08:00",
    },
    "read-consents": {**_ABOUT, "purposes": ["customer-service"]},
    "count-consents": {"limit": 5000},
    "evaluate": {
        "subject": {"type": "service", "id": "crm"},
        "action": {"name": "read"},
        "resource": {"type": "subject", "id": _SUBJECT["id"]},
        "context": {"service": "mobile", "purposes": ["customer-service"], "items": ["name"]},
    },
}
