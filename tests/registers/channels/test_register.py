"""Channels: tried by people by a clock, or by a machine every day, against a real web server."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from shouze.errors import InvalidError
from shouze.registers.channels.models import Channel
from shouze.registers.channels.probing import probe, probe_mail
from shouze.registers.letters.intake import take_in
from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role
from shouze.registers.rows import Clock, Event
from tests.registers.complaints.scene import BOX, posted, sent
from tests.registers.house import do, make, officer, person
from tests.registers.sites import Site

pytestmark = pytest.mark.django_db


def channel(**changed: Any) -> Channel:
    values = {
        "title": "热线", "serves": ["enquiry", "correction"], "services": ["cloud-drive"], "kind": "phone",
        "address": "10099", "try_days": 30,
    }  # fmt: skip
    row: Channel = make("channels", officer(), values | changed)
    return row


def owed(row: Channel) -> dict[str, Any]:
    return dict(Clock.objects.filter(register="channels", entry=row.pk).values_list("kind", "due"))


@pytest.mark.duty("A09-2-query")
def test_a_telephone_is_tried_at_once_and_then_every_month() -> None:
    row = channel()
    assert owed(row) == {"try": row.created_at}
    row = do(row, "works", person("S-8", Role.SERVICE))
    assert (row.state, owed(row)) == ("works", {"try": row.tried_at + timedelta(days=30)})


@pytest.mark.duty("A09-2-query")
def test_a_channel_that_does_not_work_is_owed_until_it_does() -> None:
    row = do(channel(), "broken", officer(), {"problem": "无人接听"})
    assert (row.state, owed(row)) == ("broken", {"mend": None})
    row = do(row, "works", officer())
    assert (row.problem, set(owed(row))) == ("", {"try"})


def test_a_web_page_has_a_whole_address() -> None:
    with pytest.raises(InvalidError) as caught:
        channel(kind="web", address="隐私页")
    assert caught.value.field == "address"


@pytest.mark.duty("A09-2-query")
def test_a_page_on_the_web_is_tried_by_the_machine(web: Site) -> None:
    now = timezone.now()
    row = channel(kind="web", address=web.at("/mine"))
    assert (probe(now), Channel.objects.get().state, Channel.objects.get().problem) == (
        1, "broken", "应答 404 · It answered 404",
    )  # fmt: skip
    web.pages["/mine"] = b"<p>ok</p>"
    assert probe(now) == 0
    probe(now + timedelta(days=2))
    row.refresh_from_db()
    assert (row.state, row.problem, owed(row)) == ("works", "", {})
    assert list(Event.objects.filter(register="channels").order_by("id").values_list("act", flat=True)) == [
        "open", "found-broken", "found-working",
    ]  # fmt: skip


@pytest.mark.duty("A12-contact")
def test_contact_details_for_complaints_are_tried_for_article_12() -> None:
    row = channel(serves=["complaint", "enquiry"])
    assert Clock.objects.get(register="channels", entry=row.pk).duty == "A12-contact"
    assert Clock.objects.get(register="channels", entry=channel().pk).duty == "A09-2-query"


@pytest.mark.duty("A12-contact")
def test_the_desks_own_mailbox_is_tried_by_a_letter_once_a_day() -> None:
    row = channel(serves=["complaint"], kind="e-mail", address=BOX.upper())
    channel(serves=["complaint"], kind="e-mail", address="other@operator.invalid")
    now = timezone.now()
    with posted() as box, pytest.MonkeyPatch.context() as patch:
        patch.setattr(GIVEN, "post", replace(GIVEN.post, imap_url="imaps://localhost/INBOX"))
        assert [probe_mail(now), probe_mail(now)] == [1, 0]
        (letter,) = sent(box)
        take_in(letter.as_bytes())
        row.refresh_from_db()
        assert (row.state, row.problem) == ("works", "")
        assert probe_mail(now + timedelta(hours=25)) == 1
        probe_mail(now + timedelta(hours=27))
    row.refresh_from_db()
    assert (row.state, "试信没有到达" in row.problem, owed(row)) == ("broken", True, {"mend": None})
