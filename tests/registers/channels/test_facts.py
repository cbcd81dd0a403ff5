"""What channels tell of Article 9(2), driven from nothing to a breach and back."""

from __future__ import annotations

import pytest

from tests.registers.channels.test_register import channel
from tests.registers.house import do, officer
from tests.registers.standings.driving import states_of

pytestmark = [pytest.mark.django_db, pytest.mark.duty("A09-2-query")]


def test_channels_are_tried_in_their_time_and_mended_at_once() -> None:
    assert states_of("channels.working", always=True) == ["not-evidenced"]
    row = do(channel(), "works", officer())
    assert states_of("channels.working", 29, 31, always=True) == ["due", "due", "not-evidenced"]
    row = do(row, "broken", officer(), {"problem": "无人接听"})
    assert states_of("channels.working", 2, always=True) == ["due", "breached"]
    do(row, "close", officer())
    assert states_of("channels.working", always=True) == ["not-evidenced"]


def test_a_channel_of_enquiry_is_none_of_correction() -> None:
    do(channel(serves=["enquiry"]), "works", officer())
    assert states_of("channels.working", always=True) == ["not-evidenced"]
    do(channel(title="更正邮箱", serves=["correction"]), "works", officer())
    assert states_of("channels.working", always=True) == ["due"]
