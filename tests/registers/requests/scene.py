"""Requests at several stages."""

from __future__ import annotations

from typing import Any

from shouze.registers.ports import GIVEN
from shouze.registers.requests.models import Request
from tests.registers.house import do, make, officer

SUBJECT = "c" * 26


def asked(**changed: Any) -> Request:
    values = {
        "kind": "correction", "source": "letter", "received_at": GIVEN.now(), "service": "cloud-drive",
        "purpose": "provide-drive", "subject": SUBJECT, "story": "我的邮箱换了", "reach_email": "",
    }  # fmt: skip
    row: Request = make("requests", officer(), values | changed)
    return row


def identified(**changed: Any) -> Request:
    row: Request = do(asked(**changed), "identify", officer(), {"identity": "document", "identity_note": "窗口 3"})
    return row


def answered(row: Request, **changed: Any) -> Request:
    values = {"outcome": "granted", "way": "phone", "text": "已更正", "given_at": None, "purpose": ""}
    done: Request = do(row, "answer", officer(), values | changed)
    return done
