"""Takes the checkpoints that operators submit: held and cosigned, and an inspection that waited for one goes on."""

from __future__ import annotations

from shouze.registers.arriving import Arrived
from shouze.registers.inspections.inspecting import awaiting, go_on
from shouze.registers.rows import Kept
from shouze.registers.witnessed.holding import hold


def take_checkpoint(arrived: Arrived) -> Kept | None:
    """Hold the checkpoint where it extends what is held, and answer it."""
    held = hold(arrived)
    inspection = awaiting(arrived)
    return go_on(inspection, arrived, held) if inspection else held.log
