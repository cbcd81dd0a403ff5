"""The press that publication is tried with keeps the port's promise itself."""

from __future__ import annotations

from shouze.publication.ports import Press
from shouze.rules.policy import Policy
from tests.publication.press import MemoryPress
from tests.rules.scene import NOW


async def test_nothing_is_written_at_an_epoch_that_is_not_the_next() -> None:
    press: Press = MemoryPress()
    assert not await press.publish(Policy(epoch=2), [], [], None, "zhao", NOW)
    assert (await press.present()).epoch == 0
    assert await press.publish(Policy(epoch=1), [], [], None, "zhao", NOW)
    assert not await press.publish(Policy(epoch=1), [], [], None, "li", NOW)
    assert (await press.present()).epoch == 1
