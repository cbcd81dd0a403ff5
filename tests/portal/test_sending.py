"""Codes on their way out: into the house's outbox, or at once from a portal of its own, which leaves no row."""

from __future__ import annotations

import time

import pytest

from shouze.portal import sending
from shouze.portal.ports import GIVEN
from shouze.registers.mailing import MailServer
from shouze.registers.rows import Delivery
from tests.desk.mailbox import mailbox

pytestmark = pytest.mark.django_db
PATIENCE = 20.0


def test_a_portal_of_its_own_mails_the_code_itself() -> None:
    with mailbox() as box:
        sending.by_mail_at_once(MailServer(f"smtp://127.0.0.1:{box.port}", "a@op.invalid"))("b@user.invalid", "123456")
        deadline = time.monotonic() + PATIENCE
        while not box.messages and time.monotonic() < deadline:
            time.sleep(0.01)
        assert "123456" in box.messages[0].get_content()
    assert not Delivery.objects.exists()


def test_a_mail_server_that_is_away_says_nothing_of_whom_it_was_for(capfd: pytest.CaptureFixture[str]) -> None:
    sending.by_mail_at_once(MailServer("smtp://127.0.0.1:1", "a@op.invalid"))("b@user.invalid", "123456")
    assert "user.invalid" not in "".join(capfd.readouterr())


@pytest.mark.parametrize(("outbox", "rows"), [(True, 1), (False, 0)])
def test_for_nobody_the_same_is_done_and_nothing_is_sent(
    monkeypatch: pytest.MonkeyPatch, outbox: bool, rows: int
) -> None:
    monkeypatch.setattr(GIVEN, "outbox", outbox)
    sending.to_nobody()
    assert Delivery.objects.exclude(done_at=None).count() == Delivery.objects.count() == rows
