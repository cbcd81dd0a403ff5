"""What the authority or an incident stopped stays stopped, whoever starts the program anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from shouze.rules.refusal import RefusedError
from shouze.wiring import Installation, installation
from tests.installation import CLERK, PERSON, MovingClock, apply, ask, operator, subscribe

ORDER = """
orders:
  - id: 1号
    authority: {zh: 通信管理局, en: Admin}
    reason: {zh: 违规, en: Breach}
    since: 2026-01-01T00:00:00+08:00
    services: [mobile]
"""


async def refused(opened: Installation, subject: str) -> str | None:
    """Return the code with which the clerk is refused; None where the door opens."""
    try:
        await opened.door.release(CLERK, ask(subject, "name"))
    except RefusedError as problem:
        return problem.refusal.code
    return None


@pytest.mark.duty("A14-2-obey")
async def test_a_suspension_outlives_the_program_that_took_it_and_so_does_its_lifting(tmp_path: Path) -> None:
    clock = MovingClock()
    async with operator(tmp_path / "home", clock=clock) as opened:
        subject = str((await subscribe(opened, PERSON)).subject)
        assert await refused(opened, subject) is None
        await apply(opened, ORDER)
        assert await refused(opened, subject) == "suspended-by-order"
    async with installation(tmp_path / "home", clock=clock) as opened:
        assert await refused(opened, subject) == "suspended-by-order", "with its very first answer"
        await apply(opened, "remove: [orders/1号]")
    async with installation(tmp_path / "home", clock=clock) as opened:
        assert await refused(opened, subject) is None
