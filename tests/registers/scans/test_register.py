"""Scans: who took in which file stands in history and log, with the file itself."""

from __future__ import annotations

import hashlib

import pytest

from shouze.registers.rows import Document, Effect, Event
from shouze.registers.scans.register import taken_in
from tests.registers.findings.scene import entry, inventory
from tests.registers.house import officer, signed_in

pytestmark = pytest.mark.django_db


def test_the_file_is_attached_and_the_log_commits_to_it() -> None:
    content = inventory(entry())
    scan = taken_in("crm.json", content, officer())
    document = Document.objects.get(event__register="scans", event__entry=scan.pk)
    assert document.sha256 == hashlib.sha256(content).hexdigest()
    assert Effect.objects.filter(kind="act", register="scans", entry=scan.pk).count() == 1
    assert scan.made_at is not None


def test_what_was_taken_in_by_command_is_nobodys_and_in_the_log_too() -> None:
    scan = taken_in("crm.json", inventory(entry()), None)
    event = Event.objects.get(register="scans", entry=scan.pk)
    assert (event.act, event.by, event.effects.count()) == ("by-command", None, 1)
    page = signed_in(officer(), "en").get(f"/r/scans/{scan.number}/").content.decode()
    assert "1 new places, 0 known" in page
