"""What codes tell of what the Order encourages (Arts. 7, 21)."""

from __future__ import annotations

from shouze.registers.codes.models import Code
from shouze.registers.describing import Speaks
from shouze.registers.speaking import of_rows

SPEAKS = (
    Speaks(matter="codes.in-force", fact=lambda: of_rows(Code.objects.filter(state="in-force"), "in_force_from")),
)
