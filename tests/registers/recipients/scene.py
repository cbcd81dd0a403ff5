"""A recipient at every stage, over the story's rules."""

from __future__ import annotations

from typing import Any

from shouze.registers.recipients.models import Recipient
from tests.registers.declarations.scene import published
from tests.registers.house import approver, do, make, officer


def proposed(**changed: Any) -> Recipient:
    values = {
        "service": "mobile", "recipient": "courier", "title": "飞羽速递", "title_en": "Feather",
        "purposes": ["deliver-card"], "items": ["name", "phone"], "ground": "consent", "instrument": "",
        "article": "", "since": None, "until": None, "contract": "C-1", "manner": "接口", "contact": "某某",
        "abroad": False, "country": "", "abroad_ground": "", "abroad_reference": "",
    }  # fmt: skip
    row: Recipient = make("recipients", officer(), values | changed)
    return row


def taken_over(recipient: str = "courier") -> Recipient:
    """Publish the story's mobile service, whose two recipients come in with it."""
    published(service="mobile")
    return Recipient.objects.get(recipient=recipient)


def in_force(**changed: Any) -> Recipient:
    """Return a recipient that was proposed anew after the one that was taken over ended."""
    do(taken_over(), "end", officer())
    row: Recipient = do(proposed(**changed), "approve", approver())
    return row
