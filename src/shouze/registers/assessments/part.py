"""The impact assessments of something, as a part of its page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shouze.language import Text
from shouze.registers.assessments.models import Assessment
from shouze.registers.describing import Part

MOST = 50
STATES = {
    "needed": Text("须评估", "Needed"),
    "draft": Text("起草中", "Being written"),
    "submitted": Text("待批准", "To be approved"),
    "approved": Text("已批准", "Approved"),
    "outdated": Text("须重新评估", "To be done anew"),
    "superseded": Text("已被取代", "Replaced"),
    "moot": Text("无须评估", "Not needed"),
    "discarded": Text("期满删除", "Deleted after its time"),
}


def part_of(about: Callable[[Any], str]) -> Part:
    """Return the part of a page that lists the assessments of what the row is; ``about`` names it."""
    return Part(
        title=Text("影响评估", "Impact assessments"),
        columns=(
            (Text("编号", "Number"), lambda each: each.number),
            (Text("状态", "State"), lambda each: STATES[each.state]),
            (Text("批准时间", "Approved"), lambda each: each.approved_at),
            (Text("至少保存至", "Kept until, at least"), lambda each: each.kept_until),
        ),
        rows=lambda row: Assessment.objects.filter(about=about(row)).order_by("-pk")[:MOST],
        link=lambda each: ("assessments", each.number),
    )
