"""Numbers the rows of a register, one after another within a year."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.utils import timezone

from shouze.registers.describing import Register
from shouze.registers.ports import GIVEN
from shouze.registers.rows import Sequence as Numbers


def next_numbers(register: Register[Any], count: int) -> list[str]:
    """Return the next ``count`` numbers of the register in this year (Asia/Shanghai), such as ``A-2026-0007``.

    They are the caller's within its transaction.
    """
    year = timezone.localtime(GIVEN.now()).year
    name = f"{register.name}-{year}"
    Numbers.objects.get_or_create(name=name)
    Numbers.objects.filter(name=name).update(last=F("last") + count)
    last = Numbers.objects.values_list("last", flat=True).get(name=name)
    return [f"{register.prefix}-{year}-{each:04}" for each in range(last - count + 1, last + 1)]
