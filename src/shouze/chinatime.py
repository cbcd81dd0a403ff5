"""China's time, by which the Order's days and years are counted and moments are shown to people."""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import Final

SHANGHAI: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Without summer time since 1991: an offset says it all, and needs no file of zones."""
